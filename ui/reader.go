package ui

import (
	"fmt"
	"strings"

	"conviso-importer/ui/draw"

	tea "github.com/charmbracelet/bubbletea"
)

// reader shows a scrollable text. The text is made on each draw, so it follows width and data.
type reader struct {
	title     string
	text      func(w int) []passage
	top       int
	help, log bool // which of the two toggled texts this is
	search    search
	under     *reader // the text below, nil if it is another screen
}

type readerScreen struct {
	baseScreen
	reader
}

func (m *readerScreen) wheel(_, _, by int) { m.scrollReader(by) }

func (m *readerScreen) typed(msg tea.KeyMsg) (tea.Cmd, bool) {
	if !m.reader.search.typing {
		return nil, false
	}
	return m.typeSearch(msg), true
}

// stepBack ends a search before it leaves the text.
func (m *readerScreen) stepBack() tea.Cmd {
	if !m.dropSearch() {
		m.leaveText()
	}
	return nil
}

func (m *readerScreen) inputHints() string {
	if !m.reader.search.typing {
		return ""
	}
	return m.hints(keyHint{"enter", "keeps the search", "keeps"}, keyHint{"esc", "drops it", "drops"}, keyHint{"up/down", "scrolls", "scrolls"})
}

// passage is a unit of search: a paragraph, a key or a message. Those after a heading belong to it.
type passage struct {
	lines   []string
	heading bool
}

// read opens a text; lines that begin with a blank continue the passage before them.
func (m *readerScreen) read(title string, lines func(w int) []string) {
	m.openText(reader{title: title, text: func(w int) []passage { return passages(lines(w)) }})
}

// passages groups lines with their continuations.
func passages(lines []string) []passage {
	all := make([]passage, 0, len(lines))
	for _, line := range lines {
		if n := len(all); n > 0 && strings.HasPrefix(line, " ") {
			all[n-1].lines = append(all[n-1].lines, line)
			continue
		}
		all = append(all, passage{lines: []string{line}})
	}
	return all
}

func (m *readerScreen) openText(r reader) {
	if m.onShow() == screen(m) {
		under := m.reader
		r.under = &under
	}
	r.search = newSearch()
	m.reader = r
	m.open(m)
}

func (m *readerScreen) leaveText() {
	if m.reader.under != nil {
		m.reader = *m.reader.under
		return
	}
	m.back()
}

// wrapAll wraps paragraphs and keeps their indent; others get a hanging indent.
func wrapAll(paragraphs []string, w int) []string {
	var lines []string
	for _, p := range paragraphs {
		text := strings.TrimLeft(p, " ")
		indent := p[:min(len(p)-len(text), w/2)]
		switch {
		case text == "":
			lines = append(lines, "")
		case indent == "":
			lines = append(lines, hanging(text, w)...)
		default:
			for _, line := range draw.Wrap(text, w-len(indent)) {
				lines = append(lines, indent+line)
			}
		}
	}
	return lines
}

// hanging wraps with a hanging indent, so that a search sees one passage.
func hanging(text string, w int) []string {
	const indent = 2
	lines := draw.Wrap(text, w)
	if len(lines) < 2 {
		return lines
	}
	rest := strings.TrimSpace(strings.TrimPrefix(text, lines[0]))
	return append(lines[:1:1], indented(draw.Wrap(rest, max(1, w-indent)))...)
}

func (m *readerScreen) scrollReader(by int) {
	m.reader.top = draw.Scrolled(m.reader.top+by, len(m.readerLines()), m.layout().Body())
}

func (m *readerScreen) bindings() []binding {
	page := func() int { return max(1, m.layout().Body()-1) }
	half := func() int { return max(1, m.layout().Body()/2) }
	return append([]binding{
		bind("/", "search: what holds every word stays, with its heading; esc ends it", "/").in("Look").atFoot(20, "search").just(m.startSearch),
		bind("j", "scroll down; also down and J", "j", "down", "J").in("Move").atFoot(10, "down").just(func() { m.scrollReader(1) }),
		bind("k", "scroll up; also up and K", "k", "up", "K").in("Move").atFoot(11, "up").just(func() { m.scrollReader(-1) }),
		bind("pgdn", "next page; also space, right and .", "pgdown", "right", ".", " ").in("Move").just(func() { m.scrollReader(page()) }),
		bind("pgup", "page before; also left and ,", "pgup", "left", ",").in("Move").just(func() { m.scrollReader(-page()) }),
		bind("ctrl+d", "half a page down", "ctrl+d").in("Move").just(func() { m.scrollReader(half()) }),
		bind("ctrl+u", "half a page up", "ctrl+u").in("Move").just(func() { m.scrollReader(-half()) }),
		bind("g", "top; also home", "g", "home").in("Move").just(func() { m.reader.top = 0 }),
		bind("G", "end; also end", "G", "end").in("Move").just(func() { m.scrollReader(len(m.readerLines())) }),
		bind("y", "copy the newest entry of the log", "y").in("Look").atFoot(30, "copy newest").unless(m.notMessages).does(m.copyMessage),
		bind("@", "log: what was said and what happened; in the log: back", "@").in("Look").just(m.showLog),
		bind("?", "help; in the help: back", "?").in("Leave").just(m.showHelp),
		bind("q", "back", "q").in("Leave").just(m.leaveText),
	}, m.everywhereKeys("back")...)
}

// readerLines are the lines on show, filtered by the search.
func (m *readerScreen) readerLines() []string {
	text, _, _ := m.found()
	var lines []string
	for i := range text {
		lines = append(lines, text[i].lines...)
	}
	return lines
}

func (m *readerScreen) view() []string {
	lines := m.readerLines()
	h := m.layout().Body()
	title := m.reader.title
	if len(lines) > h {
		top := draw.Scrolled(m.reader.top, len(lines), h)
		where := fmt.Sprintf("%d-%d of %d", top+1, min(len(lines), top+h), len(lines))
		_, taken := m.environment()
		title = m.gl.Fit(m.width-taken-1, title+" (lines "+where+")", title+" ("+where+")")
	}
	return m.frame(title, draw.Window(lines, h, m.reader.top))
}
