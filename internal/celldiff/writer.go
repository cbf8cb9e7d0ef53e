// Package celldiff stands between Bubble Tea and a terminal and sends only the cells that
// change. It keeps the grid of cells that the terminal shows, follows what Bubble Tea writes
// to it, and writes the differences with few cursor motions. It is exact or it is not there:
// bytes that it cannot follow go through as they are, and what they may have changed counts as
// unknown until it is written anew. It must not know what the screen shows, whose program it
// is, or why it is used: those who build the terminal decide that.
package celldiff

import (
	"bytes"
	"io"
	"os"
	"sync"

	"github.com/charmbracelet/x/term"
)

// Writer writes to a terminal what differs. It is a terminal to Bubble Tea too, which asks it
// for the window's size and its modes.
type Writer struct {
	file *os.File
	out  io.Writer
	// size reads the window's size; it fails where there is no window.
	size func() (w, h int, err error)

	mu     sync.Mutex
	screen screen
	// rest is the beginning of a sequence or a character whose end has not been written yet.
	rest   []byte
	latest latest
}

// New returns a writer that draws on a terminal through out, which may be the terminal itself
// or a writer around it. Every frame is one write to out.
func New(terminal *os.File, out io.Writer) *Writer {
	// A shell leaves the pen plain, or its own words would not be.
	return &Writer{file: terminal, out: out, screen: screen{inked: true}, size: func() (int, int, error) { return term.GetSize(terminal.Fd()) }}
}

// Lines returns a writer that sends whole lines, as Bubble Tea itself does: it shows frames at once,
// and needs to know no more of the terminal than the library.
func Lines(terminal *os.File, out io.Writer) *Writer {
	w := New(terminal, out)
	w.screen.blind = true
	return w
}

// Cells says whether the writer sends cells, as far as it can follow what is written.
func (w *Writer) Cells() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return !w.screen.blind
}

// Under is the writer that this one writes to, for what is not drawn.
func (w *Writer) Under() io.Writer { return w.out }

// Fd is the terminal's descriptor.
func (w *Writer) Fd() uintptr { return w.file.Fd() }

// Read reads from the terminal.
func (w *Writer) Read(p []byte) (int, error) { return w.file.Read(p) }

// Close closes the terminal.
func (w *Writer) Close() error { return w.file.Close() }

// WriteString implements io.StringWriter.
func (w *Writer) WriteString(text string) (int, error) { return w.Write([]byte(text)) }

// Write takes a frame, or a sequence, as Bubble Tea writes it.
func (w *Writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.latest.outdated(p) {
		return len(p), nil
	}
	w.measure()
	if err := w.send(p); err != nil {
		return 0, err
	}
	return len(p), nil
}

// measure reads the window's size.
func (w *Writer) measure() {
	columns, rows, err := w.size()
	if err != nil {
		w.screen.blind = true
	}
	if columns != w.screen.w || rows != w.screen.h {
		w.screen.resize(columns, rows)
		w.latest.stale = true
	}
}

// send makes the terminal show what was written.
func (w *Writer) send(p []byte) error {
	s := &w.screen
	alt := s.alt
	var err error
	// What goes through as it is need not wait until it was followed.
	through := w.passes(p)
	if through {
		_, err = w.out.Write(p)
	}
	out := w.follow(p)
	if s.alt != alt {
		w.latest = latest{}
	}
	if s.blind || !bytes.Equal(p, s.aside) {
		w.latest.stale = true
	}
	if !through && len(out) > 0 {
		_, err = w.out.Write(out)
	}
	if err != nil {
		// Nobody knows how much of it arrived.
		s.loseEverything()
		w.latest.stale = true
	}
	return err
}

// passes says that a write goes through as it is, whatever is in it.
func (w *Writer) passes(p []byte) bool {
	return w.screen.blind || !w.screen.alt || len(w.rest) > 0 || bytes.HasPrefix(p, []byte(repaint))
}

// maxRest bounds what is kept of a sequence that does not end, in bytes.
const maxRest = 64 << 10

// follow applies what was written to the screen and returns the bytes that make the terminal
// show it. They leave the cursor and the pen where they would be without this writer, so that
// bytes may go through unchanged at any time, and a terminal that gets another size treats
// what it shows in the same way.
func (w *Writer) follow(p []byte) []byte {
	s := &w.screen
	if s.blind {
		s.glance(p)
		return p
	}
	through := w.passes(p)
	s.begin()
	data := append(w.rest, p...)
	w.rest = append([]byte(nil), s.feed(data)...)
	if len(w.rest) > maxRest {
		s.blind = true
	}
	s.finish()
	if s.blind {
		s.glance(data)
		return p
	}
	if through || len(w.rest) > 0 || s.through {
		return p
	}
	b := brush{out: append([]byte(nil), s.aside...), ink: s.before.ink}
	s.paint(&b)
	return b.out
}
