package ui

import (
	"fmt"
	"strings"
)

// reader shows a text that may be longer than the window. The text is made when it is
// drawn, so that it follows the window's width and what is known.
type reader struct {
	title string
	lines func(w int) []string
	top   int
}

// read opens a text.
func (m *model) read(title string, lines func(w int) []string) {
	m.reader = reader{title: title, lines: lines}
	m.open(screenReader)
}

// wrapAll wraps paragraphs. One that begins with blanks keeps them on all of its lines.
func wrapAll(paragraphs []string, w int) []string {
	var lines []string
	for _, p := range paragraphs {
		text := strings.TrimLeft(p, " ")
		if text == "" {
			lines = append(lines, "")
			continue
		}
		indent := p[:min(len(p)-len(text), w/2)]
		for _, line := range wrap(text, w-len(indent)) {
			lines = append(lines, indent+line)
		}
	}
	return lines
}

func (m *model) scrollReader(by int) {
	m.reader.top = scrolled(m.reader.top+by, len(m.reader.lines(m.width)), m.layout().body())
}

func (m *model) readerKeys() []binding {
	page := func() int { return max(1, m.layout().body()-1) }
	return append([]binding{
		bind("j", "scroll down; also down and J", "j", "down", "J").in("Move").atFoot(10, "down").just(func() { m.scrollReader(1) }),
		bind("k", "scroll up; also up and K", "k", "up", "K").in("Move").atFoot(11, "up").just(func() { m.scrollReader(-1) }),
		bind("pgdn", "next page", "pgdown", "right", ".", " ").in("Move").just(func() { m.scrollReader(page()) }),
		bind("pgup", "page before", "pgup", "left", ",").in("Move").just(func() { m.scrollReader(-page()) }),
		bind("g", "top", "g", "home").in("Move").just(func() { m.reader.top = 0 }),
		bind("G", "end", "G", "end").in("Move").just(func() { m.scrollReader(len(m.reader.lines(m.width))) }),
		bind("y", "copy the newest message", "y").in("Look").atFoot(20, "copy newest").unless(m.notMessages).does(m.copyMessage),
		bind("q", "back", "q").in("Leave").does(m.stepBack),
	}, m.everywhereKeys("back")...)
}

func (m *model) readerView() []string {
	lines := m.reader.lines(m.width)
	h := m.layout().body()
	title := m.reader.title
	if len(lines) > h {
		top := scrolled(m.reader.top, len(lines), h)
		title = fmt.Sprintf("%s (lines %d-%d of %d)", title, top+1, min(len(lines), top+h), len(lines))
	}
	return m.frame(title, window(lines, h, m.reader.top))
}
