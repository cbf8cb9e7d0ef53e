package ui

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"conviso-importer/catalog"
	"conviso-importer/internal/printout"
	"conviso-importer/ui/draw"
)

// harness runs a model as Bubble Tea does, but in a synctest bubble with fake time. Settled means that
// nothing can happen without a key or the passing of time.
type harness struct {
	t    *testing.T
	m    *model
	e    *fakeEngine
	msgs chan tea.Msg
	quit bool
}

// within runs test in a bubble. Ending the context must end every command, or the test fails.
func within(t *testing.T, w, h int, e *fakeEngine, change func(*Options), test func(h *harness)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		o := Options{Width: w, Height: h, Version: "1.4.0", CacheTTL: 24 * time.Hour, Now: clockOf(t), NoColor: true,
			Export: func(name string, _ []printout.Item) (string, error) { return "/home/ana/" + name, nil }}
		e.now = o.Now
		// Channels must be the bubble's own for it to know that nothing can happen.
		e.changed, e.release = make(chan struct{}), make(chan struct{})
		if change != nil {
			change(&o)
		}
		run := &harness{t: t, e: e, msgs: make(chan tea.Msg, 1000), m: newModel(ctx, e, o)}
		run.start(run.m.Init())
		run.settle()
		test(run)
		cancel()
		run.settle()
	})
}

// clockOf is a clock that starts at a fixed time of day and moves with the bubble's.
func clockOf(t *testing.T) func() time.Time {
	t.Helper()
	base := time.Now()
	return func() time.Time { return epoch.Add(time.Since(base)) }
}

// epoch is when every test begins.
var epoch = time.Date(2026, 11, 23, 6, 40, 0, 0, time.UTC)

// start runs a command and what it consists of.
func (h *harness) start(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		switch msg := cmd().(type) {
		case nil:
		case tea.BatchMsg:
			for _, c := range msg {
				h.start(c)
			}
		default:
			h.msgs <- msg
		}
	}()
}

// settle delivers messages until none is on its way.
func (h *harness) settle() {
	for {
		synctest.Wait()
		select {
		case msg := <-h.msgs:
			h.send(msg)
		default:
			return
		}
	}
}

// send delivers one message.
func (h *harness) send(msg tea.Msg) {
	if _, ok := msg.(tea.QuitMsg); ok {
		h.quit = true
		return
	}
	_, cmd := h.m.Update(msg)
	h.start(cmd)
}

// press types keys as Bubble Tea names them and lets everything settle after each.
func (h *harness) press(keys ...string) {
	h.t.Helper()
	for _, key := range keys {
		h.send(keyMsg(h.t, key))
		h.settle()
	}
}

// write types a text.
func (h *harness) write(text string) {
	h.t.Helper()
	for _, r := range text {
		h.press(string(r))
	}
}

// wait lets time pass.
func (h *harness) wait(d time.Duration) {
	time.Sleep(d)
	h.settle()
}

// shows fails the test unless the screen holds each of the texts.
func (h *harness) shows(texts ...string) {
	h.t.Helper()
	view := h.m.View()
	for _, text := range texts {
		if !strings.Contains(view, text) {
			h.t.Errorf("%q is not on the %s screen:\n%s", text, h.m.onShow().name(), view)
		}
	}
}

// lacks fails the test if the screen holds one of the texts.
func (h *harness) lacks(texts ...string) {
	h.t.Helper()
	view := h.m.View()
	for _, text := range texts {
		if strings.Contains(view, text) {
			h.t.Errorf("%q is on the %s screen:\n%s", text, h.m.onShow().name(), view)
		}
	}
}

// colours gives the model the sixteen colours, which tests do without.
func (h *harness) colours() {
	r := lipgloss.NewRenderer(nil)
	r.SetColorProfile(termenv.ANSI)
	h.m.st = draw.NewStyles(r)
}

// keyMsg is the message for a key.
func keyMsg(t testing.TB, name string) tea.KeyMsg {
	t.Helper()
	types := map[string]tea.KeyType{
		"enter": tea.KeyEnter, "esc": tea.KeyEsc, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft,
		"right": tea.KeyRight, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "home": tea.KeyHome, "end": tea.KeyEnd,
		"backspace": tea.KeyBackspace, "tab": tea.KeyTab, "shift+tab": tea.KeyShiftTab, "ctrl+c": tea.KeyCtrlC,
		"ctrl+d": tea.KeyCtrlD, "ctrl+u": tea.KeyCtrlU, "ctrl+l": tea.KeyCtrlL, "shift+up": tea.KeyShiftUp, "shift+down": tea.KeyShiftDown, "ctrl+z": tea.KeyCtrlZ,
		"ctrl+n": tea.KeyCtrlN, "ctrl+p": tea.KeyCtrlP,
	}
	if kind, ok := types[name]; ok {
		return tea.KeyMsg{Type: kind}
	}
	if name == " " || name == "space" {
		return tea.KeyMsg{Type: tea.KeySpace, Runes: []rune{' '}}
	}
	if len([]rune(name)) != 1 {
		t.Fatalf("no key is called %q", name)
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(name)}
}

// entity is a component of the default namespace.
func entity(name, owner, kind, lifecycle string) catalog.Entity {
	return inNamespace("default", name, owner, kind, lifecycle)
}

func inNamespace(ns, name, owner, kind, lifecycle string) catalog.Entity {
	return catalog.Entity{Ref: catalog.NewRef("Component", ns, name), Kind: "Component", Namespace: ns, Name: name,
		Owner: owner, Type: kind, Lifecycle: lifecycle, System: "payments"}
}

// outcome is what there is to say when the table is left now.
func (h *harness) outcome() Outcome { return h.m.farewell(h.t.Context()) }

// arrangesAnew has another view state made of what is known.
func (h *harness) arrangesAnew() {
	h.m.browse.arranged = nil
	h.m.browse.arrange()
	h.start(h.m.takeCmds())
}
