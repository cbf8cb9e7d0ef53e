package ui

import tea "github.com/charmbracelet/bubbletea"

// screen fills the window. Keys and mouse go to the one on show; all draw from the session.
type screen interface {
	// name and about document it.
	name() string
	about() string
	bindings() []binding // called once
	view() []string
	// typed offers a key to a line of input and reports whether that took it.
	typed(msg tea.KeyMsg) (cmd tea.Cmd, taken bool)
	// input is a line being typed, in at most n lines in place of the messages; inputHints are its keys.
	input(w, n int) []string
	inputHints() string
	stepBack() tea.Cmd
	// wheel scrolls what is under the mouse by some lines.
	wheel(x, y, by int)
	click(x, y int) tea.Cmd
	afterUpdate() tea.Cmd // runs after every message
}

// baseScreen has no input and nothing to scroll; screens embed it.
type baseScreen struct{ *app }

func (b baseScreen) typed(tea.KeyMsg) (tea.Cmd, bool) { return nil, false }
func (b baseScreen) input(int, int) []string          { return nil }
func (b baseScreen) inputHints() string               { return "" }
func (b baseScreen) stepBack() tea.Cmd                { b.back(); return nil }
func (b baseScreen) wheel(int, int, int)              {}
func (b baseScreen) click(int, int) tea.Cmd           { return nil }
func (b baseScreen) afterUpdate() tea.Cmd             { return nil }

// all returns the screens in the order of the manual.
func (m *app) all() []screen { return []screen{m.browse, m.detail, m.review, m.job, m.reader} }

func (*browseScreen) name() string { return "Table" }
func (*detailScreen) name() string { return "Details" }
func (*reviewScreen) name() string { return "Review" }
func (*jobScreen) name() string    { return "Import" }
func (*readerScreen) name() string { return "Texts" }

func (*browseScreen) about() string { return "The entities of the catalog and their status." }
func (*detailScreen) about() string { return "All about one entity, and what an import would send." }
func (*reviewScreen) about() string { return "What is about to be sent, before it is." }
func (*jobScreen) about() string    { return "The import under way, or the last one." }
func (*readerScreen) about() string {
	return "Help, the log, the connection, and the entities of a line of the review."
}
