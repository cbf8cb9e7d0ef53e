package ui

import (
	"fmt"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/conviso/importer"
)

// binding is one thing that keys can do on a screen. The bindings of a screen are the one
// source of what keys do, of its last line and of its help.
type binding struct {
	key.Binding
	group string
	// foot is the word for the screen's last line; without one it is in the help alone.
	foot string
	// figure, where there is one, is how many things the key would act on now.
	figure func() int
	// off says why the key cannot be used now; empty, or no function, means that it can.
	off func() string
	// steady keeps the binding on the last line even then: what changes with every row
	// would make the line flicker.
	steady bool
	run    func() tea.Cmd
}

// reason is why the binding cannot be used now.
func (b *binding) reason() string {
	if b.off == nil {
		return ""
	}
	return b.off()
}

// words are what the last line says of the binding.
func (b *binding) words() string {
	if b.figure != nil {
		if n := b.figure(); n > 0 {
			return fmt.Sprintf("%s %d", b.foot, n)
		}
	}
	return b.foot
}

// bind makes a binding from the keys as Bubble Tea names them and the form in which they
// are shown.
func bind(shown, help string, keys ...string) binding {
	return binding{Binding: key.NewBinding(key.WithKeys(keys...), key.WithHelp(shown, help))}
}

func (b binding) in(group string) binding           { b.group = group; return b }
func (b binding) atFoot(word string) binding        { b.foot = word; return b }
func (b binding) counting(n func() int) binding     { b.figure = n; return b }
func (b binding) always() binding                   { b.steady = true; return b }
func (b binding) unless(off func() string) binding  { b.off = off; return b }
func (b binding) does(run func() tea.Cmd) binding   { b.run = run; return b }
func (b binding) just(run func()) binding           { return b.does(func() tea.Cmd { run(); return nil }) }
func (b binding) moves(m *model, by func()) binding { return b.in("Move").unless(m.noRows).just(by) }

// dispatch does what the key does on the screen on show. Where several bindings have it,
// the first that can be used now takes it; where none can, the last says why.
func (m *model) dispatch(msg tea.KeyMsg) tea.Cmd {
	why := ""
	for i := range m.keys[m.top()] {
		b := &m.keys[m.top()][i]
		if !key.Matches(msg, b.Binding) {
			continue
		}
		if b.group != "Move" {
			// The answer to an earlier key would read as the answer to this one.
			m.notices.drop(aboutKey)
		}
		if why = b.reason(); why == "" {
			return b.run()
		}
	}
	if why != "" {
		m.say(why)
	}
	return nil
}

// bindings are the keys of every screen, in the order of importance for its last line.
func (m *model) bindings() map[screen][]binding {
	return map[screen][]binding{
		screenBrowse:    m.browseKeys(),
		screenDetail:    m.detailKeys(),
		screenReview:    m.reviewKeys(),
		screenImporting: m.importingKeys(),
		screenReader:    m.readerKeys(),
	}
}

func (m *model) browseKeys() []binding {
	keys := []binding{
		bind("enter", "resume the unfinished import on offer", "enter").in("Import").atFoot("resume").
			unless(m.notOffered).does(m.showImport),
		bind("space", "mark or unmark the row", " ").in("Mark").atFoot("mark").always().unless(m.notMarkable).just(m.toggle),
		bind("a", "mark all that match and can be imported; again: unmark them", "a").in("Mark").atFoot("mark all").
			counting(func() int { return m.importable }).unless(m.noRows).just(func() { m.toggleBulk(m.list.rows, "that matches") }),
		bind("i", "import what is marked, after a review", "i").in("Import").atFoot("import").
			counting(func() int { return len(m.marks) }).unless(m.notImportable).does(m.reviewMarked),
		bind("enter", "details of the row", "enter").in("Look").atFoot("detail").unless(m.noRows).
			just(func() { m.open(screenDetail) }),
		bind("/", "filter by words of name, title, description, owner and tags", "/").in("Look").atFoot("filter").
			just(func() { m.typing = true; m.filter.CursorEnd() }),
		bind("R", "try again what failed, after a review", "R").in("Import").atFoot("retry").
			counting(func() int { return m.left.failed }).unless(m.nothingFailed).does(m.reviewFailed),
		bind("u", "show the import, or resume an unfinished one", "u").in("Import").atFoot("progress").
			unless(m.noJob).does(m.showImport),
		bind("s", "sort by the next column", "s").in("Look").atFoot("sort").does(func() tea.Cmd { return m.sortNext(true) }),
		bind("p", "detail pane on the right", "p").in("Look").atFoot("pane").unless(m.noPane).just(func() { m.pane = !m.pane; m.resize() }),
		bind("m", "mark this page", "m").in("Mark").atFoot("mark page").unless(m.noRows).just(func() {
			from, to := m.list.page()
			m.toggleBulk(m.list.rows[from:to], "on this page")
		}),
		bind("A", "unmark everything", "A").in("Mark").atFoot("clear").unless(m.noMarks).just(m.unmarkAll),
		bind("t", "auto-import on or off, after a review", "t").in("Import").atFoot("auto-import").
			unless(m.unable).does(m.toggleAuto),
		bind("r", "read the catalog and the assets again", "r").in("Look").atFoot("refresh").unless(m.offline).does(m.refresh),
		bind("c", "connection: systems, company, integration, auto-import", "c").in("Look").atFoot("connection").
			does(m.showConnection),
		bind("S", "sort direction: ascending, descending, as in the catalog", "S").in("Look").does(func() tea.Cmd { return m.sortNext(false) }),
	}
	keys = append(keys, m.facetKeys()...)
	keys = append(keys, m.moveKeys()...)
	keys = append(keys, m.scrollKeys(m.scrollDetail)...)
	return append(keys, m.tableKeys()...)
}

func (m *model) facetKeys() []binding {
	var keys []binding
	for f := facetAll; f < facets; f++ {
		digit := fmt.Sprint(int(f) + 1)
		keys = append(keys, bind(digit, "only "+f.String(), digit).in("Look").just(func() {
			m.facet = f
			m.refill(0)
		}))
	}
	return keys
}

// moveKeys move the cursor through the list.
func (m *model) moveKeys() []binding {
	to := func(position func() int) func() { return func() { m.list.move(&m.shown, position()) } }
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

// scrollKeys scroll the text of a pane or screen.
func (m *model) scrollKeys(scroll func(lines int)) []binding {
	return []binding{
		bind("J", "scroll the text down", "J").in("Move").just(func() { scroll(1) }),
		bind("K", "scroll the text up", "K").in("Move").just(func() { scroll(-1) }),
	}
}

// tableKeys end the keys of the screens that one works in: there q quits.
func (m *model) tableKeys() []binding {
	return append([]binding{
		m.messagesKey(), m.helpKey(),
		bind("q", "quit", "q").in("Leave").atFoot("quit").does(m.quit),
	}, m.everywhereKeys("")...)
}

// everywhereKeys are the same on every screen.
func (m *model) everywhereKeys(backWord string) []binding {
	return []binding{
		bind("esc", "back one step: message, filter, facet, pane, screen; never quits", "esc").in("Leave").atFoot(backWord).does(m.stepBack),
		bind("ctrl+l", "draw the screen again", "ctrl+l").in("Look").does(func() tea.Cmd { return tea.ClearScreen }),
		bind("ctrl+z", "suspend: back to the shell, whose fg comes back here", "ctrl+z").in("Leave").does(m.suspend),
		bind("ctrl+c", "quit", "ctrl+c").in("Leave").does(m.quit),
	}
}

// overlayKeys end the keys of the screens that one only looks at: there q goes back.
func (m *model) overlayKeys() []binding {
	return append([]binding{
		m.messagesKey(), m.helpKey(),
		bind("q", "back", "q").in("Leave").does(m.stepBack),
	}, m.everywhereKeys("back")...)
}

func (m *model) messagesKey() binding {
	return bind("@", "messages in full", "@").in("Look").just(func() { m.read("Messages", m.noticeLines) })
}

func (m *model) helpKey() binding {
	return bind("?", "help", "?").in("Leave").atFoot("help").just(m.showHelp)
}

func (m *model) noRows() string {
	if len(m.list.rows) == 0 {
		return "no row is on the list."
	}
	return ""
}

func (m *model) noMarks() string {
	if len(m.marks) == 0 {
		return "nothing is marked. Space marks the row under the cursor."
	}
	return ""
}

func (m *model) notMarkable() string {
	ref, ok := m.list.current(&m.shown)
	if !ok {
		return m.noRows()
	}
	if state := m.shown.status(ref).State; !markable(state) {
		return fmt.Sprintf("%s is %s already.", ref.Name(), state)
	}
	return ""
}

func (m *model) notImportable() string {
	if why := m.unable(); why != "" {
		return why
	}
	return m.noMarks()
}

func (m *model) nothingFailed() string {
	if why := m.unable(); why != "" {
		return why
	}
	if m.left.failed == 0 {
		return "nothing has failed."
	}
	return ""
}

func (m *model) noJob() string {
	if len(m.job.refs) > 0 {
		return ""
	}
	if m.left.pending() == 0 {
		return "no import has run since this table was opened."
	}
	return m.unable()
}

func (m *model) notOffered() string {
	if top, ok := m.notices.top(); !ok || top.about != aboutUnfinished {
		return "no unfinished import is on offer."
	}
	return m.noJob()
}

func (m *model) noPane() string {
	if m.width < wideFrom {
		return fmt.Sprintf("the pane needs %d columns. Enter opens the details.", wideFrom)
	}
	return ""
}

func (m *model) offline() string {
	if m.id.Offline {
		return "offline: run it without --offline to read again."
	}
	return ""
}

// failed says whether the queue's last word on an item is that it failed.
func failed(item *importer.Item) bool { return item.State == importer.Failed }
