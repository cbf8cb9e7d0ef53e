package program

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// easel is a canvas that remembers what it was shown, and when.
type easel struct {
	io.Writer

	mu    sync.Mutex
	shown []string
	at    []time.Time
	// takes is how long a frame takes.
	takes time.Duration
}

func (e *easel) Show(frame string, whole bool) {
	e.mu.Lock()
	if whole {
		frame += "!"
	}
	e.shown, e.at = append(e.shown, frame), append(e.at, time.Now())
	e.mu.Unlock()
	time.Sleep(e.takes)
}

func (e *easel) saw() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return strings.Join(e.shown, " ")
}

// TestPainter checks that submit does not block, that frames are dropped, and that the last one is drawn.
func TestPainter(t *testing.T) {
	for name, c := range map[string]struct {
		takes time.Duration
		do    func(p *painter)
		want  string
	}{
		"apart": {0, func(p *painter) {
			p.submit("a", true)
			time.Sleep(paintGap)
			p.submit("b", false)
			synctest.Wait()
		}, "a! b"},
		"at once": {0, func(p *painter) {
			p.submit("a", false)
			synctest.Wait()
		}, "a"},
		"a burst": {0, func(p *painter) {
			for n := range 9 {
				p.submit(fmt.Sprint(n), n == 5)
				synctest.Wait()
			}
			time.Sleep(2 * paintGap)
		}, "0 8!"},
		"a slow terminal": {time.Minute, func(p *painter) {
			for n := range 9 {
				p.submit(fmt.Sprint(n), n == 5)
				synctest.Wait()
			}
			time.Sleep(time.Hour)
		}, "0 8!"},
		"an end": {0, func(p *painter) {
			p.submit("a", false)
			synctest.Wait()
			p.submit("b", false)
			synctest.Wait()
		}, "a"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := &easel{takes: c.takes}
				p := newPainter(e)
				stop := p.start(t.Context())
				c.do(p)
				stop()
				if got := e.saw(); got != c.want {
					t.Errorf("%q was shown in place of %q", got, c.want)
				}
				for i := 1; i < len(e.at); i++ {
					if gap := e.at[i].Sub(e.at[i-1]); gap < paintGap {
						t.Errorf("%s lie between two frames", gap)
					}
				}
				p.submit("late", true)
				synctest.Wait()
				if got := e.saw(); got != c.want {
					t.Errorf("%q was shown behind the end", got)
				}
			})
		})
	}
}

// counting is a program whose view is how many messages of its own it got.
type counting struct{ n int }

type countMsg struct{}

func (c *counting) Init() tea.Cmd { return nil }

func (c *counting) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if _, ok := msg.(countMsg); ok {
		c.n++
	}
	return c, nil
}

func (c *counting) View() string { return fmt.Sprint(c.n) }

// TestFramesAreHandedOver checks that frames wait for the size, and that a resize redraws everything.
func TestFramesAreHandedOver(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	e := &easel{}
	g := &guarded{ctx: ctx, model: &counting{}, jobs: Options{}.jobs(ctx), painter: newPainter(e)}
	var got []string
	for _, msg := range []tea.Msg{nil, tea.WindowSizeMsg{Width: 80, Height: 24}, countMsg{}, tea.WindowSizeMsg{Width: 80, Height: 24}, countMsg{}} {
		g.Update(msg)
		g.View()
		select {
		case p := <-g.painter.waiting:
			got = append(got, fmt.Sprint(p.frame, p.whole))
		default:
			got = append(got, "nothing")
		}
	}
	if want := []string{"nothing", "0true", "1false", "1true", "2false"}; !slices.Equal(got, want) {
		t.Errorf("%q was handed over in place of %q", got, want)
	}
}

// TestCanvasIsPaintedOn checks that a program draws on its canvas and leaves nothing running.
func TestCanvasIsPaintedOn(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	e := &easel{Writer: io.Discard}
	o := Options{In: strings.NewReader(""), Out: e}
	ended := make(chan error, 1)
	go func() { ended <- Run(ctx, &sizing{}, o) }()
	for deadline := time.Now().Add(10 * time.Second); e.saw() != "0!"; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%q was shown", e.saw())
		}
	}
	cancel()
	if err := <-ended; err == nil {
		t.Error("the context ended the program without an error")
	}
}

// sizing is a program that learns the window's size by itself, without a terminal.
type sizing struct{ counting }

func (s *sizing) Init() tea.Cmd {
	return func() tea.Msg { return tea.WindowSizeMsg{Width: 80, Height: 24} }
}
