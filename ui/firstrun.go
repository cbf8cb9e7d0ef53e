package ui

import (
	"context"
	"strings"

	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/internal/secret"
	"conviso-importer/ui/draw"
)

// FirstRunOptions are the first-run screen's. The tests are made with what was typed and
// return one clear sentence each, or nil.
type FirstRunOptions struct {
	Options
	// URL is what is known already of the catalog's address.
	URL          string
	TestCatalog  func(ctx context.Context, url string, token secret.Secret) error
	TestPlatform func(ctx context.Context, key secret.Secret) error
}

// FirstRunChoice is what the user wants: the demo, or a connection that was tested. It
// lives in memory alone.
type FirstRunChoice struct {
	Demo       bool
	URL        string
	Token, Key secret.Secret
}

// RunFirstRun asks somebody who has configured nothing. The choice is the zero value where
// they leave without one; the error is ctx's where that ends first.
func RunFirstRun(ctx context.Context, o FirstRunOptions) (FirstRunChoice, error) {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	f := newFirstRun(inner, o)
	if err := o.run(ctx, inner, f); err != nil {
		return FirstRunChoice{}, err
	}
	if !f.done {
		return FirstRunChoice{}, nil
	}
	return f.choice(), nil
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

type firstRun struct {
	small
	ctx    context.Context
	opt    FirstRunOptions
	at     step
	inputs [steps]textinput.Model
	trials [sides]trial
	// gen tells the tests of what is typed now from those of what was typed before.
	gen  int
	demo bool
	done bool
}

func newFirstRun(ctx context.Context, o FirstRunOptions) *firstRun {
	f := &firstRun{small: newSmall(o.Options, productName), ctx: ctx, opt: o}
	for s := stepURL; s <= stepKey; s++ {
		f.inputs[s] = draw.NewInput()
		if s != stepURL {
			f.inputs[s].EchoMode = textinput.EchoPassword
		}
	}
	f.inputs[stepURL].SetValue(o.URL)
	return f
}

// Init starts nothing.
func (f *firstRun) Init() tea.Cmd { return nil }

// Update handles keys and the outcomes of the tests.
func (f *firstRun) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		return f, f.pressed(msg)
	case trialMsg:
		return f, f.tried(msg)
	}
	f.sized(msg)
	return f, nil
}

func (f *firstRun) pressed(msg tea.KeyMsg) tea.Cmd {
	switch msg.String() {
	case "ctrl+c":
		return tea.Quit
	case "ctrl+z":
		return suspendCmd
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

// typing says whether the cursor is on a line of input.
func (f *firstRun) typing() bool { return f.at >= stepURL && f.at <= stepKey }

// entered takes the demo, goes to the next line, or tests the connection.
func (f *firstRun) entered() tea.Cmd {
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
func (f *firstRun) test() tea.Cmd {
	if missing := f.missing(); missing != stepDemo {
		f.at = missing
		return nil
	}
	f.gen++
	f.trials = [sides]trial{{running: true}, {running: true}}
	ctx, gen, o, c := f.ctx, f.gen, f.opt, f.choice()
	return tea.Batch(
		func() tea.Msg { return trialMsg{gen, sideCatalog, o.TestCatalog(ctx, c.URL, c.Token)} },
		func() tea.Msg { return trialMsg{gen, sidePlatform, o.TestPlatform(ctx, c.Key)} },
	)
}

// missing is the first line that must not be empty and is; stepDemo where none is. A token
// may be missing: some catalogs want none.
func (f *firstRun) missing() step {
	for _, s := range [...]step{stepURL, stepKey} {
		if strings.TrimSpace(f.inputs[s].Value()) == "" {
			return s
		}
	}
	return stepDemo
}

// tried ends the screen when both systems have answered well.
func (f *firstRun) tried(msg trialMsg) tea.Cmd {
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

// choice is what was typed, without the blanks and line ends that pasting brings.
func (f *firstRun) choice() FirstRunChoice {
	if f.demo {
		return FirstRunChoice{Demo: true}
	}
	value := func(s step) string { return strings.TrimSpace(f.inputs[s].Value()) }
	return FirstRunChoice{URL: value(stepURL), Token: secret.New(value(stepToken)), Key: secret.New(value(stepKey))}
}
