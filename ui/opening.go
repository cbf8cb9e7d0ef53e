package ui

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
)

// begin shows how the list looked last, until the list itself has come from disk. Large ones take
// a moment, and a user who waits for the first page sees it at once.
func (m *model) begin(o *importer.Opening) {
	if o == nil || m.opt.Filter != "" {
		return
	}
	snap, statuses := o.Picture()
	in := inputs{snap: snap, assets: conviso.NewAssetSet(nil, o.AssetsReadAt, true), sort: m.latest.sort}
	m.show(arrangement{inputs: in, statuses: statuses, kindCount: o.Kinds, opening: true, more: o.Total - snap.Len()})
	m.refill(0)
}

// holds keeps a key until the list is there, and says so: what it does would be done to the first
// rows alone. The cursor moves, and who has not asked for anything may leave.
func (m *model) holds(msg tea.KeyMsg) bool {
	if !m.shown.opening || len(m.held) == 0 && slices.Contains([]string{"up", "down", "j", "k", "q"}, msg.String()) {
		return false
	}
	m.held = append(m.held, msg)
	return true
}

// release does what the keys ask for that were held.
func (m *model) release() tea.Cmd {
	if m.shown.opening {
		return nil
	}
	keys := m.held
	m.held = nil
	var cmds []tea.Cmd
	for _, key := range keys {
		cmds = append(cmds, m.key(key))
	}
	return tea.Batch(cmds...)
}

// keepOpeningCmd keeps how the list looks for the next start, whenever everything has been read
// and something is other than when it was kept last.
func (m *model) keepOpeningCmd() tea.Cmd {
	a := &m.shown
	settled := !m.catalog.running && !m.assets.running && !m.arranging && !m.job.draining
	if !settled || a.opening || a.snap == nil || !a.snap.Complete || a.assets == nil || !a.assets.Complete || m.id.Demo {
		return nil
	}
	if a.snap == m.kept.snap && a.assets == m.kept.assets && a.changes == m.kept.changes {
		return nil
	}
	m.kept = a.inputs
	e, snap, statuses, readAt := m.engine, a.snap, a.statuses, a.assets.ReadAt
	return func() tea.Msg {
		first := sortColumns()[sorting{}.column]
		e.KeepOpening(importer.NewOpening(snap, statuses, snap.Order(first.column, false), readAt))
		return nil
	}
}
