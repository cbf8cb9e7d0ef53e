package ui

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/teatest"
	"go.uber.org/goleak"

	"conviso-importer/catalog"
)

// TestMain checks for goroutines that outlive the table.
func TestMain(m *testing.M) {
	// teatest waits for a signal that never comes.
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/charmbracelet/x/exp/teatest.NewTestModel.func2"))
}

// flowRun runs the table as a real Bubble Tea program, with real time.
type flowRun struct {
	t  *testing.T
	tm *teatest.TestModel
}

func startFlow(t *testing.T, f *fakeEngine) *flowRun {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	f.now = func() time.Time { return epoch }
	m := newModel(ctx, f, Options{Now: f.now, CacheTTL: 24 * time.Hour, NoColor: true})
	run := &flowRun{t: t, tm: teatest.NewTestModel(t, m, teatest.WithInitialTermSize(120, 40))}
	t.Cleanup(cancel)
	return run
}

// sees waits until each of the texts has been written to the terminal since it saw the last.
func (f *flowRun) sees(texts ...string) {
	f.t.Helper()
	teatest.WaitFor(f.t, f.tm.Output(), func(out []byte) bool {
		for _, text := range texts {
			if !bytes.Contains(out, []byte(text)) {
				return false
			}
		}
		return true
	}, teatest.WithDuration(5*time.Second), teatest.WithCheckInterval(5*time.Millisecond))
}

func (f *flowRun) press(keys ...string) {
	f.t.Helper()
	for _, key := range keys {
		f.tm.Send(keyMsg(f.t, key))
	}
}

// ends quits and returns the model as it was left.
func (f *flowRun) ends() *model {
	f.t.Helper()
	f.press("q")
	m, ok := f.tm.FinalModel(f.t, teatest.WithFinalTimeout(5*time.Second)).(*model)
	if !ok {
		f.t.Fatal("the program ended without its model")
	}
	return m
}

// TestFlowImport checks the main flow: load, search, mark, import.
func TestFlowImport(t *testing.T) {
	e := bank()
	f := startFlow(t, e)
	f.sees("22 of 22")
	f.press("/")
	f.tm.Type("sdk")
	f.sees("2 of 22")
	f.press("enter", "a")
	f.sees("2 marked")
	f.press("i")
	f.sees("2 entities go to Conviso company 1042 Acme Bank")
	f.press("y")
	f.sees("2 imported, 0 failed")
	f.press("esc")
	f.sees("3 Imported 6")
	f.ends()
	if e.submits != 1 {
		t.Errorf("%d submits", e.submits)
	}
}

// TestFlowRefresh checks that r shows new entities.
func TestFlowRefresh(t *testing.T) {
	e := bank()
	f := startFlow(t, e)
	f.sees("22 of 22")
	e.mu.Lock()
	e.pages = [][]catalog.Entity{append(e.pages[0][:len(e.pages[0]):len(e.pages[0])], entity("aaa-first", "team-pay", "service", "production"))}
	e.mu.Unlock()
	f.press("r")
	f.sees("aaa-first")
	f.ends()
}

// TestFlowAutoImport checks switching auto-import on: review, agreement, first check.
func TestFlowAutoImport(t *testing.T) {
	e := bank()
	f := startFlow(t, e)
	f.sees("22 of 22")
	f.press("t")
	f.sees("Review: switch auto-import on")
	f.press("y")
	f.sees("auto ON, next 07:40, runs here while open", "16 imported, 0 failed")
	f.ends()
	if e.switches != 1 || e.checks != 1 {
		t.Errorf("%d switches, %d checks", e.switches, e.checks)
	}
}

// TestRun checks that q returns no error, and an ended context its error.
func TestRun(t *testing.T) {
	options := func(in io.Reader) Options {
		return Options{In: in, Out: io.Discard, Width: 80, Height: 24, Now: func() time.Time { return epoch }}
	}
	e := bank()
	e.now = options(nil).Now
	if _, err := Run(t.Context(), e, options(bytes.NewReader([]byte("q")))); err != nil {
		t.Errorf("q ended with %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	in, typed := io.Pipe()
	defer func() { _ = typed.Close() }()
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, err := Run(ctx, e, options(in)); !errors.Is(err, context.Canceled) {
		t.Errorf("the end of the context ended with %v", err)
	}
}
