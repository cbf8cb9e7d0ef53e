// Package entry is a line of input with completion and history. It must not know what the line is
// for: its user proposes how it goes on and decides what is kept.
package entry

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

// Proposal is one way to complete a word: the text that takes its place, and how it is shown.
type Proposal struct{ Text, Shown string }

// Proposals replace the text between the character From and the cursor.
type Proposals struct {
	From int
	List []Proposal
}

// Line is a line of input; use New.
type Line struct {
	textinput.Model

	// Offered are the proposals for the word before the cursor.
	Offered Proposals

	complete func(before string) Proposals // nil proposes nothing
	chosen   int                           // the proposal in the text, -1 for none

	// past are the lines of the history, each once, and at is the one on show.
	// While that is len(past), the line is being written; draft keeps it.
	past  []string
	at    int
	draft string
}

// New returns an empty line with a history, oldest first. complete may be nil.
func New(past []string, complete func(before string) Proposals) Line {
	e := Line{Model: draw.NewInput(), complete: complete, chosen: -1}
	for _, line := range past {
		e.Remember(line)
	}
	return e
}

// Begin puts the cursor at the end and the history at its newest line.
func (e *Line) Begin() {
	e.CursorEnd()
	e.at = len(e.past)
	e.Propose()
}

// Propose renews the proposals; a single one equal to the word is dropped.
func (e *Line) Propose() {
	e.chosen, e.Offered = -1, Proposals{}
	if e.complete == nil {
		return
	}
	before := []rune(e.Value())[:e.Position()]
	e.Offered = e.complete(string(before))
	if len(e.Offered.List) == 1 && e.Offered.List[0].Text == string(before[e.Offered.From:]) {
		e.Offered.List = nil
	}
}

// Remember appends a line to the history.
func (e *Line) Remember(line string) {
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

// Key reports whether the text has changed.
func (e *Line) Key(msg tea.KeyMsg) (cmd tea.Cmd, changed bool) {
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
		e.Propose()
	}
	return cmd, e.Value() != before
}

// choose puts the next proposal into the text; a single one is accepted at once.
func (e *Line) choose(by int) {
	n := len(e.Offered.List)
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
	word := []rune(e.Offered.List[e.chosen].Text)
	pos := min(e.Position(), len(runes))
	e.SetValue(string(slices.Concat(runes[:e.Offered.From], word, runes[pos:])))
	e.SetCursor(e.Offered.From + len(word))
	if n == 1 {
		e.Propose()
	}
}

// recall moves through the history and skips lines equal to the one on show.
func (e *Line) recall(by int) {
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
	e.Propose()
}

// ProposalLine shows the proposals that fit into w columns, the chosen one in brackets.
func (e *Line) ProposalLine(w int, gl draw.Glyphs, look draw.Style) string {
	from, to := e.page(w)
	if from == to {
		return ""
	}
	var line strings.Builder
	for i := from; i < to; i++ {
		text := gl.Cut(safetext.Line(e.Offered.List[i].Shown), w-2)
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
func (e *Line) more(n int) string {
	if rest := len(e.Offered.List) - n; rest > 0 {
		return fmt.Sprintf(" (%d more)", rest)
	}
	return ""
}

// page returns the bounds of the page of proposals that has the chosen one.
func (e *Line) page(w int) (from, to int) {
	n := len(e.Offered.List)
	for from < n {
		// The first proposal of a page is shown however long it is.
		used := draw.Width(safetext.Line(e.Offered.List[from].Shown)) + 2
		for to = from + 1; to < n; to++ {
			size := draw.Width(safetext.Line(e.Offered.List[to].Shown)) + 2
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

// Choosing reports whether a proposal is in the text.
func (e *Line) Choosing() bool { return e.chosen >= 0 }
