package ui

import (
	"fmt"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/ui/draw"
	"conviso-importer/ui/session"
)

// bindings are in order of precedence: of those that share a key the first usable one takes it.
func (m *browseScreen) bindings() []binding {
	return slices.Concat(m.importKeys(), m.spanKeys(), m.markKeys(), m.selectKeys(), m.lookKeys(), m.copyKeys(),
		[]binding{bind(":", "command line: company, kind, sort, filter and more; tab completes", ":").in("Look").atFoot(160, "command").just(m.openCommand)},
		m.facetKeys(), m.moveKeys(), m.scrollKeys(m.detail.scrollDetail), m.tableKeys())
}

func (m *browseScreen) importKeys() []binding {
	return []binding{
		bind("enter", "resume the unfinished import on offer", "enter").in("Import").inMode().atFoot(10, "resume").
			unless(m.notOffered).does(m.job.showImport),
		bind("i", "import what is marked, after a review", "i").in("Import").atFoot(40, "import").aboveAll().
			counting(m.work.Marks.Len).unless(m.notImportable).does(m.review.reviewMarked),
		bind("R", "try again what failed, after a review", "R").in("Import").atFoot(70, "retry").
			counting(func() int { return m.work.Known.FailedListed }).unless(m.nothingFailed).does(m.review.reviewFailed),
		bind("u", "show the import, or resume an unfinished one", "u").in("Import").atFoot(80, "progress").
			unless(m.noJob).does(m.job.showImport),
		bind("D", "take back what waits of the row, or of the range, before it is sent", "D").in("Import").atFoot(85, "take back").
			staying(m.somethingWaits).unless(m.notTakeable).just(m.takeBackRows),
		bind("t", "auto-import on or off, after a review", "t").in("Import").atFoot(130, "auto-import").
			unless(m.work.Unable).does(m.toggleAuto),
	}
}

func (m *browseScreen) markKeys() []binding {
	return []binding{
		bind("space", "mark (select) or unmark the row", " ").in("Mark").atFoot(20, "mark").staying(m.hasRows).unless(m.notMarkable).just(m.toggle),
		bind("a", "mark all that match and can be imported; again: unmark them", "a").in("Mark").atFoot(30, "mark all").
			counting(func() int { return m.importable }).unless(m.notBulk).just(func() { m.toggleBulk(m.list.rows, "that matches") }),
		bind("m", "mark this page", "m").in("Mark").atFoot(110, "mark page").unless(m.notBulk).just(func() {
			from, to := m.list.page()
			m.toggleBulk(m.list.rows[from:to], "on this page")
		}),
		bind("A", "unmark everything; z brings it back", "A").in("Mark").atFoot(120, "clear").unless(m.noMarks).just(m.unmarkAll),
	}
}

func (m *browseScreen) lookKeys() []binding {
	return []binding{
		bind("enter", "details of the row", "enter").in("Look").atFoot(50, "detail").unless(m.noRows).
			just(func() { m.open(m.detail) }),
		bind("/", "filter: words, owner:team, status:new, !not; tab completes", "/").in("Look").atFoot(60, "filter").
			just(func() { m.typing = true; m.filter.Begin() }),
		bind("s", "sort by the next column", "s").in("Look").atFoot(90, "sort").does(func() tea.Cmd { return m.sortNext(true) }),
		bind("S", "sort direction: ascending, descending, as in the catalog", "S").in("Look").does(func() tea.Cmd { return m.sortNext(false) }),
		bind("p", "detail pane on the right; again: none", "p").in("Look").atFoot(100, "pane").unless(m.noPane).just(func() { m.dock(draw.DockRight) }),
		bind("P", "detail pane at the bottom; again: none", "P").in("Look").unless(m.noPaneBelow).just(func() { m.dock(draw.DockBottom) }),
		m.exportKey("write the rows on the list to a file, .csv or .json", m.notBulk, m.listItems),
		bind("w", "more columns at the cost of the names; again: fewer", "w").in("Look").atFoot(170, "wide").just(func() { m.wide = !m.wide }),
		bind("r", "read the catalog and the assets again", "r").in("Look").atFoot(140, "refresh").unless(m.offline).just(func() { m.work.Refresh(true) }),
		bind("c", "connection: systems, company, integration, auto-import", "c").in("Look").atFoot(150, "connection").
			does(m.showConnection),
	}
}

func (m *browseScreen) facetKeys() []binding {
	var keys []binding
	for f := session.FacetAll; f < session.Facets; f++ {
		digit, help := fmt.Sprint(int(f)+1), "only "+f.String()
		if f == session.FacetAll {
			help = "All again"
		}
		keys = append(keys, bind(digit, help, digit).in("Look").just(func() { m.chooseFacet(f) }))
	}
	return keys
}

func (m *browseScreen) chooseFacet(f session.Facet) {
	m.facet = f
	m.refill(0)
}

func (m *browseScreen) moveKeys() []binding {
	to := func(position func() int) func() { return func() { m.moveTo(position()) } }
	by := func(rows func() int) func() { return to(func() int { return m.list.cursor + rows() }) }
	page := func() int { return m.list.perPage }
	return []binding{
		bind("j", "next row; also down", "j", "down").moves(m, by(func() int { return 1 })),
		bind("k", "row before; also up", "k", "up").moves(m, by(func() int { return -1 })),
		bind("pgdn", "next page; also right and .", "pgdown", "right", ".").moves(m, by(page)),
		bind("pgup", "page before; also left and ,", "pgup", "left", ",").moves(m, by(func() int { return -page() })),
		bind("ctrl+d", "half a page down", "ctrl+d").moves(m, by(func() int { return max(1, page()/2) })),
		bind("ctrl+u", "half a page up", "ctrl+u").moves(m, by(func() int { return -max(1, page()/2) })),
		bind("g", "first row; also home", "g", "home").moves(m, to(func() int { return 0 })),
		bind("G", "last row; also end", "G", "end").moves(m, to(func() int { return len(m.list.rows) - 1 })),
	}
}
