package celldiff

import (
	"bytes"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// latest is the last frame shown on the alternate screen.
type latest struct {
	frame string // empty before the first one; lines are those that fit the window
	lines []string
	// stale reports that the terminal may show something else: the window was resized or
	// something other than a frame was written.
	stale bool
}

// Show draws a frame at once, as Bubble Tea would at its next tick: the last lines of a frame that is too high,
// cut at the window's width. From the first frame until the alternate screen is left, Bubble Tea's own frames
// are dropped, because they are the same or older. It sends every line if whole is set or if the terminal may
// show something else. It draws nothing on the normal screen, and ignores write errors as Bubble Tea does.
func (w *Writer) Show(frame string, whole bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.measure()
	if !w.screen.alt {
		return
	}
	if frame == "" {
		frame = " "
	}
	whole = whole || w.latest.stale || w.latest.frame == ""
	if !whole && frame == w.latest.frame {
		return
	}
	lines, before := strings.Split(frame, "\n"), w.latest.lines
	if h := w.screen.h; h > 0 && len(lines) > h {
		lines = lines[len(lines)-h:]
	}
	if whole {
		before = nil
	}
	w.latest.frame, w.latest.lines = frame, lines
	if w.draw(lines, before) == nil {
		w.latest.stale = false
	}
}

// draw shows lines; those equal to before are there already. A nil before sends the whole frame.
func (w *Writer) draw(lines, before []string) (err error) {
	s := &w.screen
	clears := len(lines) < s.h && (before == nil || len(lines) < len(before))
	was := s.current
	var plain []byte
	if before == nil {
		// A whole frame needs no cells: do not wait for them.
		plain = w.lineFrame(lines, before, clears)
		_, err = w.out.Write(plain)
	}
	if !s.setLines(lines, before, clears) {
		s.current = was
		if before != nil {
			plain = w.lineFrame(lines, before, clears)
			_, err = w.out.Write(plain)
		}
		w.track(plain)
		return w.afterWrite(err)
	}
	if before == nil {
		return w.afterWrite(err)
	}
	p := painter{current: was}
	s.paint(&p, position{len(lines) - 1, 0, true})
	_, err = w.out.Write(p.out)
	return w.afterWrite(err)
}

// lineFrame returns a frame as Bubble Tea writes it, without the lines equal to before. clears
// erases the rows below it.
func (w *Writer) lineFrame(lines, before []string, clears bool) []byte {
	columns := w.screen.w
	out := []byte(home)
	if before == nil {
		out = []byte(repaint)
	}
	for i, line := range lines {
		if i < len(before) && line == before[i] {
			if i < len(lines)-1 {
				out = append(out, '\n')
			}
			continue
		}
		if columns > 0 {
			line = ansi.Truncate(line, columns, "")
		}
		out = append(out, line...)
		if ansi.StringWidth(line) < columns {
			out = append(out, ansi.EraseLineRight...)
		}
		if i < len(lines)-1 {
			out = append(out, "\r\n"...)
		}
	}
	if clears {
		// Erase from the next line: after a full line terminals disagree on what is erased.
		out = append(append(out, "\r\n"...), ansi.EraseScreenBelow...)
	}
	return append(out, ansi.CursorPosition(0, len(lines))...)
}

// home begins each of Bubble Tea's frames, repaint one that repeats every line.
const (
	home    = "\x1b[H"
	repaint = home + "\r"
)

// outdated reports whether p is a frame of Bubble Tea's own, which is not newer than the last
// shown. home alone is no frame.
func (l *latest) outdated(p []byte) bool {
	return l.frame != "" && len(p) > len(home) && bytes.HasPrefix(p, []byte(home))
}
