package celldiff

import (
	"bytes"
	"unicode/utf8"
)

// feed applies bytes to the screen and returns the rest: a sequence or a character that has
// not ended yet.
func (s *screen) feed(data []byte) []byte {
	for len(data) > 0 && !s.blind {
		var n int
		switch c := data[0]; {
		case c == 0x1b:
			n = s.escape(data)
		case c < 0x20 || c == 0x7f:
			s.control(c)
			n = 1
		default:
			n = s.text(data)
		}
		if n == 0 {
			return data
		}
		data = data[n:]
	}
	return nil
}

// text applies text up to the next control character and returns its length.
func (s *screen) text(data []byte) int {
	end := 0
	for end < len(data) && data[end] >= 0x20 && data[end] != 0x7f {
		end++
	}
	whole := end
	if end == len(data) {
		// The last character may be cut in two.
		for back := 1; back < utf8.UTFMax && back <= end; back++ {
			if utf8.RuneStart(data[end-back]) {
				if !utf8.FullRune(data[end-back : end]) {
					whole = end - back
				}
				break
			}
		}
	}
	for rest := data[:whole]; len(rest) > 0; {
		first, width, most, t := cluster(rest)
		if t != agreed && foreign(first) {
			s.through, s.blind = true, true
			return whole
		}
		if s.alt {
			s.write(letter(first), width, most, t)
		}
		rest = rest[len(first):]
	}
	return whole
}

// foreign says whether bytes are no text: no UTF-8, or control characters of eight bits.
func foreign(text []byte) bool {
	if !utf8.Valid(text) {
		return true
	}
	for _, r := range string(text) {
		if r >= 0x80 && r < 0xa0 {
			return true
		}
	}
	return false
}

// printable is ASCII, from which a cell's text is cut without copying.
const printable = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"

// letter is a character as a string of its own, which keeps no frame in memory.
func letter(text []byte) string {
	if len(text) == 1 && text[0] >= 0x20 && text[0] < 0x7f {
		return printable[text[0]-0x20 : text[0]-0x1f]
	}
	return string(text)
}

// control applies a control character.
func (s *screen) control(c byte) {
	if !s.alt {
		return
	}
	switch c {
	case '\r':
		s.endRun()
		s.at.col, s.pending = 0, false
	case '\n':
		s.endRun()
		switch {
		case !s.at.known:
			s.loseAll()
		case s.at.row == s.h-1:
			s.loseAll()
		default:
			s.at.row++
			if s.pending {
				s.at.col, s.pending = uncertain, false
			}
		}
	default:
		s.loseAll()
	}
}

// escape applies a sequence and returns its length, 0 where it has not ended.
func (s *screen) escape(data []byte) int {
	if len(data) < 2 {
		return 0
	}
	switch data[1] {
	case '[':
		end := 2
		for end < len(data) && data[end] >= 0x20 && data[end] < 0x40 {
			end++
		}
		if end == len(data) {
			return 0
		}
		if data[end] < 0x40 || data[end] > 0x7e {
			s.blind = true
			return end
		}
		s.csi(data[:end+1], data[2:end], data[end])
		return end + 1
	case ']':
		end, body := stringEnd(data, true)
		if end > 0 {
			s.osc(data[:end], body)
		}
		return end
	case 'P', '^', '_', 'X':
		// Their contents may be for another terminal around this one, or be shown.
		end, _ := stringEnd(data, false)
		if end > 0 {
			s.loseEverything()
		}
		return end
	}
	s.blind = true
	return 2
}

// stringEnd finds the end of a sequence that holds a string, and the string.
func stringEnd(data []byte, bell bool) (int, []byte) {
	for i := 2; i < len(data); i++ {
		switch {
		case data[i] == 0x07 && bell:
			return i + 1, data[2:i]
		case data[i] == 0x1b && i+1 < len(data) && data[i+1] == '\\':
			return i + 2, data[2:i]
		}
	}
	return 0, nil
}

// osc applies a sequence to the system around the terminal.
func (s *screen) osc(whole, body []byte) {
	code, value, _ := bytes.Cut(body, []byte(";"))
	for _, c := range body {
		if c < 0x20 || c == 0x7f {
			// Terminals disagree on where such a sequence ends.
			s.blind = true
			return
		}
	}
	switch string(code) {
	case "0", "1", "2", "52":
		s.aside = append(s.aside, whole...)
	case "8":
		if s.pen.link = string(value); s.pen.link == ";" {
			s.pen.link = ""
		}
	default:
		s.loseEverything()
	}
}

// csi applies a control sequence.
func (s *screen) csi(whole, parameters []byte, final byte) {
	if len(parameters) > 0 && parameters[0] == '?' && (final == 'h' || final == 'l') {
		s.mode(whole, string(parameters[1:]), final == 'h')
		return
	}
	if final == 'm' {
		s.ink(parameters)
		return
	}
	numbers, ok := integers(parameters)
	if !ok {
		s.blind = true
		return
	}
	first := max(numbers[0], 0)
	switch {
	case final == 'J' && len(numbers) == 1:
		s.eraseDisplay(first)
	case final == 'K' && len(numbers) == 1:
		s.eraseLine(first)
	case final == 'H' && len(numbers) <= 2, bytes.IndexByte([]byte("ABCDG"), final) >= 0 && len(numbers) == 1:
		if s.alt {
			s.move(final, numbers)
		}
	default:
		s.blind = true
	}
}

// ink applies a change of the pen.
func (s *screen) ink(parameters []byte) {
	reset, ok := s.pen.sgr(parameters)
	switch {
	case !ok:
		s.inked, s.through = false, true
	case reset:
		s.inked = true
	}
}

// The switch to the alternate screen, and back.
const (
	enters = "\x1b[?1049h"
	leaves = "\x1b[?1049l"
)

// glance looks for the switch of the screen alone, where nothing else is followed any more.
func (s *screen) glance(p []byte) {
	if on, off := bytes.LastIndex(p, []byte(enters)), bytes.LastIndex(p, []byte(leaves)); on != off {
		s.alt = on > off
	}
}

// mode applies a switch of the terminal's.
func (s *screen) mode(whole []byte, name string, on bool) {
	switch name {
	case "25", "1000", "1002", "1003", "1004", "1006", "2004":
		s.aside = append(s.aside, whole...)
	case "1049":
		s.through = true
		if s.alt = on; on {
			s.saved = ink{s.pen, s.inked}
			s.makeGrid()
			return
		}
		s.rows, s.run, s.at, s.pending = nil, run{}, place{}, false
		// Some terminals take the pen from before with the screen, some leave it.
		s.inked = s.inked && s.saved == ink{s.pen, true}
	default:
		s.blind = true
	}
}
