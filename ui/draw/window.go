package draw

// Filled returns exactly n lines.
func Filled(lines []string, n int) []string {
	for len(lines) < n {
		lines = append(lines, "")
	}
	return lines[:n]
}

// Window returns the h lines from top on, or the last ones.
func Window(lines []string, h, top int) []string {
	top = Scrolled(top, len(lines), h)
	return lines[top:min(len(lines), top+h)]
}

// Scrolled limits top, the first visible line, for n lines in a window of h.
func Scrolled(top, n, h int) int { return min(max(0, top), max(0, n-h)) }
