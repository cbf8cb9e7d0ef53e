package ui

import "conviso-importer/ui/draw"

// link is text that leads to an address, where the terminal knows links.
func (m *app) link(address, text string) string {
	if !m.opt.Hyperlinks || m.opt.NoColor || m.gl.ASCII {
		return text
	}
	return draw.Link(address, text)
}

// linked are the wrapped lines of an address, each leading to it.
func (m *app) linked(address string, lines []string) []string {
	for i, line := range lines {
		lines[i] = m.link(address, line)
	}
	return lines
}
