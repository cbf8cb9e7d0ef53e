package ui

import (
	"errors"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
)

// slowAfter is how long the start may take without a word: what the disk has is mostly there
// by then, and a word that goes at once only flickers.
const slowAfter = 100 * time.Millisecond

// slowMsg says that the start takes longer than that.
type slowMsg struct{}

// starts says that nothing has come yet that may come any moment.
func (m *model) starts() bool {
	switch snap := m.shown.snap; {
	case snap == nil:
		return m.catalog.running || m.arranging || !m.opened
	default:
		return snap.Len() == 0 && !snap.Complete && m.catalog.running
	}
}

// startWords say that the first rows are still to come.
func (m *model) startWords() string {
	if !m.slow {
		return ""
	}
	return "Reading the catalog" + m.gl.ellipsis
}

// loadFails tells why a load has failed. Of a side that is out of reach it says since when:
// what is on screen may be as old as that.
func (m *model) loadFails(about topic, side string, l *load, err error) {
	if !errors.Is(err, conviso.ErrUnavailable) && !errors.Is(err, catalog.ErrUnavailable) {
		l.down = time.Time{}
		m.fail(about, err, "")
		return
	}
	if l.down.IsZero() {
		l.down = m.now()
	}
	// The cause comes last: it is what a narrow window may cut.
	m.failWith(about, "offline since "+clock(m.now(), l.down)+" ("+side+"), r tries again: "+err.Error(), "")
}
