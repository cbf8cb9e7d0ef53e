package ui

import (
	"fmt"
	"time"

	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
)

// catalogWords describe how old the catalog's list is, or the progress of reading it.
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

// rereadWords describe a list that is shown while it is read again.
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

// ageWords warn once the age is past the time to live.
func (m *app) ageWords(t time.Time) string {
	switch {
	case m.stale(t) && m.work.ID.Offline:
		return text.Age(m.now(), t) + " STALE"
	case m.stale(t):
		return text.Age(m.now(), t) + " STALE (r)"
	}
	return text.Age(m.now(), t)
}

func (m *app) stale(t time.Time) bool { return m.opt.CacheTTL > 0 && m.now().Sub(t) > m.opt.CacheTTL }
