package celldiff

import (
	"strings"
	"unicode/utf8"
)

// The switch to the alternate screen, and back.
const (
	enters = "\x1b[?1049h"
	leaves = "\x1b[?1049l"
)

// maxRest bounds what is kept of a sequence that does not end, in bytes.
const maxRest = 64 << 10

// follow applies what was written, other than a frame in rows, and reports whether the terminal
// still shows what it showed before.
func (s *screen) follow(text string) (still bool) {
	if s.blind {
		s.glance(text)
		return false
	}
	still = true
	all := s.rest + text
	for s.rest = all; s.rest != "" && !s.blind; {
		n, aside := s.step(s.rest)
		if still = still && aside; n == 0 {
			break
		}
		s.rest = s.rest[n:]
	}
	if s.blind = s.blind || len(s.rest) > maxRest; s.blind {
		s.glance(all)
	}
	return still
}

// glance looks for the switch of the screen alone, where nothing else is followed any more.
func (s *screen) glance(text string) {
	if on, off := strings.LastIndex(text, enters), strings.LastIndex(text, leaves); on != off {
		s.alt = on > off
	}
}

// step applies what a text begins with and returns its length, 0 where it has not ended, and
// whether it changes no cell.
func (s *screen) step(text string) (n int, aside bool) {
	if text[0] != 0x1b {
		return s.text(text), false
	}
	kind, body, n := sequence(text)
	if n == 0 {
		return 0, false
	}
	switch kind {
	case '[':
		return n, s.csi(body)
	case ']':
		return n, s.osc(body)
	case 'P', '^', '_', 'X':
		// Their contents may be for another terminal around this one, or be shown.
		s.ink.known = false
	default:
		s.blind = true
	}
	return n, false
}

// text passes over text and control characters, up to the next sequence, and returns their
// length; a last character that is cut in two is left.
func (s *screen) text(text string) int {
	for i := 0; i < len(text); {
		switch r, n := utf8.DecodeRuneInString(text[i:]); {
		case text[i] == 0x1b, r == utf8.RuneError && n == 1 && !utf8.FullRuneInString(text[i:]):
			return i
		case foreign(text[i : i+n]):
			s.blind = true
			return len(text)
		default:
			i += n
		}
	}
	return len(text)
}

// sequence splits the sequence that a text begins with: the character behind its escape
// character, what it holds, and its length, 0 where it has not ended. What is no sequence has no
// kind.
func sequence(text string) (kind byte, body string, length int) {
	if len(text) < 2 {
		return 0, "", 0
	}
	switch text[1] {
	case '[':
		for i := 2; i < len(text); i++ {
			if c := text[i]; c >= 0x40 && c <= 0x7e {
				return '[', text[2 : i+1], i + 1
			} else if c < 0x20 || c >= 0x40 {
				return 0, "", i
			}
		}
		return 0, "", 0
	case ']', 'P', '^', '_', 'X':
		for i := 2; i < len(text); i++ {
			switch {
			case text[i] == 0x07 && text[1] == ']':
				return text[1], text[2:i], i + 1
			case text[i] == 0x1b && i+1 < len(text) && text[i+1] == '\\':
				return text[1], text[2:i], i + 2
			}
		}
		return 0, "", 0
	}
	return 0, "", 2
}

// osc applies a sequence to the system around the terminal and reports whether it changes no
// cell.
func (s *screen) osc(body string) (aside bool) {
	code, _, _ := strings.Cut(body, ";")
	switch {
	case controls(body):
		// Terminals disagree on where such a sequence ends.
		s.blind = true
	case code == "0" || code == "1" || code == "2" || code == "52":
		return true
	case !s.ink.pen.follow(body):
		s.ink.known = false
	}
	return false
}

// controls reports whether a text has control characters.
func controls(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return r < 0x20 || r == 0x7f })
}

// csi applies a control sequence and reports whether it changes no cell.
func (s *screen) csi(body string) (aside bool) {
	parameters, final := body[:len(body)-1], body[len(body)-1]
	if name, ok := strings.CutPrefix(parameters, "?"); ok && (final == 'h' || final == 'l') {
		return s.mode(name, final == 'h')
	}
	if final == 'm' {
		reset, ok := s.ink.pen.sgr(parameters)
		s.ink.known = ok && (s.ink.known || reset)
		return false
	}
	numbers, ok := integers(parameters)
	moves := strings.IndexByte("ABCDGJK", final) >= 0 && len(numbers) == 1 || final == 'H' && len(numbers) <= 2
	s.blind = s.blind || !ok || !moves
	return false
}

// mode applies a switch of the terminal's and reports whether it changes no cell.
func (s *screen) mode(name string, on bool) (aside bool) {
	switch name {
	case "25", "1000", "1002", "1003", "1004", "1006", "2004":
		return true
	case "1049":
		if s.alt, s.rows = on, nil; on {
			s.saved = s.ink
		} else {
			// Some terminals take the pen from before with the screen, some leave it.
			s.ink.known = s.ink.known && s.saved == s.ink
		}
	default:
		s.blind = true
	}
	return false
}
