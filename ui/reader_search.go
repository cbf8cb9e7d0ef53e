package ui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"conviso-importer/internal/safetext"
	"conviso-importer/ui/draw"
)

type search struct {
	input  textinput.Model
	typing bool
}

func newSearch() search { return search{input: draw.NewInput()} }

func (m *readerScreen) startSearch() {
	m.reader.search.typing = true
	m.reader.search.input.CursorEnd()
}

// typeSearch handles a key of the search; the text follows each key.
func (m *readerScreen) typeSearch(msg tea.KeyMsg) tea.Cmd {
	s := &m.reader.search
	switch msg.String() {
	case "enter":
		s.typing = false
		return nil
	case "esc":
		m.dropSearch()
		return nil
	case "up":
		m.scrollReader(-1)
		return nil
	case "down":
		m.scrollReader(1)
		return nil
	}
	before := s.input.Value()
	var cmd tea.Cmd
	s.input, cmd = s.input.Update(msg)
	if s.input.Value() != before {
		m.reader.top = 0
	}
	return cmd
}

// dropSearch shows the whole text and reports whether there was a search.
func (m *readerScreen) dropSearch() bool {
	s := &m.reader.search
	was := s.typing || s.input.Value() != ""
	s.typing = false
	s.input.SetValue("")
	m.reader.top = 0
	return was
}

// found filters the text and counts matches and passages, without headings and empty lines.
func (m *readerScreen) found() (text []passage, n, of int) {
	words := strings.Fields(strings.ToLower(m.reader.search.input.Value()))
	all := m.reader.text(m.width)
	if len(words) == 0 {
		return all, 0, 0
	}
	heading, above := passage{}, ""
	for _, p := range all {
		if p.heading {
			heading, above = p, p.searchText()
			continue
		}
		searched := p.searchText()
		if searched == "" {
			continue
		}
		of++
		if !containsAll(above, searched, words) {
			continue
		}
		n++
		if heading.heading {
			if len(text) > 0 {
				text = append(text, passage{lines: []string{""}})
			}
			text = append(text, heading)
			// Show it once; its words count for all passages below.
			heading.heading = false
		}
		text = append(text, p)
	}
	if n == 0 {
		text = []passage{{lines: draw.Wrap("Nothing here holds all of these words; esc ends the search.", m.width)}}
	}
	return text, n, of
}

// searchText is lower-case text to search in. Lines are joined both ways, since wrapping may split words.
func (p *passage) searchText() string {
	lines := make([]string, len(p.lines))
	for i, line := range p.lines {
		if !draw.Simple(line) {
			line = ansi.Strip(line)
		}
		lines[i] = strings.ToLower(strings.TrimSpace(line))
	}
	if len(lines) == 1 {
		return lines[0]
	}
	return strings.Join(lines, " ") + "\n" + strings.Join(lines, "")
}

// containsAll reports whether every word is in the passage or its heading.
func containsAll(above, searched string, words []string) bool {
	for _, word := range words {
		if !strings.Contains(searched, word) && !strings.Contains(above, word) {
			return false
		}
	}
	return true
}

// input is the search with its counts.
func (m *readerScreen) input(w, _ int) []string {
	s := &m.reader.search
	if !s.typing && s.input.Value() == "" {
		return nil
	}
	right := ""
	if _, n, of := m.found(); of > 0 {
		right = fmt.Sprintf("%d of %d", n, of)
	}
	room := w - draw.Width(right) - 1
	left := m.gl.Cut("/ "+safetext.Line(s.input.Value()), room)
	if s.typing {
		left = "/ " + draw.Input(&s.input, room-3, m.st.Input)
	}
	return []string{left + draw.Blanks(room+1-draw.Width(left)) + right}
}
