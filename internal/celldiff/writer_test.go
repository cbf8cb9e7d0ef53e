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

// pair are terminals that get everything, and the same that get what the writer makes of it.
type pair struct {
	t           testing.TB
	w, h        int
	plain, made []*terminal
	writer      *Writer
	// blind writes to the plain ones what it shows as Bubble Tea would draw it; nil where the
	// plain ones get what is written.
	blind     *Writer
	raw, sent int
	log       []string
}

func newPair(t testing.TB, w, h int, all []manners) *pair {
	p := &pair{t: t, w: w, h: h}
	var outs []io.Writer
	for _, m := range all {
		p.plain = append(p.plain, newTerminal(m, w, h))
		p.made = append(p.made, newTerminal(m, w, h))
		outs = append(outs, p.made[len(p.made)-1])
	}
	outs = append(outs, counter{&p.sent})
	p.writer = &Writer{out: io.MultiWriter(outs...), screen: screen{inked: true}, size: func() (int, int, error) { return p.w, p.h, nil }}
	return p
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

// Write feeds all, and compares what they show.
func (p *pair) Write(b []byte) (int, error) {
	p.t.Helper()
	p.says("%q", b)
	p.raw += len(b)
	if n, err := p.writer.Write(b); err != nil || n != len(b) {
		p.t.Fatalf("%d of %d bytes: %v", n, len(b), err)
	}
	if p.blind != nil {
		_, _ = p.blind.Write(b)
		// It cannot know that a sequence changes no cell.
		p.blind.latest.stale = p.writer.latest.stale
	}
	for i := range p.plain {
		if p.blind == nil {
			_, _ = p.plain[i].Write(b)
		}
		p.compare(p.plain[i], p.made[i])
	}
	return len(b), nil
}

// says keeps what happened last for a test that fails.
func (p *pair) says(format string, a ...any) {
	if p.log = append(p.log, fmt.Sprintf(format, a...)); len(p.log) > 12 {
		p.log = p.log[1:]
	}
}

// compare fails the test where a terminal shows something else than it should.
func (p *pair) compare(should, does *terminal) {
	p.t.Helper()
	if d := should.differs(does); d != "" {
		p.t.Fatalf("%s: %s\n%s", should.name, d, strings.Join(p.log, "\n"))
	}
}

// TestFrames protects what users see: over random frames, resizes, stops and hostile text
// every kind of terminal shows what it would show without the writer.
func TestFrames(t *testing.T) {
	raw, sent := 0, 0
	for seed := range uint64(250) {
		r := rand.New(rand.NewPCG(seed, 1))
		p := newPair(t, 8+r.IntN(60), 3+r.IntN(12), allManners)
		prog := &program{library: &library{out: p, w: p.w, h: p.h}, r: r, resize: p.resize, plain: seed%3 == 0}
		if seed%6 == 0 {
			prog.calm, prog.resize = true, nil
		}
		prog.start()
		for range 40 {
			prog.step()
		}
		if prog.calm {
			raw, sent = raw+p.raw, sent+p.sent
		}
	}
	if sent > raw*85/100 {
		t.Errorf("%d of %d bytes were sent: was anything left out?", sent, raw)
	}
}

// TestPlaces protects the cases that chance seldom finds, on every kind of terminal.
func TestPlaces(t *testing.T) {
	for name, writes := range map[string][]string{
		"an end left behind, then erased": {"\x1b[Hzzzzzzzzzz\x1b[H", "\x1b[H👍abcdef  \x1b[H", "\x1b[H👍abcdef\x1b[K\x1b[H"},
		"an end left behind, and kept":    {"\x1b[Hzzzzzzzzzz\x1b[H", "\x1b[H👍abcdef  \x1b[H", "\x1b[H👍abcdeX  \x1b[H"},
		"text behind an erased end":       {"\x1b[Hzzzzzzzzzz\x1b[H", "\x1b[H👍\x1b[Kabcdefgh\x1b[H", "\x1b[H👍\x1b[KabcdefgX\x1b[H"},
		"behind a doubtful place":         {"\x1b[H👍abcd\x1b[K\x1b[H", "\x1b[1;5HX\x1b[H", "\x1b[Ha\x1b[K\x1b[H"},
		"behind a doubtful place, erased": {"\x1b[H👍abcd\x1b[K\x1b[H", "\x1b[1;5HX\x1b[K\x1b[H", "\x1b[Ha\x1b[K\x1b[H"},
		"an end of the same frame":        {"\x1b[Habcdefghij\x1b[7G👍👍\x1b[H"},
		"half of a wide one":              {"\x1b[H日本\x1b[K\x1b[H", "\x1b[1;2HX\x1b[H"},
		"half of an unknown wide one":     {"\x1b[1;3H日本\x1b[D日\x1b[H", "\x1b[Hab\x1b[H"},
		"the other half":                  {"\x1b[H日本\x1b[K\x1b[H", "\x1b[1;3HX\x1b[H", "\x1b[HX\x1b[H"},
		"a wide one at the end":           {"\x1b[Habcdefgh日\r\nx\x1b[H", "\x1b[Habcdefghi日\r\nx\x1b[H", "\x1b[Habcdefghi日\x1b[H"},
		"the last column":                 {"\x1b[Habcdefghij\r\nx\x1b[K\x1b[H", "\x1b[Habcdefghik\r\ny\x1b[H", "\x1b[HAbcdefghik\r\nz\x1b[K\x1b[H"},
		"beyond the last column":          {"\x1b[Habcdefghij", "k\x1b[H", "\x1b[Habc\x1b[H"},
		"the last line":                   {"\x1b[3;1Hx\n", "\x1b[Ha\x1b[H"},
		"doubtful, shorter":               {"\x1b[H👍abcd\x1b[K\x1b[H", "\x1b[Hab\x1b[K\x1b[H", "\x1b[H👍\x1b[K\x1b[H", "\x1b[H\x1b[K\x1b[H"},
		"doubtful, cut":                   {"\x1b[H👍abcd\x1b[K\x1b[H", "\x1b[Habc\x1b[H", "\x1b[Habd\x1b[K\x1b[H"},
		"a coloured blank":                {"\x1b[H\x1b[41m\x1b[K\x1b[m\x1b[H", "\x1b[H \x1b[H", "\x1b[H\x1b[K\x1b[H"},
	} {
		p := newPair(t, 10, 3, allManners)
		p.log = []string{name}
		_, _ = io.WriteString(p, "\x1b[?1049h")
		for _, text := range writes {
			_, _ = io.WriteString(p, text)
		}
	}
	// What is not known, but was written meanwhile.
	p := newPair(t, 10, 3, allManners)
	_, _ = io.WriteString(p, "\x1b[?1049h")
	_, _ = io.WriteString(p, "\x1b[2;5H日本語\x1b[3D日\x1b[H")
}

// TestWideDoubts protects terminals that show doubtful characters in two columns, as some in
// East Asia do, while no line comes near the window's end.
func TestWideDoubts(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 2))
		p := newPair(t, shortLines, 8, []manners{{name: "wide", doubt: 2}, {name: "wide clusters", joins: true, doubt: 2, fills: true}})
		prog := &program{library: &library{out: p, w: p.w, h: p.h}, r: r, plain: true}
		prog.start()
		for range 30 {
			prog.step()
		}
	}
}

// TestNoise protects against whatever else is written.
func TestNoise(t *testing.T) {
	for seed := range uint64(800) {
		r := rand.New(rand.NewPCG(seed, 3))
		p := newPair(t, 4+r.IntN(20), 2+r.IntN(5), allManners)
		_, _ = io.WriteString(p, "\x1b[?1049h")
		for range 60 {
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
		}
	}
}

// TestTorn protects sequences and characters that arrive in pieces.
func TestTorn(t *testing.T) {
	for seed := range uint64(80) {
		r := rand.New(rand.NewPCG(seed, 4))
		p := newPair(t, 30, 6, allManners)
		var b bytes.Buffer
		prog := &program{library: &library{out: &b, w: p.w, h: p.h}, r: r}
		prog.start()
		for range 10 {
			prog.step()
		}
		for all := b.Bytes(); len(all) > 0; {
			n := min(len(all), 1+r.IntN(40))
			_, _ = p.Write(all[:n])
			all = all[n:]
		}
	}
}

// TestBytes protects the reason for all this: a cursor that moves and a mark that is set cost
// a few bytes, a page less than the whole, and nothing costs nothing.
func TestBytes(t *testing.T) {
	p := newPair(t, 120, 40, allManners)
	l := &library{out: p, w: 120, h: 40}
	l.enter()
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
		l.flush(strings.Join(lines, "\n"))
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
	before := p.sent
	l.forget()
	if got := draw(40, 4, false); got < 2000 || p.sent == before {
		t.Errorf("a repeated frame costs %d bytes: it has to be sent whole, whatever is believed to stand there", got)
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

// TestRefusedWrite protects the screen after a write that failed: nothing of what was known
// counts any more, and what is drawn again arrives.
func TestRefusedWrite(t *testing.T) {
	var got bytes.Buffer
	out := &refusing{Writer: &got}
	w := &Writer{out: out, screen: screen{inked: true}, size: func() (int, int, error) { return 20, 3, nil }}
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

// FuzzWriter looks for streams that end in another screen than they should.
func FuzzWriter(f *testing.F) {
	f.Add([]byte("abc\x00\x10\x20\x30"), uint8(10), uint8(3))
	f.Add([]byte("ab\xfbac\xfcb\xffab\xfdabc\xfea\xfb"), uint8(10), uint8(3))
	f.Fuzz(func(t *testing.T, program []byte, w, h uint8) {
		if len(program) > 400 {
			return
		}
		p := newShowing(t, 2+int(w%30), 1+int(h%6))
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
