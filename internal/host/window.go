package host

import "strconv"

// The size of a window of which nobody knows more.
const (
	usualColumns = 80
	usualLines   = 24
	// mostCells keeps a mistyped variable from making frames of megabytes.
	mostCells = 1000
)

// Sized completes the size that a terminal reports. Serial consoles, and containers and scripts that were given
// none, report 0: then COLUMNS and LINES count, or else 80 and 24.
func Sized(columns, lines int, getenv func(string) string) (w, h int) {
	side := func(reported int, variable string, usual int) int {
		if reported > 0 {
			return reported
		}
		if n, err := strconv.Atoi(getenv(variable)); err == nil && n > 0 && n <= mostCells {
			return n
		}
		return usual
	}
	return side(columns, "COLUMNS", usualColumns), side(lines, "LINES", usualLines)
}
