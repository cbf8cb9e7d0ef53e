package celldiff

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// words make up rows: ordinary text and what terminals disagree on.
var words = []string{
	"payment", "team-42", "audit-events", "a", "  ", "[x]", "production", "0123456789", "→", "…", "│", "⚠",
	"über", "naïve", "Ωμέγα", "Привет", "日本語", "한국어", "ＡＢ", "东京service",
	"e\u0301te\u0302", "👍", "❤\ufe0f", "👨\u200d👩\u200d👧", "🇩🇪", "🇩", "👍🏽", "1\ufe0f\u20e3",
	"العربية", "क्षिति", "ไทยน้ำ", "\u1100\u1161\u11a8", "a\u200bb", "\ufeffx", "so\u00adft", "\u0301", "\u200d", "☎", "\U0001fae8", "\ufffd", "ﬁ",
}

// shortLines is the width of a window that no line fills.
const shortLines = 300

// styles are those that lipgloss writes, and more.
var styles = []string{"\x1b[1m", "\x1b[2m", "\x1b[7m", "\x1b[4m", "\x1b[31m", "\x1b[36m", "\x1b[1;33m", "\x1b[92m", "\x1b[44m", "\x1b[38;5;201m", "\x1b[48;2;1;2;3m", "\x1b[22;39m"}

// randomLine returns a line at most w wide, unless a terminal disagrees.
func randomLine(r *rand.Rand, w int, plain bool) string {
	short := w == shortLines
	var b strings.Builder
	for range r.IntN(9) {
		word := words[r.IntN(12)]
		if !plain && r.IntN(3) == 0 {
			word = words[r.IntN(len(words))]
		}
		switch r.IntN(8) {
		case 0:
			word = styles[r.IntN(len(styles))] + word + "\x1b[0m"
		case 1:
			word = "\x1b]8;id=conviso-importer;https://portal.acme.test/" + fmt.Sprint(r.IntN(3)) + "\x1b\\" + word + "\x1b]8;;\x1b\\"
		}
		b.WriteString(word)
		b.WriteString(strings.Repeat(" ", r.IntN(4)))
	}
	if !short && r.IntN(6) == 0 {
		b.WriteString(strings.Repeat("─", w))
	}
	return ansi.Truncate(b.String(), w, "")
}

// library writes as Bubble Tea's own renderer does.
type library struct {
	out       io.Writer
	w, h      int
	last      string
	lastLines []string
	drawn     int
}

func (l *library) say(text string) { _, _ = io.WriteString(l.out, text) }

func (l *library) forget() { l.last, l.lastLines = "", nil }

func (l *library) enter() {
	for _, text := range []string{"\x1b[?25l", "\x1b[?1049h", "\x1b[2J", "\x1b[H", "\x1b[?25l", "\x1b[?2004h"} {
		l.say(text)
	}
	l.drawn = 0
	l.forget()
}

func (l *library) leave() {
	for _, text := range []string{"\x1b[2K", "\r", "\x1b[?2004l", "\x1b[?25h", "\x1b[?1002l", "\x1b[?1003l", "\x1b[?1006l", "\x1b[?1049l", "\x1b[?25h"} {
		l.say(text)
	}
}

func (l *library) flush(view string) {
	if view == l.last {
		return
	}
	var b strings.Builder
	b.WriteString("\x1b[H")
	lines := strings.Split(view, "\n")
	if len(lines) > l.h {
		lines = lines[len(lines)-l.h:]
	}
	for i, line := range lines {
		if i < len(l.lastLines) && l.lastLines[i] == line {
			if i < len(lines)-1 {
				b.WriteByte('\n')
			}
			continue
		}
		if i == 0 && l.last == "" {
			b.WriteByte('\r')
		}
		line = ansi.Truncate(line, l.w, "")
		if ansi.StringWidth(line) < l.w {
			line += "\x1b[K"
		}
		b.WriteString(line)
		if i < len(lines)-1 {
			b.WriteString("\r\n")
		}
	}
	if l.drawn > len(lines) {
		b.WriteString("\x1b[J")
	}
	l.drawn = len(lines)
	b.WriteString(ansi.CursorPosition(0, len(lines)))
	_, _ = l.out.Write([]byte(b.String()))
	l.last, l.lastLines = view, lines
}

// program is a program with a randomly changing view.
type program struct {
	*library

	r     *rand.Rand
	lines []string
	// resize changes the terminals' size; may be nil.
	resize func(w, h int)
	// plain: the view has nothing that terminals disagree on. calm: only frames are written.
	plain, calm bool
	// show, if not nil, receives the frames directly; given is the last. The library draws them
	// too, at its ticks.
	show  func(view string, whole bool)
	given string
}

func (p *program) flush(view string) {
	if p.show == nil {
		p.library.flush(view)
		return
	}
	if p.given != "" && p.r.IntN(3) == 0 {
		p.library.flush(p.given)
	}
	p.given = view
	if p.show(view, !p.calm && p.r.IntN(8) == 0); p.r.IntN(3) == 0 {
		p.library.flush(view)
	}
}

func (p *program) start() {
	p.enter()
	p.lines = make([]string, p.h)
	for i := range p.lines {
		p.lines[i] = randomLine(p.r, p.w, p.plain)
	}
	p.frame()
}

func (p *program) frame() { p.flush(strings.Join(p.lines, "\n")) }

// step makes one random change.
func (p *program) step() {
	switch n := p.r.IntN(40); {
	case n < 12: // a line
		p.lines[p.r.IntN(p.h)] = randomLine(p.r, p.w, p.plain)
	case n < 22: // a character at the beginning of lines, as a cursor that moves
		for range 2 {
			y := p.r.IntN(p.h)
			if text := p.lines[y]; text != "" && text[0] >= ' ' && text[0] < 0x7f && (len(text) == 1 || text[1] < 0x7f) {
				p.lines[y] = ">" + text[1:]
			} else {
				p.lines[y] = " " + text
			}
			p.lines[y] = ansi.Truncate(p.lines[y], p.w, "")
		}
	case n < 26: // a page
		for y := range p.lines {
			p.lines[y] = randomLine(p.r, p.w, p.plain)
		}
	case n < 30: // scrolling by a line
		p.lines = append(p.lines[1:], randomLine(p.r, p.w, p.plain))
	case n < 33: // a word in the middle
		y := p.r.IntN(p.h)
		half := ansi.Truncate(p.lines[y], p.r.IntN(p.w+1), "")
		p.lines[y] = ansi.Truncate(half+"\x1b[0m"+randomLine(p.r, p.w, p.plain), p.w, "")
	case n == 33 && p.resize != nil:
		p.w, p.h = 8+p.r.IntN(60), 3+p.r.IntN(12)
		p.resize(p.w, p.h)
		if p.r.IntN(3) == 0 {
			// What the program does not know was drawn before.
			p.lines[0] = "late"
			p.frame()
		}
		p.lines = p.lines[:min(len(p.lines), p.h)]
		for len(p.lines) < p.h {
			p.lines = append(p.lines, randomLine(p.r, p.w, p.plain))
		}
		p.forget()
	case n == 34 && !p.calm: // the screen is mended
		p.say("\x1b[2J")
		p.say("\x1b[H")
		p.forget()
	case n == 35 && !p.calm: // the program is stopped and goes on
		p.leave()
		p.say("ready> fg\r\n")
		p.enter()
	case n == 36 && !p.calm:
		p.say(aside[p.r.IntN(len(aside))])
	case n == 37: // fewer lines
		p.flush(strings.Join(p.lines[:1+p.r.IntN(p.h)], "\n"))
	case n == 38: // more lines than there is room for
		p.flush("above\n" + strings.Join(p.lines, "\n"))
	}
	p.frame()
}

// aside are sequences that draw nothing.
var aside = []string{"\x1b]2;a title\x07", "\x1b]52;c;YQ==\x07", "\x1b[?1002h", "\x1b[?1006h", "\x1b[?25h", "\x1b[?25l", "\x1b]0;x\x1b\\"}

// noise are pieces of arbitrary output: known, unknown and broken.
var noise = []string{
	"\r", "\n", "\r\n", "\x1b[H", "\x1b[3;5H", "\x1b[2H", "\x1b[;9H", "\x1b[99;99H", "\x1b[A", "\x1b[2B", "\x1b[C", "\x1b[3D", "\x1b[4G", "\x1b[K", "\x1b[0K", "\x1b[1K", "\x1b[2K",
	"\x1b[J", "\x1b[1J", "\x1b[2J", "\x1b[m", "\x1b[0m", "\x1b[0;1m", "\x1b]8;;\x1b\\", "\x1b]8;id=a;https://a.test/\x07", "\x1b]8;;https://b.test\x1b\\",
	"\x1b[?1049h", "\x1b[?1049l", "\x1b[?25l", "\x1b[?25h", "\x1b[?2004h", "\x1b]2;t\x07", "\x1b]52;c;YQ==\x07", "\x1b]4;1;red\x07", "\x1bPx\x1b\\",
}

// strange are pieces that end all tracking.
var strange = []string{"\x1b[4:3m", "\x1b[21m", "\x1b[2;4r", "\x1b[L", "\x1bM", "\x1b7", "\x1b8", "\t", "\x07", "\b", "\x1b[?7l", "\x1b[", "\x1b", "\xc3", "\xff", "\u0085", "\x1b]2;", "\x1b[1;2", "\x7f", "\x1b[99999C", "\x1b[5;5;5H", "\x1bc"}
