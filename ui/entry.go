package ui

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/internal/safetext"
	"conviso-importer/ui/draw"
)

const keptLines = 100 // how many lines can be recalled

type proposal struct{ text, shown string }

// proposals replace the text between the character from and the cursor.
type proposals struct {
	from int
	list []proposal
}

// entry is a line of input with completion and history.
type entry struct {
	textinput.Model

	complete func(before string) proposals // nil proposes nothing
	offered  proposals
	chosen   int // the proposal in the text, -1 for none

	// past are the lines of the history, each once, and at is the one on show.
	// While that is len(past), the line is being written; draft keeps it.
	past  []string
	at    int
	draft string
}

func newEntry(past []string, complete func(before string) proposals) entry {
	e := entry{Model: draw.NewInput(), complete: complete, chosen: -1}
	for _, line := range past {
		e.remember(line)
	}
	return e
}

func (e *entry) begin() {
	e.CursorEnd()
	e.at = len(e.past)
	e.propose()
}

// propose renews the proposals; a single one equal to the word is dropped.
func (e *entry) propose() {
	e.chosen, e.offered = -1, proposals{}
	if e.complete == nil {
		return
	}
	before := []rune(e.Value())[:e.Position()]
	e.offered = e.complete(string(before))
	if len(e.offered.list) == 1 && e.offered.list[0].text == string(before[e.offered.from:]) {
		e.offered.list = nil
	}
}

// remember appends a line to the history.
func (e *entry) remember(line string) {
	line = strings.TrimSpace(line)
	if line == "" {
		return
	}
	e.past = slices.DeleteFunc(e.past, func(old string) bool { return old == line })
	e.past = append(e.past, line)
	if len(e.past) > keptLines {
		e.past = e.past[1:]
	}
	e.at = len(e.past)
}

// key reports whether the text has changed.
func (e *entry) key(msg tea.KeyMsg) (cmd tea.Cmd, changed bool) {
	before := e.Value()
	switch msg.String() {
	case "tab":
		e.choose(1)
	case "shift+tab":
		e.choose(-1)
	case "up":
		e.recall(-1)
	case "down":
		e.recall(1)
	default:
		e.Model, cmd = e.Update(msg)
		e.propose()
	}
	return cmd, e.Value() != before
}

// choose puts the next proposal into the text; a single one is accepted at once.
func (e *entry) choose(by int) {
	n := len(e.offered.list)
	switch {
	case n == 0:
		return
	case e.chosen < 0 && by < 0:
		e.chosen = n - 1
	case e.chosen < 0:
		e.chosen = 0
	default:
		e.chosen = (e.chosen + by + n) % n
	}
	runes := []rune(e.Value())
	word := []rune(e.offered.list[e.chosen].text)
	pos := min(e.Position(), len(runes))
	e.SetValue(string(slices.Concat(runes[:e.offered.from], word, runes[pos:])))
	e.SetCursor(e.offered.from + len(word))
	if n == 1 {
		e.propose()
	}
}

// recall moves through the history and skips lines equal to the one on show.
func (e *entry) recall(by int) {
	shown := e.Value()
	if e.at == len(e.past) {
		e.draft = shown
	}
	to := e.at + by
	for to >= 0 && to < len(e.past) && e.past[to] == shown {
		to += by
	}
	if to < 0 || to > len(e.past) {
		return
	}
	e.at = to
	text := e.draft
	if to < len(e.past) {
		text = e.past[to]
	}
	e.SetValue(text)
	e.CursorEnd()
	e.propose()
}

// proposalLine shows the proposals that fit into w columns, the chosen one in brackets.
func (e *entry) proposalLine(w int, gl draw.Glyphs, look draw.Style) string {
	from, to := e.page(w)
	if from == to {
		return ""
	}
	var line strings.Builder
	for i := from; i < to; i++ {
		text := gl.Cut(safetext.Line(e.offered.list[i].shown), w-2)
		if i == e.chosen {
			line.WriteString(look.Of("[" + text + "]"))
		} else {
			line.WriteString(" " + text + " ")
		}
	}
	line.WriteString(e.more(to - from))
	return line.String()
}

// more counts the proposals beyond the n on show.
func (e *entry) more(n int) string {
	if rest := len(e.offered.list) - n; rest > 0 {
		return fmt.Sprintf(" (%d more)", rest)
	}
	return ""
}

// page returns the bounds of the page of proposals that has the chosen one.
func (e *entry) page(w int) (from, to int) {
	n := len(e.offered.list)
	for from < n {
		// The first proposal of a page is shown however long it is.
		used := draw.Width(safetext.Line(e.offered.list[from].shown)) + 2
		for to = from + 1; to < n; to++ {
			size := draw.Width(safetext.Line(e.offered.list[to].shown)) + 2
			if used+size+len(e.more(to+1-from)) > w {
				break
			}
			used += size
		}
		if e.chosen < to {
			return from, to
		}
		from = to
	}
	return 0, 0
}
