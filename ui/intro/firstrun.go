package intro

import (
	"context"
	"strings"

	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/internal/secret"
	"conviso-importer/ui/draw"
)

// Setup is what is known at the first run, and tests of what is typed; they return a sentence or nil.
type Setup struct {
	URL          string
	TestCatalog  func(ctx context.Context, url string, token secret.Secret) error
	TestPlatform func(ctx context.Context, key secret.Secret) error
}

// Choice is the demo or a tested connection, kept only in memory; zero if the user left.
type Choice struct {
	Demo       bool
	URL        string
	Token, Key secret.Secret
}

// step is a line of the screen that can have the cursor.
type step int

const (
	stepDemo step = iota
	stepURL
	stepToken
	stepKey
	stepConnect
	steps
)

type side int

const (
	sideCatalog side = iota
	sidePlatform
	sides
)

// trial is the state of a test.
type trial struct {
	running, passed bool
	err             error
}

type trialMsg struct {
	gen  int
	side side
	err  error
}

// FirstRun is the screen for a user who has configured nothing.
type FirstRun struct {
	screen
	ctx    context.Context
	setup  Setup
	at     step
	inputs [steps]textinput.Model
	trials [sides]trial
	gen    int // identifies the input that a test belongs to
	demo   bool
	done   bool
}

// NewFirstRun makes the screen. Its tests end with ctx.
func NewFirstRun(ctx context.Context, s Setup, o Options) *FirstRun {
	f := &FirstRun{screen: screen{o}, ctx: ctx, setup: s}
	for at := stepURL; at <= stepKey; at++ {
		f.inputs[at] = draw.NewInput()
		if at != stepURL {
			f.inputs[at].EchoMode = textinput.EchoPassword
		}
	}
	f.inputs[stepURL].SetValue(s.URL)
	return f
}

// Init does nothing.
func (f *FirstRun) Init() tea.Cmd { return nil }

// Update handles keys and test results.
func (f *FirstRun) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if cmd, handled := f.outside(msg); handled {
		return f, cmd
	}
	switch msg := msg.(type) {
	case tea.KeyMsg:
		return f, f.handleKey(msg)
	case trialMsg:
		return f, f.handleResult(msg)
	}
	return f, nil
}

func (f *FirstRun) handleKey(msg tea.KeyMsg) tea.Cmd {
	switch msg.String() {
	case "ctrl+c":
		return tea.Quit
	case "ctrl+z":
		return f.Suspend
	case "up", "shift+tab":
		f.at = max(f.at-1, stepDemo)
		return nil
	case "down", "tab":
		f.at = min(f.at+1, stepConnect)
		return nil
	case "enter":
		return f.handleEnter()
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
		f.gen++ // the results belong to the old input
		f.trials = [sides]trial{}
	}
	return cmd
}

func (f *FirstRun) typing() bool { return f.at >= stepURL && f.at <= stepKey }

func (f *FirstRun) handleEnter() tea.Cmd {
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

// missing returns the first required line that is empty, stepDemo for none. The token is optional.
func (f *FirstRun) missing() step {
	for _, s := range [...]step{stepURL, stepKey} {
		if strings.TrimSpace(f.inputs[s].Value()) == "" {
			return s
		}
	}
	return stepDemo
}

func (f *FirstRun) handleResult(msg trialMsg) tea.Cmd {
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

// Choice returns what the user chose.
func (f *FirstRun) Choice() Choice {
	switch {
	case !f.done:
		return Choice{}
	case f.demo:
		return Choice{Demo: true}
	}
	return f.typed()
}

// typed trims blanks and line ends, which pasting adds.
func (f *FirstRun) typed() Choice {
	value := func(s step) string { return strings.TrimSpace(f.inputs[s].Value()) }
	return Choice{URL: value(stepURL), Token: secret.New(value(stepToken)), Key: secret.New(value(stepKey))}
}
