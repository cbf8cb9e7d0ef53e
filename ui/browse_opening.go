package ui

import (
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/ui/session"
)

// begin shows how the list looked last, until the list itself has come from disk. Large ones take
// a moment, and a user who waits for the first page sees it at once.
func (m *browseScreen) begin(o *importer.Opening) {
	if o == nil || m.opt.Filter != "" {
		return
	}
	snap, statuses := o.Picture()
	view := importer.View{Catalog: snap, Kinds: m.work.Kinds(), Assets: conviso.NewAssetSet(nil, o.AssetsReadAt, true), Statuses: statuses}
	m.work.Show(session.OpeningState(o, view, m.sort))
	m.refill(0)
}

// waits reports that what is on screen is the beginning of a list which is about to be there.
func (m *browseScreen) waits() bool { return m.work.Shown.Opening || m.list.partial }

// holds keeps a key until the list is there: what it does would be done to the first rows alone.
// What changes nothing but the cursor or the text of the filter is done at once, as long as no key
// before it waits.
func (m *browseScreen) holds(msg tea.KeyMsg) bool {
	if !m.waits() {
		return false
	}
	at := []string{"up", "down", "j", "k"}
	if m.work.Shown.Opening {
		// Who only looks in may leave.
		at = append(at, "q")
	}
	harmless := slices.Contains(at, msg.String())
	if m.typing {
		harmless = msg.Type == tea.KeyRunes || msg.Type == tea.KeySpace || msg.Type == tea.KeyBackspace
	}
	if harmless && len(m.held) == 0 {
		return false
	}
	m.held = append(m.held, msg)
	return true
}

// release does what the keys ask for that were held.
func (m *browseScreen) release() tea.Cmd {
	var cmds []tea.Cmd
	for len(m.held) > 0 && !m.waits() {
		key := m.held[0]
		m.held = m.held[1:]
		cmds = append(cmds, m.key(key))
	}
	return tea.Batch(cmds...)
}

// openingStep is by how many rows openings grow: for the next window, which may be higher than this
// one, and so that a window that is being enlarged does not keep one with every line.
const openingStep = 64

// keepOpeningCmd keeps how the list looks for the next start, whenever everything has been read
// and something is other than when it was kept last.
func (m *browseScreen) keepOpeningCmd() tea.Cmd {
	p := &m.work.Shown
	settled := !m.work.Known.Catalog.Running && !m.work.Known.Assets.Running && !m.arranging && !m.work.Job.Sends
	if !settled || p.Opening || p.Catalog == nil || !p.Catalog.Complete || p.Assets == nil || !p.Assets.Complete || m.work.ID.Demo {
		return nil
	}
	if p.Statuses == m.kept && m.height <= m.keptRows {
		return nil
	}
	m.kept, m.keptRows = p.Statuses, (m.height/openingStep+1)*openingStep
	e, snap, statuses, readAt, rows := m.engine, p.Catalog, p.Statuses, p.Assets.ReadAt, m.keptRows
	return func() tea.Msg {
		e.KeepOpening(importer.NewOpening(snap, statuses, snap.Order(catalog.ColumnName, false), readAt, rows))
		return nil
	}
}

// slowAfter is how long the start may take without a word: what the disk has is mostly there
// by then, and a word that goes at once only flickers.
const slowAfter = 100 * time.Millisecond

// starts reports that nothing has come yet that may come any moment.
func (m *browseScreen) starts() bool {
	switch snap := m.work.Shown.Catalog; {
	case snap == nil:
		return m.work.Known.Catalog.Running || m.arranging || !m.work.Known.Disk || !m.work.Known.QueueRead
	default:
		return snap.Len() == 0 && !snap.Complete && m.work.Known.Catalog.Running
	}
}

// startWords say that the first rows are still to come.
func (m *browseScreen) startWords() string {
	if !m.slow {
		return ""
	}
	return "Reading the catalog" + m.gl.Ellipsis
}
