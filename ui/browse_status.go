package ui

import (
	"fmt"

	"conviso-importer/internal/text"
)

// statusLine takes the first form that fits. Marks come first, since they decide what is sent.
func (m *browseScreen) statusLine() string {
	const wide, tight = "   ", "  "
	catalog, assets, auto := m.catalogWords("catalog "), m.assetWords("assets "), autoShort(&m.work.Auto, m.now())
	if waits := m.flowShort(); waits != "" {
		return m.gl.Fit(m.width, text.Join(wide, m.markWords("selected"), waits, catalog, assets),
			text.Join(tight, m.markWords("sel"), waits, assets), text.Join(tight, m.markWords("sel"), waits), waits)
	}
	short := m.catalogWords("cat ")
	// If only one age fits, show the assets', or the progress of the catalog.
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
