package draw

// Filled is lines as exactly n lines.
func Filled(lines []string, n int) []string {
	for len(lines) < n {
		lines = append(lines, "")
	}
	return lines[:n]
}

// Window is what h lines show of a text from line top on, or from the last line on from
// which it fills them.
func Window(lines []string, h, top int) []string {
	top = Scrolled(top, len(lines), h)
	return lines[top:min(len(lines), top+h)]
}

// Scrolled limits top, the first line on show, for a text of n lines of which h are shown.
func Scrolled(top, n, h int) int { return min(max(0, top), max(0, n-h)) }
