package ui

import (
	"fmt"
	"runtime/debug"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"pgregory.net/rapid"
)

// strokes are keys that users press, wherever they may be.
var strokes = []string{"j", "k", "g", "G", "s", "S", "a", "A", "m", "i", "R", "r", "t", "u", "c", "p", "/", ":", "@", "?", "q", "y", "n",
	"space", "enter", "esc", "esc", "up", "down", "pgup", "pgdown", "home", "end", "left", "right", "backspace", "tab", "shift+tab",
	"ctrl+d", "ctrl+u", "ctrl+l", "ctrl+n", "ctrl+p", "ctrl+c", "1", "2", "3", "4", "5", "6", "J", "K", "f", "x", "決"}

// move is one thing that happens to the program: a key, a command, a new size, or the passing of time.
type move struct {
	key           string
	line          string
	width, height int
	pause         time.Duration
}

// TestAnyKeysAnySize protects every screen from every order of keys and window sizes: no
// panic, no frame that does not fit, and esc never ends the program.
func TestAnyKeysAnySize(t *testing.T) {
	worlds := []func() *fakeEngine{bank, mixedBank, bankWithFailures, inProduction, leftOver, busyBank, assetsDown, offline,
		func() *fakeEngine { return newFake(nil) }}
	lines := rapid.SampledFrom([]string{"kind api", "kind api,component", "kind component", "kind group", "company", "company 7",
		"company 2001", "rows 3", "rows 0", "sort status desc", "filter owner:team pay", "filter", "refresh", "help", "frob"})
	keys, pauses := rapid.SampledFrom(strokes), rapid.SampledFrom([]time.Duration{time.Millisecond, time.Second, time.Hour})
	rapid.Check(t, func(r *rapid.T) {
		world := rapid.SampledFrom(worlds).Draw(r, "world")
		ascii, rows := rapid.Bool().Draw(r, "ascii"), rapid.IntRange(0, 5).Draw(r, "rows")
		moves := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) move {
			switch rapid.IntRange(0, 9).Draw(r, "kind") {
			case 0:
				return move{width: rapid.IntRange(1, 200).Draw(r, "width"), height: rapid.IntRange(1, 60).Draw(r, "height")}
			case 1:
				return move{pause: pauses.Draw(r, "pause")}
			}
			if rapid.IntRange(0, 19).Draw(r, "line") == 0 {
				return move{line: lines.Draw(r, "command")}
			}
			return move{key: keys.Draw(r, "key")}
		}), 1, 60).Draw(r, "moves")
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
		default:
			h.press(step.key)
			if h.quit && step.key == "esc" {
				f.Errorf("esc ended the program on the %s screen", h.m.top())
			}
			h.quit = false
		}
		checkFrame(f, h.m.View(), w, height)
	}
}

// TestLayoutFillsTheWindow protects the division of the window: the lines of the table's
// screen are exactly as many as there are, at every size.
func TestLayoutFillsTheWindow(t *testing.T) {
	for h := minHeight; h <= 100; h++ {
		for w := minWidth; w <= 300; w += 7 {
			for _, pane := range []bool{false, true} {
				l := newLayout(w, h, pane)
				if l.rows < 1 || l.body() < 1 || l.list < minWidth || (l.pane > 0 && l.list+1+l.pane != w) {
					t.Fatalf("%dx%d: %+v", w, h, l)
				}
				table := newTable(l.list, newGlyphs(false))
				sum := gutter - gap
				for _, size := range table.widths {
					if size > 0 {
						sum += size + gap
					}
				}
				if sum > l.list {
					t.Fatalf("%dx%d: the columns take %d of %d: %v", w, h, sum, l.list, table.widths)
				}
			}
		}
	}
}
