package intro

import (
	"context"
	"strings"

	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/internal/secret"
	"conviso-importer/ui/draw"
)

// Setup is what the first-run screen knows already, and the tests of what was typed. They return
// one clear sentence each, or nil.
type Setup struct {
	// URL is what is known of the catalog's address.
	URL          string
	TestCatalog  func(ctx context.Context, url string, token secret.Secret) error
	TestPlatform func(ctx context.Context, key secret.Secret) error
}

// Choice is what the user wants: the demo, or a connection that was tested. It lives in memory
// alone. The zero value is that of somebody who left without one.
type Choice struct {
	Demo       bool
	URL        string
	Token, Key secret.Secret
}

// step is a line of the first-run screen that can have the cursor.
type step int

const (
	stepDemo step = iota
	stepURL
	stepToken
	stepKey
	stepConnect
	steps
)

// side is one of the two systems that are tested.
type side int

const (
	sideCatalog side = iota
	sidePlatform
	sides
)

// trial is how far the test of a side has come.
type trial struct {
	running, passed bool
	err             error
}

// trialMsg is the outcome of one test.
type trialMsg struct {
	gen  int
	side side
	err  error
}

// FirstRun is the screen for somebody who has configured nothing.
type FirstRun struct {
	small
	ctx    context.Context
	setup  Setup
	at     step
	inputs [steps]textinput.Model
	trials [sides]trial
	// gen tells the tests of what is typed now from those of what was typed before.
	gen  int
	demo bool
	done bool
}

// NewFirstRun makes the screen. The tests that it runs end with ctx.
func NewFirstRun(ctx context.Context, s Setup, o Options) *FirstRun {
	f := &FirstRun{small: newSmall(o), ctx: ctx, setup: s}
	for at := stepURL; at <= stepKey; at++ {
		f.inputs[at] = draw.NewInput()
		if at != stepURL {
			f.inputs[at].EchoMode = textinput.EchoPassword
		}
	}
	f.inputs[stepURL].SetValue(s.URL)
	return f
}

// Init starts nothing.
func (f *FirstRun) Init() tea.Cmd { return nil }

// Update handles keys and the outcomes of the tests.
func (f *FirstRun) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		return f, f.pressed(msg)
	case trialMsg:
		return f, f.tried(msg)
	}
	f.sized(msg)
	return f, nil
}

func (f *FirstRun) pressed(msg tea.KeyMsg) tea.Cmd {
	switch msg.String() {
	case "ctrl+c":
		return tea.Quit
	case "ctrl+z":
		return f.suspend
	case "up", "shift+tab":
		f.at = max(f.at-1, stepDemo)
		return nil
	case "down", "tab":
		f.at = min(f.at+1, stepConnect)
		return nil
	case "enter":
		return f.entered()
	case "q":
		if !f.typing() {
			return tea.Quit
		}
	}
	if !f.typing() {
		return nil
	}
	before := f.inputs[f.at].Value()
	in, cmd := f.inputs[f.at].Update(msg)
	f.inputs[f.at] = in
	if in.Value() != before {
		// What was tested is not what stands there now.
		f.gen++
		f.trials = [sides]trial{}
	}
	return cmd
}

// typing reports whether the cursor is on a line of input.
func (f *FirstRun) typing() bool { return f.at >= stepURL && f.at <= stepKey }

// entered takes the demo, goes to the next line, or tests the connection.
func (f *FirstRun) entered() tea.Cmd {
	switch {
	case f.at == stepDemo:
		f.demo, f.done = true, true
		return tea.Quit
	case f.at < stepConnect:
		f.at++
		return nil
	}
	return f.test()
}

// test asks both systems at the same time.
func (f *FirstRun) test() tea.Cmd {
	if missing := f.missing(); missing != stepDemo {
		f.at = missing
		return nil
	}
	f.gen++
	f.trials = [sides]trial{{running: true}, {running: true}}
	ctx, gen, setup, c := f.ctx, f.gen, f.setup, f.typed()
	return tea.Batch(
		func() tea.Msg { return trialMsg{gen, sideCatalog, setup.TestCatalog(ctx, c.URL, c.Token)} },
		func() tea.Msg { return trialMsg{gen, sidePlatform, setup.TestPlatform(ctx, c.Key)} },
	)
}

// missing is the first line that must not be empty and is; stepDemo where none is. A token
// may be missing: some catalogs want none.
func (f *FirstRun) missing() step {
	for _, s := range [...]step{stepURL, stepKey} {
		if strings.TrimSpace(f.inputs[s].Value()) == "" {
			return s
		}
	}
	return stepDemo
}

// tried ends the screen when both systems have answered well.
func (f *FirstRun) tried(msg trialMsg) tea.Cmd {
	if msg.gen != f.gen {
		return nil
	}
	f.trials[msg.side] = trial{passed: msg.err == nil, err: msg.err}
	if f.trials[sideCatalog].passed && f.trials[sidePlatform].passed {
		f.done = true
		return tea.Quit
	}
	return nil
}

// Choice is what the user chose before the screen ended.
func (f *FirstRun) Choice() Choice {
	switch {
	case !f.done:
		return Choice{}
	case f.demo:
		return Choice{Demo: true}
	}
	return f.typed()
}

// typed is what was typed, without the blanks and line ends that pasting brings.
func (f *FirstRun) typed() Choice {
	value := func(s step) string { return strings.TrimSpace(f.inputs[s].Value()) }
	return Choice{URL: value(stepURL), Token: secret.New(value(stepToken)), Key: secret.New(value(stepKey))}
}
