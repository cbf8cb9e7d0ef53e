package ui

import (
	"fmt"

	"conviso-importer/internal/text"
)

// statusLine says what is marked, how old the data is and what runs by itself. The first
// form that fits is taken; the marks come first in each, since they decide what is sent.
func (m *browseScreen) statusLine() string {
	const wide, tight = "   ", "  "
	catalog, assets, auto := m.catalogWords("catalog "), m.assetWords("assets "), autoShort(&m.work.Auto, m.now())
	if waits := m.flowShort(); waits != "" {
		return m.gl.Fit(m.width, text.Join(wide, m.markWords("selected"), waits, catalog, assets),
			text.Join(tight, m.markWords("sel"), waits, assets), text.Join(tight, m.markWords("sel"), waits), waits)
	}
	short := m.catalogWords("cat ")
	// Of two ages that do not both fit, that of the assets says more; but a list that grows is
	// more than an age.
	least := assets
	if m.work.Known.Catalog.Running && !m.work.Known.Assets.Running {
		least = short
	}
	return m.gl.Fit(m.width,
		text.Join(wide, m.markWords("selected"), catalog, assets, autoWords(&m.work.Auto, m.now())),
		text.Join(wide, m.markWords("selected"), catalog, assets, auto),
		text.Join(tight, m.markWords("sel"), short, assets, auto),
		text.Join(tight, m.markWords("sel"), short, assets),
		text.Join(tight, m.markWords("sel"), least),
		text.Join(tight, m.markWords("sel")))
}

// markWords say how many rows are in the range, how many entities are marked, and how many of
// these are out of sight.
func (m *browseScreen) markWords(word string) string {
	return text.Join(", ", m.spanWords(), m.selectedWords(word))
}

func (m *browseScreen) selectedWords(word string) string {
	switch {
	case m.work.Marks.Len() == 0:
		return ""
	case m.hidden == 0:
		return fmt.Sprintf("%d %s", m.work.Marks.Len(), word)
	case m.query.Empty() || word == "sel":
		return fmt.Sprintf("%d %s (%d hidden)", m.work.Marks.Len(), word, m.hidden)
	}
	return fmt.Sprintf("%d %s (%d hidden by filter)", m.work.Marks.Len(), word, m.hidden)
}
