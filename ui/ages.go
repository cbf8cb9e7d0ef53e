package ui

import (
	"fmt"
	"time"

	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
)

// catalogWords say how old the catalog's list is, or how far reading it has come.
func (m *app) catalogWords(name string) string {
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
func (m *app) assetWords(name string) string {
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
func (m *app) rereadWords(readAt time.Time, l *importer.Load) string {
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
func (m *app) ageWords(t time.Time) string {
	switch {
	case m.stale(t) && m.work.ID.Offline:
		return text.Age(m.now(), t) + " STALE"
	case m.stale(t):
		return text.Age(m.now(), t) + " STALE (r)"
	}
	return text.Age(m.now(), t)
}

// stale reports whether what was read at t is too old to trust.
func (m *app) stale(t time.Time) bool {
	return m.opt.CacheTTL > 0 && m.now().Sub(t) > m.opt.CacheTTL
}
