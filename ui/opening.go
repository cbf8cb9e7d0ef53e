package ui

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/ui/session"
)

// begin shows how the list looked last, until the list itself has come from disk. Large ones take
// a moment, and a user who waits for the first page sees it at once.
func (m *model) begin(o *importer.Opening) {
	if o == nil || m.opt.Filter != "" {
		return
	}
	snap, statuses := o.Picture()
	view := importer.View{Catalog: snap, Kinds: m.work.Kinds(), Assets: conviso.NewAssetSet(nil, o.AssetsReadAt, true), Statuses: statuses}
	m.work.Show(session.OpeningState(o, view, m.sort))
	m.refill(0)
}

// waits reports that what is on screen is the beginning of a list which is about to be there.
func (m *model) waits() bool { return m.work.Shown.Opening || m.list.partial }

// holds keeps a key until the list is there: what it does would be done to the first rows alone.
// What changes nothing but the cursor or the text of the filter is done at once, as long as no key
// before it waits.
func (m *model) holds(msg tea.KeyMsg) bool {
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
func (m *model) release() tea.Cmd {
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
func (m *model) keepOpeningCmd() tea.Cmd {
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
