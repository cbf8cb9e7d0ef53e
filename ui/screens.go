package ui

import tea "github.com/charmbracelet/bubbletea"

// screen is what fills the window. Keys, mouse and size go to the one on show; data goes to the
// session, which all of them draw from.
type screen interface {
	// name is what help and manual call it, about says what is on it.
	name() string
	about() string
	// bindings are what its keys do. They are made once.
	bindings() []binding
	// view is the whole window in lines.
	view() []string
	// typed takes a key that goes to a line of input, and reports whether it did.
	typed(msg tea.KeyMsg) (cmd tea.Cmd, taken bool)
	// input is a line that is being typed into and what belongs to it, in at most n lines in place of
	// the messages; inputHints are its keys, in place of the screen's. They are empty where none is.
	input(w, n int) []string
	inputHints() string
	// stepBack undoes the latest step that narrowed or covered the screen, or leaves it.
	stepBack() tea.Cmd
	// wheel scrolls by some lines what is under the mouse, click does what a click there means.
	wheel(x, y, by int)
	click(x, y int) tea.Cmd
	// settle follows a message that was handled.
	settle() tea.Cmd
}

// baseScreen is a screen that takes no input and has nothing to scroll. Screens embed it.
type baseScreen struct{ *app }

func (b baseScreen) typed(tea.KeyMsg) (tea.Cmd, bool) { return nil, false }
func (b baseScreen) input(int, int) []string          { return nil }
func (b baseScreen) inputHints() string               { return "" }
func (b baseScreen) stepBack() tea.Cmd                { b.back(); return nil }
func (b baseScreen) wheel(int, int, int)              {}
func (b baseScreen) click(int, int) tea.Cmd           { return nil }
func (b baseScreen) settle() tea.Cmd                  { return nil }

// all are the screens in the order of the manual.
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
