package ui

import (
	"conviso-importer/internal/text"
	"conviso-importer/ui/draw"
)

// footer shows the keys that can be used now, in the order of their rank.
func (m *app) footer() string {
	if q := m.question; q != nil {
		return m.hint("y", q.yesWord) + "   any other key " + q.noWord
	}
	if p := m.prompt; p != nil {
		return m.hints(keyHint{"enter", p.enterWord, p.shortWord}, keyHint{"esc", "leaves it", "leaves"})
	}
	if hints := m.onShow().inputHints(); hints != "" {
		return hints
	}
	gapWords := "  "
	if m.width >= draw.WideFrom {
		gapWords = "   "
	}
	keys := m.footKeys[m.onShow()]
	shown := make([]string, len(keys))
	room := m.width + len(gapWords)
	show := func(i int, words string) {
		if size := draw.Width(keys[i].Help().Key+" "+words) + len(gapWords); size <= room {
			shown[i] = m.hint(keys[i].Help().Key, words)
			room -= size
		}
	}
	// Help and quit get their place first, then bindings marked first, then the rest while there is room.
	ends := func(b *binding) bool { return b.Help().Key == "?" || b.Help().Key == "q" }
	for i, b := range keys {
		if b.Help().Key == "?" || (b.Help().Key == "q" && m.width >= draw.CompactBelow) {
			show(i, b.foot)
		}
	}
	for _, first := range []bool{true, false} {
		for i, b := range keys {
			if b.first == first && !ends(b) && b.takes() {
				show(i, b.words())
			}
		}
	}
	return text.Join(gapWords, shown...)
}

func (m *app) hint(keyName, words string) string { return m.st.Key.Of(keyName) + " " + words }
