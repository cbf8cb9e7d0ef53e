package ui

import (
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/status"
	"conviso-importer/ui/session"
)

// begin shows the saved first page until the list is read from disk, which takes a moment.
func (m *browseScreen) begin(o *importer.Opening) {
	if o == nil || m.opt.Filter != "" {
		return
	}
	snap, statuses := o.Picture()
	view := importer.View{Catalog: snap, Kinds: m.work.Kinds(), Assets: conviso.NewAssetSet(nil, o.AssetsReadAt, true), Statuses: statuses}
	m.work.Show(session.OpeningState(o, view, m.sort))
	m.refill(0)
}

// partlyListed reports whether only the first rows of the list are known yet.
func (m *browseScreen) partlyListed() bool { return m.work.Shown.Opening || m.list.partial }

// queuesKey queues a key until the whole list is known, unless it only moves the cursor or types.
// Keys stay in order: nothing overtakes a queued key.
func (m *browseScreen) queuesKey(msg tea.KeyMsg) bool {
	if !m.partlyListed() {
		return false
	}
	at := []string{"up", "down", "j", "k"}
	if m.work.Shown.Opening {
		at = append(at, "q") // who only looks in may leave
	}
	harmless := slices.Contains(at, msg.String())
	if m.typing {
		harmless = msg.Type == tea.KeyRunes || msg.Type == tea.KeySpace || msg.Type == tea.KeyBackspace
	}
	if harmless && len(m.pendingKeys) == 0 {
		return false
	}
	m.pendingKeys = append(m.pendingKeys, msg)
	return true
}

func (m *browseScreen) replayKeys() tea.Cmd {
	var cmds []tea.Cmd
	for len(m.pendingKeys) > 0 && !m.partlyListed() {
		key := m.pendingKeys[0]
		m.pendingKeys = m.pendingKeys[1:]
		cmds = append(cmds, m.key(key))
	}
	return tea.Batch(cmds...)
}

// openingStep rounds up the rows of openings: the next window may be higher, and resizing must not save often.
const openingStep = 64

// keepOpeningCmd saves the first page for the next start once everything is read, if it has changed.
func (m *browseScreen) keepOpeningCmd() tea.Cmd {
	p := &m.work.Shown
	settled := !m.work.Known.Catalog.Running && !m.work.Known.Assets.Running && !m.arranging && !m.work.Job.Sends
	if !settled || p.Opening || p.Catalog == nil || !p.Catalog.Complete || p.Assets == nil || !p.Assets.Complete || m.work.ID.Demo {
		return nil
	}
	if p.Statuses == m.savedStatuses && m.height <= m.savedRows {
		return nil
	}
	m.savedStatuses, m.savedRows = p.Statuses, (m.height/openingStep+1)*openingStep
	e, snap, statuses, readAt, rows := m.engine, p.Catalog, p.Statuses, p.Assets.ReadAt, m.savedRows
	return func() tea.Msg {
		e.KeepOpening(status.NewOpening(snap, statuses, snap.Order(catalog.ColumnName, false), readAt, rows))
		return nil
	}
}

// slowAfter is how long the start may take silently; a message that goes at once would flicker.
const slowAfter = 100 * time.Millisecond

func (m *browseScreen) starts() bool {
	if snap := m.work.Shown.Catalog; snap != nil {
		return snap.Len() == 0 && !snap.Complete && m.work.Known.Catalog.Running
	}
	return m.work.Known.Catalog.Running || m.arranging || !m.work.Known.Disk || !m.work.Known.QueueRead
}
