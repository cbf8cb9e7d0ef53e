package ui

import (
	"fmt"
	"runtime/debug"
	"slices"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"pgregory.net/rapid"

	"conviso-importer/ui/draw"
)

// strokes are keys that users press, wherever they may be.
var strokes = []string{"j", "k", "g", "G", "s", "S", "a", "A", "m", "i", "R", "r", "t", "u", "c", "p", "/", ":", "@", "?", "q", "y", "Y", "o", "O", "d", "n",
	"space", "enter", "esc", "esc", "up", "down", "pgup", "pgdown", "home", "end", "left", "right", "backspace", "tab", "shift+tab",
	"ctrl+d", "ctrl+u", "ctrl+l", "ctrl+n", "ctrl+p", "ctrl+c", "v", "I", "z", "Z", "shift+up", "shift+down", "w", "P", "e", "1", "2", "3", "4", "5", "6", "J", "K", "f", "x", "決"}

// lines are commands that users type.
var lines = []string{"kind api", "kind api,component", "kind component", "kind group", "company", "company 7",
	"company 2001", "rows 3", "rows 0", "sort status desc", "filter owner:team pay", "filter", "refresh", "help", "frob"}

// ways lead to modes where keys mean something else: input, question, search and range.
var ways = [][]string{{"/"}, {"/", "o", "w", "n", "tab", "tab"}, {":"}, {":", "k", "tab", " "}, {"e"}, {"?", "/"}, {"@", "/", "m"},
	{"a", "i"}, {"a", "i", "1"}, {"a", "i", "y", "x"}, {"a", "i", "y", "q"}, {"t"}, {"u", "x"}, {"v", "j"}, {"a", "i", "enter", "/"}}

// move is one event: keys, a command, the mouse, a new size, or the passing of time.
type move struct {
	keys          []string
	line          string
	mouse         *tea.MouseMsg
	width, height int
	pause         time.Duration
}

// anyMove draws a move.
func anyMove(r *rapid.T) move {
	switch rapid.IntRange(0, 11).Draw(r, "kind") {
	case 0:
		return move{width: rapid.IntRange(1, 300).Draw(r, "width"), height: rapid.IntRange(1, 100).Draw(r, "height")}
	case 1:
		return move{pause: rapid.SampledFrom([]time.Duration{time.Millisecond, time.Second, time.Hour}).Draw(r, "pause")}
	case 2, 3:
		return move{mouse: &tea.MouseMsg{
			X: rapid.IntRange(-1, 300).Draw(r, "x"), Y: rapid.IntRange(-1, 100).Draw(r, "y"),
			Button: tea.MouseButton(rapid.SampledFrom([]int{1, 1, 1, 4, 5, 0, 2, 7}).Draw(r, "button")),
			Action: tea.MouseAction(rapid.SampledFrom([]int{0, 0, 0, 1, 2}).Draw(r, "action")),
		}}
	case 4:
		if rapid.Bool().Draw(r, "command") {
			return move{line: rapid.SampledFrom(lines).Draw(r, "line")}
		}
	case 5:
		way := rapid.SampledFrom(ways).Draw(r, "way")
		return move{keys: slices.Concat(way, rapid.SliceOfN(rapid.SampledFrom(strokes), 1, 5).Draw(r, "keys"))}
	}
	return move{keys: []string{rapid.SampledFrom(strokes).Draw(r, "key")}}
}

// TestAnyKeysAnySize checks random keys, clicks and sizes: no panic, every frame fits, esc never quits.
func TestAnyKeysAnySize(t *testing.T) { anyKeysAnySize(t) }

func anyKeysAnySize(t *testing.T) {
	t.Helper()
	worlds := []func() *fakeEngine{bank, mixedBank, bankWithFailures, inProduction, leftOver, busyBank, lingeringBank, brokenOff, catalogDown, assetsDown, offline,
		func() *fakeEngine { return newFake(nil) }}
	rapid.Check(t, func(r *rapid.T) {
		world := rapid.SampledFrom(worlds).Draw(r, "world")
		ascii, rows := rapid.Bool().Draw(r, "ascii"), rapid.IntRange(0, 5).Draw(r, "rows")
		moves := rapid.SliceOfN(rapid.Custom(anyMove), 1, 60).Draw(r, "moves")
		var found findings
		within(t, 80, 24, world(), func(o *Options) { o.ASCII, o.Rows = ascii, rows }, func(h *harness) {
			defer func() { found.panicked(recover()) }()
			found.play(h, moves)
		})
		if len(found) > 0 {
			r.Fatal(found[0])
		}
	})
}

// findings are what went wrong in a bubble, which rapid cannot be told of from inside.
type findings []string

func (f *findings) Helper() {}

func (f *findings) Errorf(format string, args ...any) { *f = append(*f, fmt.Sprintf(format, args...)) }

// panicked notes a panic's value; nil is none.
func (f *findings) panicked(p any) {
	if p != nil {
		f.Errorf("panic: %v\n%s", p, debug.Stack())
	}
}

// play makes the moves and looks at every frame.
func (f *findings) play(h *harness, moves []move) {
	w, height := 80, 24
	for _, step := range moves {
		switch {
		case step.pause > 0:
			h.wait(step.pause)
		case step.line != "":
			h.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(":" + step.line)})
			h.press("tab", "enter")
			h.quit = false
		case step.width > 0:
			w, height = step.width, step.height
			h.send(tea.WindowSizeMsg{Width: w, Height: height})
		case step.mouse != nil:
			h.send(*step.mouse)
			h.settle()
		}
		for _, key := range step.keys {
			checkFrame(f, h.m.View(), w, height)
			h.press(key)
			if h.quit && key == "esc" {
				f.Errorf("esc ended the program on the %s screen", h.m.onShow().name())
			}
			h.quit = false
		}
		checkFrame(f, h.m.View(), w, height)
	}
}

// TestLayoutFillsTheWindow checks at every size that the table's screen has as many lines as the window.
func TestLayoutFillsTheWindow(t *testing.T) {
	const gap = 2
	for h := draw.MinHeight; h <= 100; h++ {
		for w := draw.MinWidth; w <= 300; w += 7 {
			for _, pane := range []draw.Dock{draw.DockNone, draw.DockRight, draw.DockBottom} {
				l := draw.NewLayout(w, h, pane)
				if l.Rows < 1 || l.Body() < 1 || l.List < draw.MinWidth || (l.Dock == draw.DockRight && l.List+1+l.Pane != w) {
					t.Fatalf("%dx%d: %+v", w, h, l)
				}
				if at := l.Spots(); at.Keys != h-1 || at.Rows < 1 {
					t.Fatalf("%dx%d: %+v", w, h, at)
				}
				for _, cols := range []columns{{}, {kinds: true}, {wide: true}, {wide: true, kinds: true}} {
					table := newTable(l.List, draw.NewGlyphs(false), cols)
					// A line ends without the gap behind its last column.
					if title, more := table.ColumnAt(l.List + gap); more {
						t.Fatalf("%dx%d: the column %s goes beyond %d", w, h, title, l.List)
					}
				}
			}
		}
	}
}
