package ui

import (
	"errors"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/internal/text"
	"conviso-importer/ui/session"
)

// slowAfter is how long the start may take without a word: what the disk has is mostly there
// by then, and a word that goes at once only flickers.
const slowAfter = 100 * time.Millisecond

// slowMsg reports that the start takes longer than that.
type slowMsg struct{}

// starts reports that nothing has come yet that may come any moment.
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
	return "Reading the catalog" + m.gl.Ellipsis
}

// loadFails tells why a load has failed: of a side that is out of reach since when, as what is
// on screen may be as old as that. The cause comes last, since it is what a narrow window cuts.
func (m *model) loadFails(about topic, l *load, err error) {
	side := "Conviso"
	if about == aboutCatalog {
		side = "Backstage"
	}
	if errors.Is(err, conviso.ErrUnavailable) || errors.Is(err, catalog.ErrUnavailable) {
		if l.down.IsZero() {
			l.down = m.now()
		}
		m.failWith(about, "offline since "+text.Clock(m.now(), l.down)+" ("+side+"), r tries again: "+err.Error(), "")
		return
	}
	l.down = time.Time{}
	m.failWith(about, session.ReadError(err), "")
}
