package ui

import (
	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/printout"
	"conviso-importer/internal/safetext"
	"conviso-importer/ui/session"
)

type exportedMsg struct {
	name, path string // the name asked for, and the absolute path
	rows       int
	partial    bool // the catalog was not read completely
	err        error
}

// exportKey writes items to a file; off says why there are none.
func (m *app) exportKey(help string, off func() string, items func() func() []printout.Item) binding {
	return bind("e", help, "e").in("Look").atFoot(175, "export").unless(func() string {
		if m.opt.Export == nil {
			return session.NoFiles
		}
		return off()
	}).just(func() { m.askExport(items) })
}

// askExport asks for a file name. The items are chosen on enter and built outside of Update.
func (m *app) askExport(items func() func() []printout.Item) {
	name := m.exportName
	if name == "" {
		name = session.ExportName(m.now())
	}
	m.ask("Write to", name, "writes .csv or .json", "writes", func(name string) tea.Cmd {
		m.exportName = ""
		if name == "" {
			m.say("no name was given, so nothing was written.")
			return nil
		}
		write, build := m.opt.Export, items()
		partial := m.work.Shown.Catalog != nil && !m.work.Shown.Catalog.Complete
		return func() tea.Msg {
			rows := build()
			path, err := write(name, rows)
			return exportedMsg{name: name, path: path, rows: len(rows), partial: partial, err: err}
		}
	})
}

// report offers a name that could not be used again.
func (e exportedMsg) report(m *app) {
	if e.err != nil {
		m.exportName = e.name
		m.fail(session.AboutExport, e.err, "e asks again")
		return
	}
	m.tell(session.AboutExport, session.Exported(e.rows, e.path, e.partial))
}

func (m *browseScreen) listItems() func() []printout.Item {
	p, rows := m.work.Shown, m.list.rows
	return func() []printout.Item {
		return printout.Of(&p.View, rows)
	}
}

func (m *jobScreen) jobItems() func() []printout.Item {
	refs, items, snap := m.work.Job.Refs(), m.work.Items(), m.work.Shown.Catalog
	return func() []printout.Item {
		list := make([]printout.Item, 0, len(refs))
		for _, ref := range refs {
			item, ok := items[ref]
			if !ok {
				item = importer.Item{Ref: ref, State: importer.Queued}
			}
			list = append(list, printout.New(entityOf(snap, &item),
				importer.Status{State: item.State, Reason: safetext.Line(item.Error), AssetID: safetext.Line(item.AssetID)}))
		}
		return list
	}
}

// entityOf falls back to what the item knows if the catalog does not have its entity.
func entityOf(snap *catalog.Snapshot, item *importer.Item) catalog.Entity {
	if snap != nil {
		if row, ok := snap.Row(item.Ref); ok {
			return snap.At(row)
		}
	}
	name := safetext.Line(item.Project.Name)
	if name == "" {
		name = item.Ref.Name()
	}
	return catalog.Entity{Ref: item.Ref, Kind: item.Ref.Kind(), Namespace: item.Ref.Namespace(), Name: name}
}

func (m *jobScreen) noItems() string { return reasonIf(m.work.Job.Len() == 0, "there is no item.") }
