package ui

import (
	"strings"

	"conviso-importer/ui/draw"
	"conviso-importer/ui/session"
)

const productName = "conviso-importer"

// header shows the connection or a title, and the environment, which is never cut.
func (m *app) header(title string) string {
	right, taken := m.environment()
	room := m.width - taken - 1
	if title != "" {
		return m.st.Title.Of(m.gl.Cell(title, room)) + " " + right
	}
	left := m.connectionWords(room)
	return m.st.Title.Of(m.gl.Cell(left, room)) + " " + right
}

// environment returns the environment with its width; flags before it give way.
func (m *app) environment() (string, int) {
	look := m.st.Quiet
	switch {
	case m.work.ID.Demo:
		look = m.st.Demo
	case m.production():
		look = m.st.Loud
	}
	env := " " + session.Place(m.work.ID) + " "
	styled, taken := look.Of(env), draw.Width(env)
	for _, word := range []struct {
		on   bool
		text string
	}{{m.work.ID.ReadOnly, "READ-ONLY"}, {m.work.ID.Offline, "OFFLINE"}} {
		if word.on && taken+draw.Width(word.text)+1 <= m.width {
			styled = m.st.Title.Of(word.text) + " " + styled
			taken += draw.Width(word.text) + 1
		}
	}
	return styled, taken
}

// connectionWords shorten the catalog's name first, then the company's.
func (m *app) connectionWords(w int) string {
	host := session.Host(m.work.ID.CatalogURL)
	company := strings.TrimSpace(m.work.ID.Company.ID + " " + m.work.ID.Company.Label)
	arrow := " " + m.gl.Arrow + " "
	name := productName
	if m.opt.Version != "" && m.width >= draw.WideFrom {
		name += " " + m.opt.Version
	}
	for _, text := range []string{
		name + "  " + host + arrow + "Conviso company " + company,
		productName + "  " + host + arrow + company,
		host + arrow + company,
	} {
		if draw.Width(text) <= w {
			return text
		}
	}
	const shortest = 6
	if room := w - draw.Width(arrow+company); room >= shortest {
		return m.gl.Cut(host, room) + arrow + company
	}
	return m.gl.Cut(company, w)
}
