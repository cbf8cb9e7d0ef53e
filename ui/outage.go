package ui

import (
	"time"
)

// slowAfter is how long the start may take without a word: what the disk has is mostly there
// by then, and a word that goes at once only flickers.
const slowAfter = 100 * time.Millisecond

// slowMsg reports that the start takes longer than that.
type slowMsg struct{}

// starts reports that nothing has come yet that may come any moment.
func (m *model) starts() bool {
	switch snap := m.work.Shown.Catalog; {
	case snap == nil:
		return m.work.Known.Catalog.Running || m.arranging || !m.work.Known.Disk || !m.work.Known.QueueRead
	default:
		return snap.Len() == 0 && !snap.Complete && m.work.Known.Catalog.Running
	}
}

// startWords say that the first rows are still to come.
func (m *model) startWords() string {
	if !m.slow {
		return ""
	}
	return "Reading the catalog" + m.gl.Ellipsis
}
