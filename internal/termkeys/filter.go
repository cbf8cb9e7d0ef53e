// Package termkeys reads what a person types from a terminal: it keeps the bytes of one key together, however
// they arrive, and drops the messages that a terminal sends by itself. It must not know what a key does, nor who
// reads it.
package termkeys

import (
	"bytes"
	"time"
	"unicode/utf8"
)

const (
	// EscWait is how long ESC waits for the bytes that make it the beginning of a key.
	EscWait = 50 * time.Millisecond
	// giveUp is the silence after which the rest of a sequence or string is no longer expected.
	giveUp = time.Second
	// longest is how long a string may take in all, so that typing into one that never ends is heard again.
	longest = 5 * time.Second
	// largest is the size in bytes above which a string is not a terminal's message. Then EscWait of silence ends it.
	largest = 64 << 10
	// maxHeld limits what is held back, in bytes. What is longer is no key.
	maxHeld = 64
)

const (
	esc   = 0x1b
	bel   = 0x07
	ctrlC = 0x03

	csi8, ss38, st8 = 0x9b, 0x8f, 0x9c // ESC [, ESC O and ESC \ in one byte

	pasteBegins = "\x1b[200~"
	pasteEnds   = "\x1b[201~"
)

// Filter takes the bytes of a terminal and returns those of whole keys, in order. The zero Filter is ready.
//
// Strings (OSC, DCS, APC, PM, SOS) are dropped up to ST or BEL. Pasted text passes as it is. What is not complete
// is held back; after a second of silence it is dropped.
type Filter struct {
	held []byte    // the beginning of a key, or an ESC in front of a string
	last time.Time // when bytes came last

	text    bool      // inside a string
	began   time.Time // of the string
	size    int       // of the string, in bytes
	closing bool      // ESC was read inside the string
	eight   bool      // the string began with one byte, so one byte may end it

	pasting bool
	tail    []byte // the last bytes of pasted text, to see its end
}

// Feed appends the keys that b completes to out. Bytes of b were read at the same time, now.
func (f *Filter) Feed(out, b []byte, now time.Time) []byte {
	if len(b) == 0 {
		return out
	}
	silence := now.Sub(f.last)
	f.last = now
	switch {
	case f.pasting && silence >= giveUp && len(b) == 1 && b[0] == ctrlC:
		// The end of this paste was lost, and somebody wants to leave.
		out = append(out, pasteEnds...)
		f.pasting = false
	case f.text && f.over(silence, now):
		f.text = false
	case !f.text && silence >= giveUp && !f.Waiting():
		f.held = f.held[:0]
	}
	for _, c := range b {
		out = f.take(out, c, now)
	}
	return out
}

// Waiting reports whether Flush has something to return if nothing follows within EscWait.
func (f *Filter) Waiting() bool {
	return len(f.held) > 0 && len(bytes.Trim(f.held, "\x1b")) == 0
}

// Flush appends the ESC that nothing has followed. Nothing may be appended behind it before it is read.
func (f *Filter) Flush(out []byte) []byte {
	if f.Waiting() {
		out = append(out, f.held...)
		f.held = f.held[:0]
	}
	return out
}

// over reports whether the string can be given up.
func (f *Filter) over(silence time.Duration, now time.Time) bool {
	return silence >= giveUp || now.Sub(f.began) >= longest || (f.size > largest && silence >= EscWait)
}

func (f *Filter) take(out []byte, c byte, now time.Time) []byte {
	switch {
	case f.pasting:
		return f.pasted(append(out, c), c)
	case f.text && c == ctrlC:
		// No string holds it, so somebody wants to leave.
		f.closing, f.held = false, f.held[:0]
		return append(out, c)
	case f.text && !f.ends(c):
		return out
	case f.text:
		f.text = false
		if !f.closing || c == '\\' {
			return out
		}
		// The string broke off where this ESC began something else.
		f.held = append(f.held, esc)
	}
	return f.key(out, c, now)
}

// ends reports whether c ends the string, or, behind an ESC, breaks it off.
func (f *Filter) ends(c byte) bool {
	f.size++
	switch {
	case c == esc:
		f.closing = true
		return false
	case f.closing:
		return true
	}
	return c == bel || (c == st8 && f.eight)
}

func (f *Filter) pasted(out []byte, c byte) []byte {
	if len(f.tail) == len(pasteEnds) {
		f.tail = append(f.tail[:0], f.tail[1:]...)
	}
	f.tail = append(f.tail, c)
	f.pasting = string(f.tail) != pasteEnds
	return out
}

func (f *Filter) key(out []byte, c byte, now time.Time) []byte {
	if len(f.held) >= maxHeld && c >= 0x20 && c < 0x40 {
		// More parameters make no key of it.
		return out
	}
	f.held = append(f.held, c)
	v, n := judge(f.held)
	if v == whole && len(f.held) > maxHeld {
		v, n = reply, 0
	}
	again := v == broken || (v == whole && n < len(f.held))
	switch v {
	case part:
		return out
	case whole:
		out = f.pass(out, f.held[:n])
		n = 0
	case text:
		f.text, f.began, f.size, f.closing, f.eight = true, now, 0, false, c >= utf8.RuneSelf
	case reply, broken:
		// Nothing passes.
	}
	f.held = f.held[:n]
	if again {
		return f.key(out, c, now)
	}
	return out
}

func (f *Filter) pass(out, key []byte) []byte {
	if bytes.HasSuffix(key, []byte(pasteBegins)) {
		// An ESC just before it would make keys of the text.
		key = key[len(key)-len(pasteBegins):]
		f.pasting, f.tail = true, f.tail[:0]
	}
	return append(out, key...)
}
