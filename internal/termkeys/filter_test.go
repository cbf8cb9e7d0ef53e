package termkeys

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// typist feeds a filter as a Reader does, with a clock of its own.
type typist struct {
	f   Filter
	now time.Time
	out [][]byte
}

// sends delivers a chunk after a pause.
func (p *typist) sends(pause time.Duration, chunk string) {
	p.rests(pause)
	p.out = append(p.out, p.f.Feed(nil, []byte(chunk), p.now))
}

func (p *typist) rests(pause time.Duration) {
	if pause >= EscWait && p.f.Waiting() {
		p.out = append(p.out, p.f.Flush(nil))
	}
	p.now = p.now.Add(pause)
}

func (p *typist) keys() string { return string(bytes.Join(p.out, nil)) }

// keysOf is what a filter returns for chunks with pauses between them.
func keysOf(pause time.Duration, chunks ...string) string {
	p := typist{now: time.Unix(1, 0)}
	for _, chunk := range chunks {
		p.sends(pause, chunk)
	}
	p.rests(time.Minute)
	return p.keys()
}

// everything is each input that has to stay together, with what is to come of it.
func everything() map[string]string {
	all := map[string]string{}
	for seq := range known {
		all[seq] = seq
	}
	for _, text := range plain {
		all[text] = text
	}
	for _, text := range replies {
		all[text] = ""
	}
	return all
}

// TestCutAnywhere checks that bytes mean the same however they arrive: cut at each byte, or one by one.
func TestCutAnywhere(t *testing.T) {
	if len(known) < 100 {
		t.Fatalf("Bubble Tea knows %d sequences", len(known))
	}
	for text, want := range everything() {
		for _, around := range [][2]string{{"", ""}, {"j", "k"}, {"", "\x1b[A"}, {"\x1b[B", "é"}} {
			text, want := around[0]+text+around[1], around[0]+want+around[1]
			if strings.HasSuffix(text, "\x1b[O\x1b[A") {
				continue // see TestFocus
			}
			if got := keysOf(0, text); got != want {
				t.Errorf("%q in one piece is %q, want %q", text, got, want)
			}
			for at := 1; at < len(text); at++ {
				pauses := []time.Duration{0, time.Millisecond, EscWait - 1}
				if text[at-1] != esc {
					pauses = append(pauses, EscWait, giveUp-1)
				}
				for _, pause := range pauses {
					if got := keysOf(pause, text[:at], text[at:]); got != want {
						t.Errorf("%q, then %q %s later is %q, want %q", text[:at], text[at:], pause, got, want)
					}
				}
			}
			for _, pause := range []time.Duration{time.Millisecond, EscWait - 1} {
				if got := keysOf(pause, strings.Split(text, "")...); got != want && !strings.ContainsRune(text, '�') {
					t.Errorf("%q one by one is %q, want %q", text, got, want)
				}
			}
		}
	}
}

// TestReplies checks what a user does while the terminal talks: keys before, behind and between replies act, the
// replies do not.
func TestReplies(t *testing.T) {
	all := slices.Sorted(maps.Values(replies))
	for name, reply := range replies {
		if got := keysOf(0, "a"+reply+"b"+reply+reply+"\x1b[A"); got != "ab\x1b[A" && name != "focus lost" {
			t.Errorf("%s: %q", name, got)
		}
		if got := keysOf(time.Millisecond, "\x1b"+reply); got != "\x1b" && !strings.HasPrefix(reply, "\x1bO") && name != "focus lost" && !strings.HasPrefix(name, "more than") {
			t.Errorf("%s just behind ESC: %q", name, got)
		}
	}
	if got := keysOf(0, strings.Join(all, "")); strings.Trim(got, "\x1b[O") != "" {
		t.Errorf("all together: %q", got)
	}
}

// TestEscAlone checks that ESC acts by itself after its wait, and goes with what comes earlier.
func TestEscAlone(t *testing.T) {
	for _, c := range []struct {
		pause time.Duration
		want  []string
	}{
		{EscWait - 1, []string{"", "", "\x1b[A"}},
		{EscWait, []string{"", "\x1b", "[A"}},
	} {
		p := typist{now: time.Unix(1, 0)}
		p.sends(0, "\x1b")
		if !p.f.Waiting() {
			t.Error("nothing is waited for")
		}
		p.sends(c.pause, "[A")
		if got := fmt.Sprintf("%q", p.out); p.keys() != strings.Join(c.want, "") {
			t.Errorf("after %s: %s", c.pause, got)
		}
	}
	if got := keysOf(time.Minute, "\x1b", "\x1b", "\x1b"); got != "\x1b\x1b\x1b" {
		t.Errorf("ESC three times: %q", got)
	}
	// While a string is open too.
	p := typist{now: time.Unix(1, 0)}
	p.sends(0, "\x1b\x1b]11;rgb:")
	p.rests(EscWait)
	p.sends(0, "0000\a")
	if p.keys() != "\x1b" {
		t.Errorf("ESC and a string: %q", p.keys())
	}
}

// TestGivenUp checks that what is never completed is given up, never becomes a key, and locks nobody out.
func TestGivenUp(t *testing.T) {
	p := func(play func(p *typist)) string {
		p := &typist{now: time.Unix(1, 0)}
		play(p)
		return p.keys()
	}
	for _, begun := range []string{"\x1b]11;rgb:", "\x1bP>|tmux", "\x1b_aiy", "\x1b^", "\x1bX", "\x9d11;", "\x1b]11;aiy\x1b", "\x1b[1;", "\x1b[", "\x1bO", "\x9b1", "\xe2\x82", "\x1b[M!"} {
		if got := keysOf(giveUp, begun, "q"); got != "q" {
			t.Errorf("%q, and q after a silence: %q", begun, got)
		}
		if got := keysOf(giveUp-1, begun, "\x03"); got != "\x03" {
			t.Errorf("%q, and ctrl+c: %q", begun, got)
		}
	}
	for name, c := range map[string]struct {
		play func(p *typist)
		want string
	}{
		"typing into a string": {func(p *typist) {
			p.sends(0, "\x1b]")
			for range 12 {
				p.sends(longest/10, "i")
			}
		}, "iii"},
		"an endless string": {func(p *typist) {
			p.sends(0, "\x1b]")
			for range 100 {
				p.sends(time.Millisecond, strings.Repeat("i", 1000))
			}
			p.sends(EscWait, "q")
		}, "q"},
		"a long string": {func(p *typist) {
			p.sends(0, "\x1b]52;c;")
			for range 60 {
				p.sends(EscWait, strings.Repeat("i", 1000))
			}
			p.sends(EscWait, "\aq")
		}, "q"},
		"a key breaks it off": {func(p *typist) { p.sends(0, "\x1b]11;rgb:0000\x1b[Aq") }, "\x1b[Aq"},
		"another string does": {func(p *typist) { p.sends(0, "\x1b]11;\x1bP>|aiy\x1b\\q") }, "q"},
		"its late end":        {func(p *typist) { p.sends(0, "\x1b]11;"); p.sends(giveUp, "\x1b\\"); p.sends(0, "q") }, "q"},
	} {
		if got := p(c.play); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestPaste checks that pasted text passes byte for byte, however slowly, and that a paste whose end was lost can
// be left.
func TestPaste(t *testing.T) {
	text := pasteBegins + "\x1b]11;aiy\a \x1b[A\x1b[201 \x1b\x1b[200~ \x03\xff\x9d" + pasteEnds
	for at := 1; at < len(text); at++ {
		if text[:at] == "\x1b" {
			continue
		}
		if got := keysOf(giveUp-1, "j", text[:at], text[at:], "k"); got != "j"+text+"k" {
			t.Errorf("cut at %d: %q", at, got)
		}
		if got := keysOf(time.Minute, text[:at], text[at:]); at >= len(pasteBegins) && got != text {
			t.Errorf("cut at %d for a minute: %q", at, got)
		}
	}
	if got := keysOf(0, "\x1b"+text+"q"); got != text+"q" {
		t.Errorf("just behind ESC: %q", got)
	}
	if got := keysOf(giveUp, pasteBegins+"aiy", "i", "\x03", "q"); got != pasteBegins+"aiyi"+pasteEnds+"\x03q" {
		t.Errorf("without an end: %q", got)
	}
	if got := keysOf(giveUp-1, pasteBegins+"aiy", "\x03", "q"); got != pasteBegins+"aiy\x03q" {
		t.Errorf("ctrl+c in a text: %q", got)
	}
}

// TestFocus checks the one sequence that is the beginning of another.
func TestFocus(t *testing.T) {
	for in, want := range map[string]string{"\x1b[O": "", "\x1b[Oj": "j", "\x1b[O\x1b[A": "\x1b[A", "\x1b[OA": "\x1b[OA", "\x1b[O\x1bb": "\x1bb"} {
		if got := keysOf(0, in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// TestHeardAsKeys checks Bubble Tea at the end: of a filtered sequence it must never make letters, and of a key
// what it makes of it alone.
func TestHeardAsKeys(t *testing.T) {
	var chunks [][]byte
	var sent []string
	add := func(text string) {
		sent = append(sent, text)
		chunks = append(chunks, []byte(keysOf(0, text)), []byte("j"))
	}
	for final := byte('@'); final <= '~'; final++ {
		for _, front := range []string{"\x1b[", "\x1b[1;5", "\x1b[?1", "\x1b[>0;1", "\x1b[=", "\x1b[<1;2", "\x1b[12;40", "\x1b[2 ", "\x1b[4;2$", "\x9b", "\x9b1;2", "\x8f", "\x1bO", "\x1bO5", "\x1bO1;2"} {
			if final == 'M' && front == "\x1b[" {
				continue // the mouse
			}
			for _, before := range []string{"", "\x1b", "\x1b\x1b"} {
				add(before + front + string(final))
			}
		}
	}
	got := heard(t, chunks...)
	at := 0
	for _, key := range got {
		if key == "j" {
			at++
			continue
		}
		if len([]rune(key)) == 1 || (strings.HasPrefix(key, "alt+") && len([]rune(key)) == 5) || strings.HasPrefix(key, "[") {
			t.Errorf("of %q it makes %q", sent[at], key)
		}
	}
	if at != len(sent) {
		t.Errorf("%d of %d keys were heard", at, len(sent))
	}
	for _, text := range slices.Sorted(maps.Values(plain)) {
		if alone, filtered := heard(t, []byte(text)), heard(t, []byte(keysOf(0, text))); !slices.Equal(alone, filtered) {
			t.Errorf("of %q it makes %q, without the filter %q", text, filtered, alone)
		}
	}
}

// TestLine checks what line mode makes of a line that the terminal has edited.
func TestLine(t *testing.T) {
	for name, reply := range replies {
		if reply[0] != esc {
			continue
		}
		if got := Line("1 " + reply + "3-5"); got != "1 3-5" && name != "focus lost" {
			t.Errorf("%s: %q", name, got)
		}
	}
	for in, want := range map[string]string{"": "", "1 3-7": "1 3-7", "caf\xe9": "caf\xe9", "é✜": "é✜", "\x1b[A\x1b[B\x1bOAq": "q", "\x1bq": "q", "q\x1b": "q",
		"\x1b]11;rgb:0000": "", "\x1b[200~payments\x1b[201~": "payments", "a\x1b[": "a"} {
		if got := Line(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// FuzzFilter checks that any bytes mean the same however they are cut, that nothing is added or moved, and that
// what is held back is little.
func FuzzFilter(f *testing.F) {
	for text := range everything() {
		f.Add([]byte(text), uint64(0x5555))
	}
	f.Add([]byte(strings.Join(slices.Sorted(maps.Keys(everything())), "")), uint64(0xf0f0))
	f.Fuzz(func(t *testing.T, text []byte, cuts uint64) {
		whole := keysOf(time.Millisecond, string(text))
		var p typist
		p.now = time.Unix(1, 0)
		from := 0
		for at := 1; at <= len(text); at++ {
			if at < len(text) && cuts>>(at%64)&1 == 0 {
				continue
			}
			held := len(p.f.held) + 1 // and an ESC inside a string
			p.sends(100*time.Microsecond, string(text[from:at]))
			if n := len(p.out[len(p.out)-1]); n > held+at-from || len(p.f.held) > maxHeld+1 {
				t.Fatalf("%d bytes of %d, %d held", n, at-from, len(p.f.held))
			}
			from = at
		}
		p.rests(time.Minute)
		if p.keys() != whole && len(text) < int(longest/(100*time.Microsecond)) {
			t.Errorf("cut it is %q, in one piece %q", p.keys(), whole)
		}
		rest := text
		for _, c := range []byte(whole) {
			at := bytes.IndexByte(rest, c)
			if at < 0 {
				t.Fatalf("%q is not what was typed: %q", whole, text)
			}
			rest = rest[at+1:]
		}
	})
}
