package celldiff

import (
	"bytes"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// latest is the frame that was shown last on the alternate screen.
type latest struct {
	// frame is empty where none was shown since the screen was entered; lines are its lines as
	// far as the window has room for them.
	frame string
	lines []string
	// stale reports whether the terminal may show something else by now: something was written
	// that is no frame, or the window has another size.
	stale bool
}

// Show draws a frame at once, the lines of the whole window, as Bubble Tea draws it at its next
// tick: the last lines of one that is too high, and no more of a line than fits. From the first
// frame on until the alternate screen is left, what Bubble Tea draws itself is dropped, since
// that is this frame or an older one. Every line is sent where whole is set, and where the
// terminal may show something else than the frame before. On the normal screen nothing is drawn.
// Faults of the terminal are passed over, as Bubble Tea does.
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

// draw makes the terminal show lines, of which those are there already that are in before at the
// same place. Without before the frame is sent whole.
func (w *Writer) draw(lines, before []string) (err error) {
	s := &w.screen
	clears := len(lines) < s.h && (before == nil || len(lines) < len(before))
	was := s.ink
	var plain []byte
	if before == nil {
		// It goes as it is, and need not wait until it is in cells.
		plain = w.drawn(lines, before, clears)
		_, err = w.out.Write(plain)
	}
	if !s.load(lines, before, clears) {
		s.ink = was
		if before != nil {
			plain = w.drawn(lines, before, clears)
			_, err = w.out.Write(plain)
		}
		w.follow(plain)
		return w.arrived(err)
	}
	if before == nil {
		return w.arrived(err)
	}
	b := brush{ink: was}
	s.paint(&b, place{len(lines) - 1, 0, true})
	_, err = w.out.Write(b.out)
	return w.arrived(err)
}

// drawn is a frame as Bubble Tea writes it: without the lines that are in before. clears is set
// where the rows below the frame are erased.
func (w *Writer) drawn(lines, before []string, clears bool) []byte {
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
		// From the next line on: behind a full line terminals disagree on what is erased.
		out = append(append(out, "\r\n"...), ansi.EraseScreenBelow...)
	}
	return append(out, ansi.CursorPosition(0, len(lines))...)
}

// home is how a frame of Bubble Tea begins, repaint how one does that repeats every line, since
// the window's size or what is on it may have changed.
const (
	home    = "\x1b[H"
	repaint = home + "\r"
)

// outdated reports whether something that Bubble Tea writes is a frame that was shown before, or one
// that is older. To go home alone is no frame.
func (l *latest) outdated(p []byte) bool {
	return l.frame != "" && len(p) > len(home) && bytes.HasPrefix(p, []byte(home))
}
