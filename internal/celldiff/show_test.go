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

// newPair returns a pair with all kinds of terminals, or the given ones.
func newPair(t testing.TB, w, h int, all ...manners) *pair {
	if len(all) == 0 {
		all = allManners
	}
	p := &pair{t: t, w: w, h: h}
	plain, made := []io.Writer{counter{&p.raw}}, []io.Writer{counter{&p.sent}}
	for _, m := range all {
		p.plain, p.made = append(p.plain, newTerminal(m, w, h)), append(p.made, newTerminal(m, w, h))
		plain, made = append(plain, p.plain[len(p.plain)-1]), append(made, p.made[len(p.made)-1])
	}
	size := func() (int, int, error) { return p.w, p.h, nil }
	p.writer = &Writer{out: io.MultiWriter(made...), screen: screen{current: tracked{known: true}}, size: size}
	p.blind = &Writer{out: io.MultiWriter(plain...), screen: screen{passthrough: true}, size: size}
	return p
}

// Show shows a frame on all terminals and compares them.
func (p *pair) Show(view string, whole bool) {
	p.t.Helper()
	p.says("show %q %v", view, whole)
	p.writer.Show(view, whole)
	p.blind.Show(view, whole)
	for i := range p.plain {
		p.compare(p.plain[i], p.made[i])
	}
}

// holds fails unless the terminals show what a new one with the frame shows.
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

// TestShownFrames compares every kind of terminal with one without the writer, over random
// frames, resizes, stops, hostile text and Bubble Tea's own frames.
func TestShownFrames(t *testing.T) {
	raw, sent := 0, 0
	for seed := range uint64(120) {
		r := rand.New(rand.NewPCG(seed, 6))
		p := newPair(t, 8+r.IntN(60), 3+r.IntN(12))
		prog := &program{library: &library{out: p, w: p.w, h: p.h}, r: r, resize: p.resize, plain: seed%2 == 0, show: p.Show}
		if seed%4 == 0 {
			prog.calm, prog.resize = true, nil
		}
		prog.start()
		for range 40 {
			if prog.step(); prog.plain {
				p.holds(prog.given)
			}
		}
		if prog.calm {
			raw, sent = raw+p.raw, sent+p.sent
		}
	}
	if sent > raw*85/100 {
		t.Errorf("%d of %d bytes were sent: was anything left out?", sent, raw)
	}
}

// TestShownPlaces checks cases that random tests seldom find, on every kind of terminal.
func TestShownPlaces(t *testing.T) {
	for name, frames := range map[string][]string{
		"an end left behind, then erased": {"zzzzzzzzzz", "👍abcdef  ", "👍abcdef"},
		"an end left behind, and kept":    {"zzzzzzzzzz", "👍abcdef  ", "👍abcdeX  "},
		"behind a doubtful place":         {"👍abcd", "👍aXcd", "a"},
		"behind a doubtful place, erased": {"👍abcd", "👍aX", "a"},
		"doubtful at the end":             {"abcdef👍👍", "abcdef👍", "abcdef👍 X"},
		"doubtful, shorter":               {"👍abcd", "ab", "👍", ""},
		"doubtful, cut":                   {"👍abcd", "abc", "abd"},
		"half of a wide one":              {"日本", " X本", "日本"},
		"the other half":                  {"日本", "日X", "XX"},
		"a wide one at the end":           {"abcdefgh日\nx", "abcdefghi日\nx", "abcdefghi日"},
		"the last column":                 {"abcdefghij\nx", "abcdefghik\ny", "Abcdefghik\nz"},
		"the last line":                   {"a\nb\nabcdefghij", "a\nb\nabcdefghik", "a\nb\nc\nd"},
		"a coloured blank":                {"\x1b[41m\nx", "\x1b[m \nx", "\nx"},
		"a style that is left on":         {"\x1b[31ma\nb", "\x1b[31ma\nc", "x\x1b[m\nc"},
		"a link that is left on":          {"\x1b]8;;https://a.test\x1b\\a\nb", "a\nc", "\x1b]8;;\x07a\nd"},
		"a mark behind a style":           {"ae\x1b[m\u0301bc\nx", "ae\x1b[m\u0301bd\nx", "Ae\x1b[m\u0301bd\nx", "Xo\x1b[m\u0301bd\nx"},
		"a link that is not ASCII":        {"\x1b]8;;https://a.test/ŝ\x1b\\a\x1b]8;;\x07bcdefghij\nx", "\x1b]8;;https://a.test/ŝ\x1b\\a\x1b]8;;\x07bcdefghik\nx", "a\nx"},
		"a mark with nothing before it":   {"\u0301abc\nx", "\u0301abd\ny", "abd\ny"},
		"a measure that differs":          {"abcdefgh1\ufe0f\u20e3\nx", "abcdefgh1\ufe0f\u20e3\ny", "abc\ny"},
		"no text":                         {"a\tb\nx", "a\tc\nx", "\x1b[5Ca\nx", "ab\nx"},
		"an end cut off":                  {"a\x1b[3", "1mb\nx", "c\nx", "d\nx"},
	} {
		p := newPair(t, 10, 3)
		p.log = []string{name}
		_, _ = io.WriteString(p, "\x1b[?1049h")
		for _, frame := range frames {
			p.Show(frame, false)
		}
	}
}

// enterTwo begins a screen of three lines with two frames, none of them drawn by the library.
func enterTwo(t *testing.T) (*pair, *library) {
	t.Helper()
	p := newPair(t, 20, 3)
	l := &library{out: p, w: 20, h: 3}
	l.enter()
	p.Show("one\ntwo\nthree", false)
	p.Show("one\n>two\nthree", false)
	return p, l
}

// TestOutdatedFrames checks that Bubble Tea's own frames write nothing.
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

// TestWholeFrames checks that after other output the same frame is sent whole, once.
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

// TestShownElsewhere checks that frames are not drawn on the normal screen or before and after
// the alternate one.
func TestShownElsewhere(t *testing.T) {
	for _, blind := range []bool{false, true} {
		var got bytes.Buffer
		w := &Writer{out: &got, screen: screen{current: tracked{known: true}, passthrough: blind}, size: func() (int, int, error) { return 20, 3, nil }}
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
		// Leaving the screen works within other output.
		_, _ = w.WriteString("\x1b[?1049l\x1b[?25h")
		silent("behind an end in haste")
	}
}

// TestShownBlindly checks frames in passthrough mode and without a window size.
func TestShownBlindly(t *testing.T) {
	for name, unknown := range map[string]error{"a strange sequence": nil, "no size": errors.New("no")} {
		var got bytes.Buffer
		w := &Writer{out: &got, screen: screen{current: tracked{known: true}}, size: func() (int, int, error) { return 20, 3, nil }}
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

// TestRefusedShow checks that a frame is sent whole after a failed write.
func TestRefusedShow(t *testing.T) {
	var got bytes.Buffer
	out := &refusing{Writer: &got}
	w := &Writer{out: out, screen: screen{current: tracked{known: true}}, size: func() (int, int, error) { return 20, 3, nil }}
	(&library{out: w, w: 20, h: 3}).enter()
	w.Show("one\ntwo", false)
	out.fails = true
	w.Show("one\n>two", false)
	out.fails = false
	got.Reset()
	if w.Show("one\n>two", false); !strings.Contains(got.String(), "one") {
		t.Errorf("%q", got.String())
	}
	// The terminal's style is unknown as well.
	got.Reset()
	if w.Show("one\n>twice", false); !strings.Contains(got.String(), ">twice") {
		t.Errorf("%q", got.String())
	}
}

// TestFewerLines checks that rows below a shorter frame are erased.
func TestFewerLines(t *testing.T) {
	p, l := enterTwo(t)
	for _, frame := range []string{"one\ntwo", "one", "one\ntwo\nthree", "", "one\ntwo\nthree"} {
		p.Show(frame, false)
		p.holds(frame)
	}
	l.say("\x1b[2;1Hwho\x1b[3;1Hwhere")
	p.Show("one", false)
	p.holds("one")
}

// TestRefusedText checks text that terminals do not show unchanged.
func TestRefusedText(t *testing.T) {
	for _, text := range []string{
		"\t", "\x7f", "\xff", "a\u009b1m", "a\u0085", "\x1b", "\x1b[", "\x1b[1", "\x1b[5C", "\x1b[K", "\x1b[4:3m", "\x1b[21m", "\x1b[38;5m", "\x1b7", "\x1bPx\x1b\\",
		"\x1b]2;title\x07", "\x1b]8;;https://a.test", "\x1b]8;;a\tb\x07", "\x1b]8;;ŝ\x07", "\u0301", "a\x1b[1m\u0301", "too long",
	} {
		c := composer{line: &line{cells: make([]cell, 5)}, w: 5}
		if c.compose(text) {
			t.Errorf("%q was taken", text)
		}
	}
}

// TestStrangeStyles checks that frames with an unknown style are written as Bubble Tea draws
// them, until a reset.
func TestStrangeStyles(t *testing.T) {
	for _, style := range []string{"\x1b[4:3m", "\x1b[21m", "\x1b[38;5m", "\x1bPx\x1b\\", "\x1b]4;1;red\x07"} {
		var got bytes.Buffer
		w := &Writer{out: &got, screen: screen{current: tracked{known: true}}, size: func() (int, int, error) { return 20, 3, nil }}
		(&library{out: w, w: 20, h: 3}).enter()
		_, _ = w.WriteString(style)
		w.Show("one\ntwo", false)
		got.Reset()
		if w.Show("one\ntwice", false); !strings.Contains(got.String(), "twice\x1b[K") {
			t.Errorf("behind %q: %q", style, got.String())
		}
		w.Show("one\n\x1b[0mtwice", false)
		w.Show("one\ntwist", false)
		got.Reset()
		if w.Show("one\ntwirl", false); strings.Contains(got.String(), "tw") || !strings.Contains(got.String(), "rl") {
			t.Errorf("behind %q and a reset: %q", style, got.String())
		}
	}
}

// TestEndless checks the limit for an unterminated sequence.
func TestEndless(t *testing.T) {
	w := &Writer{out: io.Discard, screen: screen{current: tracked{known: true}}, size: func() (int, int, error) { return 20, 3, nil }}
	_, _ = w.WriteString("\x1b]2;" + strings.Repeat("x", maxPending))
	if w.Cells() {
		t.Error("the end is still waited for")
	}
}

// BenchmarkShow measures frames at 120 by 40: a moved cursor, and a page.
func BenchmarkShow(b *testing.B) {
	for name, step := range map[string]int{"move": 0, "page": 40} {
		b.Run(name, func(b *testing.B) { benchmarkShow(b, step) })
	}
}

// benchmarkShow alternates two frames whose rows are step apart.
func benchmarkShow(b *testing.B, step int) {
	b.Helper()
	w := &Writer{out: io.Discard, screen: screen{current: tracked{known: true}}, size: func() (int, int, error) { return 120, 40, nil }}
	(&library{out: w, w: 120, h: 40}).enter()
	var frames [2]string
	for n := range frames {
		lines := make([]string, 40)
		for i := range lines {
			lines[i] = fmt.Sprintf("  [ ] payment-service-%-12d team-%-10d service  production  \x1b[36mnew\x1b[0m  now", (n*step+i)*7919, n*step+i)
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
