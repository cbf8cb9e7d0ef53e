package ui

import "conviso-importer/ui/draw"

// link makes text a hyperlink if the terminal supports that.
func (m *app) link(address, text string) string {
	if !m.opt.Hyperlinks || m.opt.NoColor || m.gl.ASCII {
		return text
	}
	return draw.Link(address, text)
}

func (m *app) linked(address string, lines []string) []string {
	for i, line := range lines {
		lines[i] = m.link(address, line)
	}
	return lines
}
