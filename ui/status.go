package ui

import (
	"fmt"
	"time"

	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
	"conviso-importer/ui/draw"
)

// statusLine says what is marked, how old the data is and what runs by itself. The first
// form that fits is taken; the marks come first in each, since they decide what is sent.
func (m *model) statusLine() string {
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
func (m *model) markWords(word string) string {
	return text.Join(", ", m.spanWords(), m.selectedWords(word))
}

func (m *model) selectedWords(word string) string {
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

// catalogWords say how old the catalog's list is, or how far reading it has come.
func (m *model) catalogWords(name string) string {
	switch snap := m.work.Shown.Catalog; {
	case m.work.Known.Catalog.Running && snap != nil && snap.Complete:
		return name + text.Age(m.now(), snap.ReadAt) + m.rereadWords(snap.ReadAt, &m.work.Known.Catalog)
	case m.work.Known.Catalog.Running:
		return "reading " + name + progressWords(m.work.Known.Catalog.Read, m.work.Known.Catalog.Total)
	case snap == nil:
		return name + "not read"
	case !snap.Complete:
		return fmt.Sprintf("%spartly read, %d of ~%d", name, snap.Len(), snap.Total)
	default:
		return name + m.ageWords(snap.ReadAt)
	}
}

// assetWords are catalogWords for the platform's assets.
func (m *model) assetWords(name string) string {
	switch set := m.work.Shown.Assets; {
	case m.work.Known.Assets.Running && set != nil && set.Complete:
		return name + text.Age(m.now(), set.ReadAt) + m.rereadWords(set.ReadAt, &m.work.Known.Assets)
	case m.work.Known.Assets.Running:
		return "reading " + name + progressWords(m.work.Known.Assets.Read, m.work.Known.Assets.Total)
	case set == nil || (!set.Complete && set.Len() == 0):
		return name + "not read"
	case !set.Complete:
		return fmt.Sprintf("%spartly read, %d", name, set.Len())
	default:
		return name + m.ageWords(set.ReadAt)
	}
}

// rereadWords say of a list on screen that it is being read anew, and whether it is too old to
// trust until then.
func (m *model) rereadWords(readAt time.Time, l *importer.Load) string {
	words := ", reading"
	if m.stale(readAt) {
		words = " STALE" + words
	}
	if l.Read > 0 && l.Total > l.Read {
		words += fmt.Sprintf(" %d%%", l.Read*100/l.Total)
	}
	return words
}

func progressWords(read, total int) string {
	switch {
	case read == 0:
		return "list"
	case total > read:
		return fmt.Sprintf("%d of ~%d", read, total)
	default:
		return fmt.Sprint(read)
	}
}

// ageWords are an age, and a warning once it is past the time to live.
func (m *model) ageWords(t time.Time) string {
	switch {
	case m.stale(t) && m.work.ID.Offline:
		return text.Age(m.now(), t) + " STALE"
	case m.stale(t):
		return text.Age(m.now(), t) + " STALE (r)"
	}
	return text.Age(m.now(), t)
}

// stale reports whether what was read at t is too old to trust.
func (m *model) stale(t time.Time) bool {
	return m.opt.CacheTTL > 0 && m.now().Sub(t) > m.opt.CacheTTL
}

// footer is the last line: the keys that can be used now, the most useful first. Help is
// always there.
func (m *model) footer() string {
	if q := m.question; q != nil {
		return m.hint("y", q.yesWord) + "   any other key " + q.noWord
	}
	if p := m.prompt; p != nil {
		return m.hints(keyHint{"enter", p.enterWord, p.shortWord}, keyHint{"esc", "leaves it", "leaves"})
	}
	if hints := m.typingHints(); hints != "" {
		return hints
	}
	if m.top() == screenReader && m.reader.search.typing {
		return m.searchHints()
	}
	gapWords := "  "
	if m.width >= draw.WideFrom {
		gapWords = "   "
	}
	keys := m.footKeys[m.top()]
	shown := make([]string, len(keys))
	room := m.width + len(gapWords)
	show := func(i int, words string) {
		if size := draw.Width(keys[i].Help().Key+" "+words) + len(gapWords); size <= room {
			shown[i] = m.hint(keys[i].Help().Key, words)
			room -= size
		}
	}
	// The way out and the help come first, then what must not be missing, then the rest while
	// there is room; each stands in its place all the same.
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

// hint is a key with what it does.
func (m *model) hint(keyName, words string) string { return m.st.Key.Of(keyName) + " " + words }
