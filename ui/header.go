package ui

import (
	"strings"

	"conviso-importer/ui/draw"
	"conviso-importer/ui/session"
)

const productName = "conviso-importer"

// header is the first line of every screen: what is connected to what on the left, or the
// screen's title, and on the right the environment, which is always whole.
func (m *app) header(title string) string {
	right, taken := m.environment()
	room := m.width - taken - 1
	if title != "" {
		return m.st.Title.Of(m.gl.Cell(title, room)) + " " + right
	}
	left := m.connectionWords(room)
	return m.st.Title.Of(m.gl.Cell(left, room)) + " " + right
}

// environment is the loud end of the header and its width. Words about the run stand before
// the environment and give way to it.
func (m *app) environment() (string, int) {
	look := m.st.Quiet
	switch {
	case m.work.ID.Demo:
		look = m.st.Demo
	case m.production():
		look = m.st.Loud
	}
	env := " " + m.place() + " "
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

// place is the environment's word.
func (m *app) place() string { return session.Place(m.work.ID) }

// connectionWords say which catalog goes to which company, as well as w columns allow: the
// catalog's name is shortened first, then the company's.
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
