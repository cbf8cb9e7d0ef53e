package ui

import (
	"fmt"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/safetext"
	"conviso-importer/internal/text"
	"conviso-importer/ui/session"
)

// cached puts on screen what the disk had, and then asks the network.
func (m *model) cached(msg cachedMsg) tea.Cmd {
	m.latest.snap, m.latest.assets = msg.snap, msg.assets
	if m.shown.opening && msg.snap == nil {
		// A list that has gone from disk is not on its way.
		m.show(arrangement{inputs: m.latest})
		m.refill(0)
	}
	if m.id.Offline {
		if msg.snap == nil {
			m.tell(aboutCatalog, "Offline, and nothing was read before: run it once without --offline.")
		}
		return m.arrangeCmd()
	}
	return tea.Batch(m.arrangeCmd(), m.refresh(false))
}

// refresh reads the catalog, the assets and the integration again. What is on screen stays
// until there is better. All says that a person asked for it: then every asset is read, however
// little seems to have changed.
func (m *model) refresh(all bool) tea.Cmd {
	return tea.Batch(m.loadCatalogCmd(), m.loadAssetsCmd(all), m.connectionCmd())
}

// paged takes one page of a load, and asks for the next.
func (m *model) paged(msg pageMsg) tea.Cmd {
	switch {
	case msg.gen != m.catalog.gen:
		return nil
	case msg.done:
		m.catalog.end()
		return nil
	case msg.err != nil:
		m.catalog.end()
		if !isCancelled(msg.err) {
			m.loadFails(aboutCatalog, &m.catalog, msg.err)
		}
		return nil
	}
	m.catalog.read, m.catalog.total = msg.snap.Len(), msg.snap.Total
	if msg.snap.Complete {
		m.notices.drop(aboutCatalog)
		m.catalog.down = time.Time{}
	}
	next := pageCmd(msg.gen, msg.pages)
	if !m.adopts(msg.snap) {
		return next
	}
	m.latest.snap = msg.snap
	return tea.Batch(m.arrangeCmd(), next)
}

// adopts reports whether a snapshot is better than what there is. A part never takes the place
// of a whole: rows would vanish from the screen and come back.
func (m *model) adopts(snap *catalog.Snapshot) bool {
	have := m.latest.snap
	return have == nil || snap.Complete || (!have.Complete && snap.Len() >= have.Len())
}

func (m *model) assetsProgressed(msg assetsProgressMsg) tea.Cmd {
	if msg.gen != m.assets.gen {
		return nil
	}
	m.assets.read, m.assets.total = msg.read, msg.total
	return assetsProgressCmd(msg.gen, msg.wait)
}

// assetsLoaded takes the platform's assets, or what part of them could be read.
func (m *model) assetsLoaded(msg assetsMsg) tea.Cmd {
	if msg.gen != m.assets.gen {
		return nil
	}
	m.assets.end()
	switch {
	case msg.err == nil:
		m.notices.drop(aboutAssets)
		m.assets.down = time.Time{}
	case !isCancelled(msg.err):
		m.loadFails(aboutAssets, &m.assets, msg.err)
	}
	if msg.set == nil || (!msg.set.Complete && m.latest.assets != nil) {
		return nil
	}
	m.latest.assets = msg.set
	return m.arrangeCmd()
}

// itemsChanged takes items of the queue, which any process may have changed.
func (m *model) itemsChanged(msg itemsMsg) tea.Cmd {
	if !msg.whole {
		m.watching = false
	}
	if msg.err != nil {
		if !isCancelled(msg.err) {
			m.fail(aboutQueue, msg.err, "")
			return m.itemsAgainCmd()
		}
		return nil
	}
	m.notices.drop(aboutQueue)
	m.job.Runner = msg.runner
	m.mergeItems(msg.items)
	m.seq = max(m.seq, msg.seq)
	if !m.opened {
		m.opened = true
		m.offerUnfinished()
	} else {
		m.renewOffer()
	}
	return tea.Batch(m.arrangeCmd(), m.watchCmd())
}

// mergeItems takes over what is newer than what is known. The map is replaced, since a
// command may be reading the old one.
func (m *model) mergeItems(items []importer.Item) {
	if len(items) == 0 {
		return
	}
	m.happened(items)
	merged, fresh := session.Merge(m.latest.items, items)
	m.latest.items = merged
	m.latest.changes++
	// What is late depends on the time too, so this is a pass over the queue with each change.
	m.left = session.LeftOf(merged, m.now())
	m.job.Absorb(fresh, m.now())
	m.renewLeaving()
	m.lookAtFlow()
}

// arranged shows a new picture, and has the next one made where things have moved on.
func (m *model) arranged(a arrangement) tea.Cmd {
	m.arranging = false
	if a.kinds == m.latest.kinds && (a.snap != nil || !m.shown.opening) {
		m.show(a)
	}
	m.renewProposals()
	if m.outdated {
		// Marks are judged by what is known now, not by what was when this began.
		m.outdated = false
		m.refill(m.list.cursor)
		return m.arrangeCmd()
	}
	if dropped := m.marks.Prune(m.onShow()); dropped.Words() != "" {
		m.tell(aboutMarks, dropped.Words())
	}
	m.refill(m.list.cursor)
	return m.prepareCmd()
}

// offerUnfinished tells of what an earlier run, or another process, has not finished.
// Nothing is sent before the user agrees.
func (m *model) offerUnfinished() {
	if late := m.left.LateWords(m.now()); late != "" {
		m.tell(aboutLate, late)
	}
	if m.left.Unfinished() > 0 {
		m.tell(aboutUnfinished, m.offerWords())
	}
}

// renewOffer keeps the offer true while a refresh, or another process, settles what it is
// about.
func (m *model) renewOffer() {
	if late := m.left.LateWords(m.now()); late != "" {
		m.notices.renew(aboutLate, late)
	} else {
		m.notices.drop(aboutLate)
	}
	if m.left.Unfinished() == 0 {
		m.notices.drop(aboutUnfinished)
		return
	}
	m.notices.renew(aboutUnfinished, m.offerWords())
}

func (m *model) offerWords() string {
	l := m.left
	words := fmt.Sprintf("Unfinished import from %s: %s enter resumes", text.Clock(m.now(), l.Since), l.Words())
	switch {
	case m.job.Runner != "":
		words = fmt.Sprintf("%s is importing: %s enter shows it", m.job.Runner, l.Words())
	case m.unable() != "":
		words = fmt.Sprintf("Unfinished import from %s: %s Not resumed, %s", text.Clock(m.now(), l.Since), l.Words(), m.unable())
	}
	return safetext.Line(words)
}

// unable is why nothing can be sent at all, or empty.
func (m *model) unable() string { return session.Unable(m.id) }
