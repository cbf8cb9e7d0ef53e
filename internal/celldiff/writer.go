// Package celldiff shows Bubble Tea's frames on a terminal at once and sends only the cells
// that change. It keeps the grid of cells that the terminal shows, and writes the differences
// with few cursor motions. It passes everything through that it cannot track exactly, and
// treats what that may have changed as unknown until it is written again. It must not know what
// the screen shows, whose program it is, or when to use it: the code that builds the terminal
// decides that.
package celldiff

import (
	"io"
	"os"
	"sync"

	"github.com/charmbracelet/x/term"
)

// Writer writes differences to a terminal. For Bubble Tea, which asks for the window's size and
// modes, it is a terminal itself.
type Writer struct {
	file *os.File
	out  io.Writer
	size func() (w, h int, err error) // returns the window's size; it fails without a window

	mu     sync.Mutex
	screen screen
	latest latest
}

// New returns a writer for a terminal that writes each frame to out at once. out is the
// terminal or a writer around it. sized completes a size that the terminal does not know.
func New(terminal *os.File, out io.Writer, sized func(w, h int) (int, int)) *Writer {
	size := func() (int, int, error) {
		w, h, err := term.GetSize(terminal.Fd())
		if err == nil {
			w, h = sized(w, h)
		}
		return w, h, err
	}
	// A shell leaves the default style.
	return &Writer{file: terminal, out: out, screen: screen{current: tracked{known: true}}, size: size}
}

// Lines returns a writer that shows frames at once but sends whole lines, as Bubble Tea does.
func Lines(terminal *os.File, out io.Writer, sized func(w, h int) (int, int)) *Writer {
	w := New(terminal, out, sized)
	w.screen.passthrough = true
	return w
}

// Cells reports whether the writer sends cells, which ends when it cannot track the terminal.
func (w *Writer) Cells() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return !w.screen.passthrough
}

// Under returns the underlying writer, for output other than frames.
func (w *Writer) Under() io.Writer { return w.out }

// Fd returns the terminal's file descriptor.
func (w *Writer) Fd() uintptr { return w.file.Fd() }

// Read reads from the terminal.
func (w *Writer) Read(p []byte) (int, error) { return w.file.Read(p) }

// Close closes the terminal.
func (w *Writer) Close() error { return w.file.Close() }

// WriteString implements io.StringWriter.
func (w *Writer) WriteString(text string) (int, error) { return w.Write([]byte(text)) }

// Write writes Bubble Tea's output unchanged, except that it drops outdated frames.
func (w *Writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.latest.outdated(p) {
		return len(p), nil
	}
	w.measure()
	_, err := w.out.Write(p)
	w.track(p)
	if err := w.afterWrite(err); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (w *Writer) measure() {
	columns, rows, err := w.size()
	if err != nil {
		w.screen.passthrough = true
	}
	if columns != w.screen.w || rows != w.screen.h {
		w.screen.resize(columns, rows)
		w.latest.stale = true
	}
}

// track applies bytes that were written unchanged.
func (w *Writer) track(p []byte) {
	s := &w.screen
	alt := s.alt
	if !s.track(string(p)) {
		s.invalidate()
		w.latest.stale = true
	}
	if s.alt != alt {
		w.latest = latest{}
	}
}

// afterWrite returns a write's error, after which the terminal's state is unknown.
func (w *Writer) afterWrite(err error) error {
	if err != nil {
		w.screen.current.known = false
		w.latest.stale = true
	}
	return err
}
