package celldiff

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

// newShowing is a pair whose frames are shown; the plain terminals get them as Bubble Tea would
// draw them.
func newShowing(t testing.TB, w, h int) *pair {
	p := newPair(t, w, h, allManners)
	var outs []io.Writer
	for _, plain := range p.plain {
		outs = append(outs, plain)
	}
	p.blind = &Writer{out: io.MultiWriter(outs...), screen: screen{blind: true}, size: p.writer.size}
	return p
}

// Show shows a frame on all, and compares them.
func (p *pair) Show(view string, whole bool) {
	p.t.Helper()
	p.says("show %q %v", view, whole)
	p.writer.Show(view, whole)
	p.blind.Show(view, whole)
	for i := range p.plain {
		p.compare(p.plain[i], p.made[i])
	}
}

// holds fails the test unless the terminals show what a new one does on which a frame is drawn.
func (p *pair) holds(view string) {
	p.t.Helper()
	for _, made := range p.made {
		fresh := newTerminal(made.manners, p.w, p.h)
		drawn := &library{out: fresh, w: p.w, h: p.h}
		drawn.enter()
		drawn.flush(view)
		fresh.modes, fresh.hidden = made.modes, made.hidden
		p.compare(fresh, made)
	}
}

// TestShownFrames protects the screen where frames are shown: over random frames, resizes, stops
// and hostile text, and whatever Bubble Tea draws in between, every kind of terminal shows the
// latest frame as it would be drawn without the writer.
func TestShownFrames(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 6))
		p := newShowing(t, 8+r.IntN(60), 3+r.IntN(12))
		prog := &program{library: &library{out: p, w: p.w, h: p.h}, r: r, resize: p.resize, plain: seed%2 == 0, show: p.Show}
		prog.start()
		for range 40 {
			if prog.step(); prog.plain {
				p.holds(prog.given)
			}
		}
	}
}

// enterTwo begins a screen of three lines with two frames, of which the library has drawn none.
func enterTwo(t *testing.T) (*pair, *library) {
	t.Helper()
	p := newShowing(t, 20, 3)
	l := &library{out: p, w: 20, h: 3}
	l.enter()
	p.Show("one\ntwo\nthree", false)
	p.Show("one\n>two\nthree", false)
	return p, l
}

// TestOutdatedFrames protects slow links and the screen from what Bubble Tea draws behind the
// frames that were shown: it costs nothing and changes nothing.
func TestOutdatedFrames(t *testing.T) {
	p, l := enterTwo(t)
	before := p.sent
	l.flush("one\ntwo\nthree")
	l.flush("one\n>two\nthree")
	p.Show("one\n>two\nthree", false)
	if p.sent != before {
		t.Errorf("%d bytes were sent for frames that were shown before", p.sent-before)
	}
	p.holds("one\n>two\nthree")
	p.Show("one\ntwo\n>three", false)
	if more := p.sent - before; more == 0 || more > 32 {
		t.Errorf("a line that changes costs %d bytes", more)
	}
}

// TestWholeFrames protects a screen on which something else may stand than the frame before: the
// same frame is sent whole, once.
func TestWholeFrames(t *testing.T) {
	const view = "one\n>two\nthree"
	for name, happens := range map[string]func(p *pair, l *library){
		"cleared": func(_ *pair, l *library) {
			l.say("\x1b[2J")
			l.say("\x1b[H")
		},
		"resized":     func(p *pair, _ *library) { p.resize(30, 3) },
		"left":        func(_ *pair, l *library) { l.leave(); l.enter() },
		"overwritten": func(_ *pair, l *library) { l.say("\x1b[2Kwho") },
		"unheard of":  func(_ *pair, l *library) { l.say("\x1b]4;1;red\x07") },
		"asked for":   func(p *pair, _ *library) { p.Show(view, true) },
	} {
		t.Run(name, func(t *testing.T) {
			p, l := enterTwo(t)
			if happens(p, l); name != "asked for" {
				before := p.sent
				if p.Show(view, false); p.sent-before < len(view) {
					t.Errorf("the frame costs %d bytes", p.sent-before)
				}
			}
			p.holds(view)
			before := p.sent
			l.say("\x1b[?1002h")
			l.say("\x1b]2;a title\x07")
			aside := p.sent
			if p.Show(view, false); aside == before || p.sent != aside {
				t.Errorf("sequences cost %d bytes, the frame behind them %d", aside-before, p.sent-aside)
			}
		})
	}
}

// TestShownElsewhere protects the normal screen, and other programs' screens, from frames that
// come too early or too late.
func TestShownElsewhere(t *testing.T) {
	for _, blind := range []bool{false, true} {
		var got bytes.Buffer
		w := &Writer{out: &got, screen: screen{inked: true, blind: blind}, size: func() (int, int, error) { return 20, 3, nil }}
		silent := func(when string) {
			t.Helper()
			before := got.Len()
			if w.Show("one", true); got.Len() != before {
				t.Errorf("blind %v, %s: %q", blind, when, got.String()[before:])
			}
		}
		silent("before the screen is entered")
		l := &library{out: w, w: 20, h: 3}
		l.enter()
		w.Show("two", false)
		l.leave()
		silent("behind the end")
		l.flush("on the normal screen")
		l.enter()
		l.forget()
		l.flush("three")
		for _, want := range []string{"two", "on the normal screen", "three"} {
			if !strings.Contains(got.String(), want) {
				t.Errorf("blind %v: %q is missing in %q", blind, want, got.String())
			}
		}
		// A screen that is left together with something else is left too.
		_, _ = w.WriteString("\x1b[?1049l\x1b[?25h")
		silent("behind an end in haste")
	}
}

// TestShownBlindly protects frames where nothing can be followed any more, and where the window
// has no size.
func TestShownBlindly(t *testing.T) {
	for name, unknown := range map[string]error{"a strange sequence": nil, "no size": errors.New("no")} {
		var got bytes.Buffer
		w := &Writer{out: &got, screen: screen{inked: true}, size: func() (int, int, error) { return 20, 3, nil }}
		l := &library{out: w, w: 20, h: 3}
		l.enter()
		w.Show("one\ntwo", false)
		if unknown != nil {
			w.size = func() (int, int, error) { return 0, 0, unknown }
		}
		l.say("\x1b[5;5;5H")
		got.Reset()
		w.Show("one\n>two", false)
		l.flush("one\n>two")
		if text := got.String(); strings.Count(text, ">two") != 1 || strings.Count(text, "one") != 1 {
			t.Errorf("%s: %q", name, text)
		}
	}
}

// TestRefusedShow protects a frame that the terminal refused: the next one is sent whole.
func TestRefusedShow(t *testing.T) {
	var got bytes.Buffer
	out := &refusing{Writer: &got}
	w := &Writer{out: out, screen: screen{inked: true}, size: func() (int, int, error) { return 20, 3, nil }}
	(&library{out: w, w: 20, h: 3}).enter()
	w.Show("one\ntwo", false)
	out.fails = true
	w.Show("one\n>two", false)
	out.fails = false
	got.Reset()
	if w.Show("one\n>two", false); !strings.Contains(got.String(), "one") {
		t.Errorf("%q", got.String())
	}
}

// BenchmarkShow measures what a frame that is shown costs the program at 120 by 40: a cursor that
// moves.
func BenchmarkShow(b *testing.B) {
	w := &Writer{out: io.Discard, screen: screen{inked: true}, size: func() (int, int, error) { return 120, 40, nil }}
	(&library{out: w, w: 120, h: 40}).enter()
	var frames [2]string
	for n := range frames {
		lines := make([]string, 40)
		for i := range lines {
			lines[i] = fmt.Sprintf("  [ ] payment-service-%-12d team-%-10d service  production  \x1b[36mnew\x1b[0m  now", i*7919, i)
			if i == 4+n {
				lines[i] = "\x1b[1;36m>\x1b[0m" + lines[i][1:]
			}
		}
		frames[n] = strings.Join(lines, "\n")
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		w.Show(frames[n%2], false)
		n++
	}
}
