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

// pair are terminals that receive all output, and the same kinds that receive the writer's.
type pair struct {
	t           testing.TB
	w, h        int
	plain, made []*terminal
	writer      *Writer
	// blind writes to the plain ones, as Bubble Tea would.
	blind     *Writer
	raw, sent int
	log       []string
}

type counter struct{ n *int }

func (c counter) Write(p []byte) (int, error) { *c.n += len(p); return len(p), nil }

func (p *pair) resize(w, h int) {
	p.w, p.h = w, h
	p.says("resize %d %d", w, h)
	for i := range p.plain {
		p.plain[i].resize(w, h)
		p.made[i].resize(w, h)
	}
}

// Write writes to all and compares them.
func (p *pair) Write(b []byte) (int, error) {
	p.t.Helper()
	p.says("%q", b)
	if n, err := p.writer.Write(b); err != nil || n != len(b) {
		p.t.Fatalf("%d of %d bytes: %v", n, len(b), err)
	}
	_, _ = p.blind.Write(b)
	// It does not know that a sequence changes no cell.
	p.blind.latest.stale = p.writer.latest.stale
	for i := range p.plain {
		p.compare(p.plain[i], p.made[i])
	}
	return len(b), nil
}

// says keeps the last events for failed tests.
func (p *pair) says(format string, a ...any) {
	if p.log = append(p.log, fmt.Sprintf(format, a...)); len(p.log) > 12 {
		p.log = p.log[1:]
	}
}

// compare fails if the terminals differ.
func (p *pair) compare(should, does *terminal) {
	p.t.Helper()
	if d := should.differs(does); d != "" {
		p.t.Fatalf("%s: %s\n%s", should.name, d, strings.Join(p.log, "\n"))
	}
}

// TestWideDoubts checks terminals that show ambiguous characters in two columns, while lines
// stay short.
func TestWideDoubts(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 2))
		p := newPair(t, shortLines, 8, manners{name: "wide", doubt: 2}, manners{name: "wide clusters", joins: true, doubt: 2, fills: true})
		prog := &program{library: &library{out: p, w: p.w, h: p.h}, r: r, plain: true, show: p.Show}
		prog.start()
		for range 30 {
			prog.step()
		}
	}
}

// TestNoise checks frames with other output between them.
func TestNoise(t *testing.T) {
	for seed := range uint64(800) {
		r := rand.New(rand.NewPCG(seed, 3))
		p := newPair(t, 4+r.IntN(20), 2+r.IntN(5))
		_, _ = io.WriteString(p, "\x1b[?1049h")
		for i := range 60 {
			var b strings.Builder
			for range 1 + r.IntN(8) {
				switch n := r.IntN(100); {
				case n < 45:
					b.WriteString(noise[r.IntN(len(noise))])
				case n < 55:
					b.WriteString(styles[r.IntN(len(styles))])
				case n < 80:
					b.WriteString(words[r.IntN(20)])
				case n < 99:
					b.WriteString(words[r.IntN(len(words))])
				case r.IntN(4) == 0:
					b.WriteString(strange[r.IntN(len(strange))])
				}
			}
			_, _ = io.WriteString(p, b.String())
			for range i % 3 {
				p.Show(randomLine(r, p.w, false)+"\n"+randomLine(r, p.w, false), false)
			}
		}
	}
}

// TestTorn checks sequences and characters that arrive in pieces.
func TestTorn(t *testing.T) {
	for seed := range uint64(80) {
		r := rand.New(rand.NewPCG(seed, 4))
		p := newPair(t, 30, 6)
		var b bytes.Buffer
		prog := &program{library: &library{out: &b, w: p.w, h: p.h}, r: r, calm: true}
		prog.start()
		// In passthrough mode the switch of the screen must come in one piece.
		_, _ = p.Write(b.Bytes())
		b.Reset()
		for range 10 {
			prog.step()
		}
		for all := b.Bytes(); len(all) > 0; {
			n := min(len(all), 1+r.IntN(40))
			_, _ = p.Write(all[:n])
			if all = all[n:]; r.IntN(4) == 0 {
				p.Show(randomLine(r, p.w, true), false)
				p.Show(randomLine(r, p.w, true), false)
			}
		}
	}
}

// TestBytes checks that a moved cursor and a mark cost a few bytes, a page less than the whole,
// and no change nothing.
func TestBytes(t *testing.T) {
	p := newPair(t, 120, 40)
	(&library{out: p, w: 120, h: 40}).enter()
	lines := make([]string, 40)
	draw := func(first, cursor int, marked bool) int {
		for i := range lines {
			mark := "[ ]"
			if marked && i == cursor {
				mark = "[x]"
			}
			lines[i] = fmt.Sprintf("  %s payment-service-%-12d team-%-10d service  production  \x1b[36mnew\x1b[0m  now", mark, (first+i)*7919, first+i)
			if i == cursor {
				lines[i] = "\x1b[1;36m>\x1b[0m" + lines[i][1:]
			}
		}
		before := p.sent
		p.Show(strings.Join(lines, "\n"), false)
		return p.sent - before
	}
	draw(0, 3, false)
	for name, c := range map[string]struct{ got, most int }{
		"a move":  {draw(0, 4, false), 32},
		"a mark":  {draw(0, 4, true), 16},
		"nothing": {draw(0, 4, true), 0},
		"a page":  {draw(40, 4, false), 2400},
	} {
		if c.got > c.most {
			t.Errorf("%s costs %d bytes, more than %d", name, c.got, c.most)
		}
	}
}

// refusing is a terminal that fails once.
type refusing struct {
	io.Writer
	fails bool
}

func (r *refusing) Write(p []byte) (int, error) {
	if r.fails {
		return 0, errors.New("no")
	}
	return r.Writer.Write(p)
}

// TestRefusedWrite checks that after a failed write everything is drawn again.
func TestRefusedWrite(t *testing.T) {
	var got bytes.Buffer
	out := &refusing{Writer: &got}
	w := &Writer{out: out, screen: screen{current: tracked{known: true}}, size: func() (int, int, error) { return 20, 3, nil }}
	l := &library{out: w, w: 20, h: 3}
	l.enter()
	l.flush("one\ntwo\nthree")
	out.fails = true
	if _, err := w.WriteString("\x1b[Htwo"); err == nil {
		t.Error("the fault was kept secret")
	}
	out.fails = false
	got.Reset()
	l.forget()
	l.flush("one\ntwo\nthree")
	for _, want := range []string{"one", "two", "three"} {
		if !strings.Contains(got.String(), want) {
			t.Errorf("%q is missing in %q", want, got.String())
		}
	}
}

// FuzzWriter searches for output that ends in a different screen.
func FuzzWriter(f *testing.F) {
	f.Add([]byte("abc\x00\x10\x20\x30"), uint8(10), uint8(3))
	f.Add([]byte("ab\xfbac\xfcb\xffab\xfdabc\xfea\xfb"), uint8(10), uint8(3))
	f.Fuzz(func(t *testing.T, program []byte, w, h uint8) {
		if len(program) > 400 {
			return
		}
		p := newPair(t, 2+int(w%30), 1+int(h%6))
		_, _ = io.WriteString(p, "\x1b[?1049h")
		all := append(append(append([]string{}, noise...), styles...), words...)
		all = append(all, strange...)
		var b strings.Builder
		for i := 0; i < len(program); i++ {
			switch c := int(program[i]); {
			case c == 255:
				_, _ = io.WriteString(p, b.String())
				b.Reset()
			case c == 254:
				p.resize(2+i%30, 1+i%6)
			case c >= 251:
				p.Show(b.String(), c == 251)
				b.Reset()
			case c == 250 && i+1 < len(program):
				i++
				b.WriteByte(program[i])
			default:
				b.WriteString(all[c%len(all)])
			}
		}
		_, _ = io.WriteString(p, b.String())
	})
}
