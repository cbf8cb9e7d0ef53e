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

// keptLines is how many earlier lines an entry recalls.
const keptLines = 100

// proposal is one way to complete a word: what takes the word's place, and how it is shown.
type proposal struct{ text, shown string }

// proposals complete the text before the cursor. They take the place of what stands between
// the character from and the cursor.
type proposals struct {
	from int
	list []proposal
}

// entry is a line of input that proposes how the word before the cursor goes on and recalls
// earlier lines.
type entry struct {
	textinput.Model

	// complete returns the proposals for what stands before the cursor; nil proposes nothing.
	complete func(before string) proposals
	offered  proposals
	// chosen is the proposal that stands in the text, -1 for none.
	chosen int

	// past are earlier lines, the oldest first, each once. at is the one on show, their
	// number for the line that is being written, which draft keeps meanwhile.
	past  []string
	at    int
	draft string
}

// newEntry is an entry that recalls lines.
func newEntry(past []string, complete func(before string) proposals) entry {
	e := entry{Model: draw.NewInput(), complete: complete, chosen: -1}
	for _, line := range past {
		e.remember(line)
	}
	return e
}

// begin starts to write at the end of what there is.
func (e *entry) begin() {
	e.CursorEnd()
	e.at = len(e.past)
	e.propose()
}

// propose looks for proposals anew. One that only says what is there already is none.
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

// remember puts a line behind those that can be recalled.
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

// key takes a key and reports whether the text has changed.
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

// choose puts the next proposal into the text, or the one before. The only one is taken for
// good, so that the next key goes on behind it.
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
	e.put(string(slices.Concat(runes[:e.offered.from], word, runes[pos:])), e.offered.from+len(word))
	if n == 1 {
		e.propose()
	}
}

// put replaces the text and puts the cursor behind its first pos characters.
func (e *entry) put(text string, pos int) {
	e.SetValue(text)
	e.SetCursor(pos)
}

// recall shows an earlier line, or a later one; behind the last comes what was being written.
// A line that is on show already is passed over.
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

// proposalLine shows as many proposals as w columns hold, the chosen one in brackets; empty
// where there are none.
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

// more counts the proposals out of sight where n are shown.
func (e *entry) more(n int) string {
	if rest := len(e.offered.list) - n; rest > 0 {
		return fmt.Sprintf(" (%d more)", rest)
	}
	return ""
}

// page returns the bounds of the proposals on show: of the pages that w columns hold the one
// with the chosen proposal.
func (e *entry) page(w int) (from, to int) {
	n := len(e.offered.list)
	for from < n {
		// The first of a page is there however long it is.
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
