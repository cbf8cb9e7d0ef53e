package celldiff

import (
	"strings"
	"unicode/utf8"
)

const (
	enterAlt = "\x1b[?1049h"
	leaveAlt = "\x1b[?1049l"
)

// maxPending limits an unterminated sequence in bytes.
const maxPending = 64 << 10

// track applies written bytes other than a frame, and reports whether no cell changed.
func (s *screen) track(text string) (unchanged bool) {
	if s.passthrough {
		s.trackAlt(text)
		return false
	}
	unchanged = true
	all := s.pending + text
	for s.pending = all; s.pending != "" && !s.passthrough; {
		n, harmless := s.step(s.pending)
		if unchanged = unchanged && harmless; n == 0 {
			break
		}
		s.pending = s.pending[n:]
	}
	if s.passthrough = s.passthrough || len(s.pending) > maxPending; s.passthrough {
		s.trackAlt(all)
	}
	return unchanged
}

// trackAlt tracks only the alternate screen.
func (s *screen) trackAlt(text string) {
	if on, off := strings.LastIndex(text, enterAlt), strings.LastIndex(text, leaveAlt); on != off {
		s.alt = on > off
	}
}

// step applies the first sequence or text and returns its length, 0 if incomplete, and whether
// it changes no cell.
func (s *screen) step(text string) (n int, harmless bool) {
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
		// The contents may be for an outer terminal, or be shown.
		s.current.known = false
	default:
		s.passthrough = true
	}
	return n, false
}

// text skips text and control characters up to the next sequence and returns their length,
// without an incomplete last character.
func (s *screen) text(text string) int {
	for i := 0; i < len(text); {
		switch r, n := utf8.DecodeRuneInString(text[i:]); {
		case text[i] == 0x1b, r == utf8.RuneError && n == 1 && !utf8.FullRuneInString(text[i:]):
			return i
		case hasControls(text[i : i+n]):
			s.passthrough = true
			return len(text)
		default:
			i += n
		}
	}
	return len(text)
}

// sequence splits off an escape sequence: its kind (the byte after ESC), body and length, 0 if
// incomplete. The kind is 0 if it is none.
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

// osc applies an operating system command and reports whether it changes no cell.
func (s *screen) osc(body string) (harmless bool) {
	code, _, _ := strings.Cut(body, ";")
	switch {
	case controls(body):
		// Terminals disagree on where such a sequence ends.
		s.passthrough = true
	case code == "0" || code == "1" || code == "2" || code == "52":
		return true
	case !s.current.style.osc(body):
		s.current.known = false
	}
	return false
}

func controls(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return r < 0x20 || r == 0x7f })
}

// csi applies a control sequence and reports whether it changes no cell.
func (s *screen) csi(body string) (harmless bool) {
	parameters, final := body[:len(body)-1], body[len(body)-1]
	if name, ok := strings.CutPrefix(parameters, "?"); ok && (final == 'h' || final == 'l') {
		return s.mode(name, final == 'h')
	}
	if final == 'm' {
		reset, ok := s.current.style.sgr(parameters)
		s.current.known = ok && (s.current.known || reset)
		return false
	}
	numbers, ok := integers(parameters)
	moves := strings.IndexByte("ABCDGJK", final) >= 0 && len(numbers) == 1 || final == 'H' && len(numbers) <= 2
	s.passthrough = s.passthrough || !ok || !moves
	return false
}

// mode sets or resets a private mode and reports whether that changes no cell.
func (s *screen) mode(name string, on bool) (harmless bool) {
	switch name {
	case "25", "1000", "1002", "1003", "1004", "1006", "2004":
		return true
	case "1049":
		if s.alt, s.rows = on, nil; on {
			s.saved = s.current
		} else {
			// Some terminals restore the style with the screen, some keep it.
			s.current.known = s.current.known && s.saved == s.current
		}
	default:
		s.passthrough = true
	}
	return false
}
