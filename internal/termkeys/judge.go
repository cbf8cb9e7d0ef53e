package termkeys

import (
	"bytes"
	"regexp"
	"unicode/utf8"
)

// verdict is what the bytes that are held are.
type verdict int

const (
	part   verdict = iota // the beginning of something
	whole                 // the first n are a key; behind ESC ESC one more byte may follow
	reply                 // a message of the terminal, or nothing known; the first n stay held
	text                  // the beginning of a string; the first n stay held
	broken                // the last byte belongs to something new; of the others the first n stay held
)

// judge is asked again with every byte, so only the last one is new.
func judge(b []byte) (v verdict, n int) {
	switch {
	case b[0] == esc && len(b) == 1:
		return part, 0
	case b[0] == esc:
		return afterEsc(b)
	case b[0] < utf8.RuneSelf:
		return whole, 1
	}
	return character(b)
}

// character judges the bytes of a character outside ASCII. Bytes that are none are dropped; on their own some are
// controls in one byte. Keys in that form are dropped too: Bubble Tea would take their parameters for keys.
func character(b []byte) (verdict, int) {
	v := reply
	switch first := b[0]; {
	case first == csi8:
		v = parameters(b[1:])
	case first == ss38:
		v = function(b[1:])
	case !utf8.FullRune(b):
		return part, 0
	case utf8.Valid(b):
		return whole, len(b)
	case len(b) > 1:
		return broken, 0
	case bytes.IndexByte(strings8, first) >= 0:
		return text, 0
	}
	if v == whole {
		v = reply
	}
	return v, 0
}

var (
	strings7 = []byte("]P_^X")
	strings8 = []byte{0x9d, 0x90, 0x9f, 0x9e, 0x98}
)

func afterEsc(b []byte) (verdict, int) {
	switch c := b[1]; {
	case c == '[':
		return sequence(parameters(b[2:]), b)
	case c == 'O':
		return sequence(function(b[2:]), b)
	case bytes.IndexByte(strings7, c) >= 0:
		return text, 0
	case c == '\\':
		// The end of a string that was given up.
		return reply, 0
	case c == esc && len(b) == 2:
		return part, 0
	case c == esc:
		return afterTwo(b)
	case c < utf8.RuneSelf:
		return whole, len(b)
	}
	// Alt and a character.
	v, _ := character(b[1:])
	if v == whole {
		return v, len(b)
	}
	return v, 1
}

func sequence(v verdict, b []byte) (verdict, int) {
	if v == whole {
		return v, len(b)
	}
	return v, 0
}

// afterTwo judges what follows ESC ESC. It is Alt with an arrow on some terminals, and otherwise the key ESC with
// something behind it.
func afterTwo(b []byte) (verdict, int) {
	rest := b[1:]
	v, _ := afterEsc(rest)
	sequence := rest[1] == '[' || rest[1] == 'O'
	switch {
	case v == part && rest[1] != esc:
		return v, 0
	case !sequence && (v == text || v == reply):
		return v, 1
	case !sequence:
		return whole, 2
	case v == broken:
		return v, 1
	case v == whole && (altArrow.Match(rest) || string(rest) == pasteBegins):
		return whole, len(b)
	case v == whole && !answer.Match(rest), rest[1] == 'O':
		// More such keys. Nothing here uses them.
		return reply, 0
	}
	return reply, 1
}

var (
	altArrow = regexp.MustCompile(`^\x1b(\[[ABCDFHZ]|\[[1-8]~|O[ABCDPQRS])$`)
	answer   = regexp.MustCompile(`^\x1b\[([<M]|.*[Rcntuxy]$)`)
	mouse    = regexp.MustCompile(`^<[0-9]+;[0-9]+;[0-9]+[Mm]$`)
	shifted  = regexp.MustCompile(`^[2-8]\$$`)
)

// parameters judges what follows ESC [.
func parameters(b []byte) verdict {
	if len(b) == 0 {
		return part
	}
	last := b[len(b)-1]
	switch first := b[0]; {
	case first == 'M':
		return pointed(b)
	case first == '[':
		// Function keys of the Linux console.
		return oneMore(b, last >= 'A' && last <= 'E')
	case first == 'O':
		// Arrows with shift; alone it says that the window has lost the focus.
		return oneMore(b, last|0x20 >= 'a' && last|0x20 <= 'd')
	case last < ' ' || last > '~':
		return broken
	case shifted.Match(b) && first >= '7':
		return whole
	case shifted.Match(b):
		// Bubble Tea knows two of these keys and takes the others for letters.
		return reply
	case last < '@':
		return part
	case first >= '<' && first <= '?' && !mouse.Match(b):
		return reply
	}
	return whole
}

// pointed judges the mouse's old form: three bytes follow.
func pointed(b []byte) verdict {
	const bytesOfMouse = 4
	switch {
	case len(b) > 1 && b[len(b)-1] < ' ':
		return broken
	case len(b) < bytesOfMouse:
		return part
	}
	return whole
}

func oneMore(b []byte, known bool) verdict {
	switch {
	case len(b) == 1:
		return part
	case known:
		return whole
	}
	return broken
}

// function judges what follows ESC O. Bubble Tea takes those that it does not know for letters.
func function(b []byte) verdict {
	if len(b) == 0 {
		return part
	}
	switch last := b[len(b)-1]; {
	case last < ' ' || last > '~':
		return broken
	case last >= '0' && last <= ';':
		return part
	case len(b) == 1 && bytes.IndexByte([]byte("ABCDPQRS"), last) >= 0:
		return whole
	}
	return reply
}
