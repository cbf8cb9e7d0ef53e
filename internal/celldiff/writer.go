// Package celldiff stands between Bubble Tea and a terminal, shows frames on it at once and sends
// only the cells that change. It keeps the grid of cells that the terminal shows, puts the lines
// of each frame into it, and writes the differences with few cursor motions. It is exact or it is
// not there: frames that it cannot put into cells, and whatever else is written, go through as
// they are, and what they may have changed counts as unknown until it is written again. It must
// not know what the screen shows, whose program it is, or why it is used: those who build the
// terminal decide that.
package celldiff

import (
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
	latest latest
}

// New returns a writer that draws on a terminal through out, which may be the terminal itself
// or a writer around it. Every frame is one write to out.
func New(terminal *os.File, out io.Writer) *Writer {
	// A shell leaves the pen plain, or its own words would not be.
	return &Writer{file: terminal, out: out, screen: screen{ink: ink{known: true}}, size: func() (int, int, error) { return term.GetSize(terminal.Fd()) }}
}

// Lines returns a writer that sends whole lines, as Bubble Tea itself does: it shows frames at once,
// and needs to know no more of the terminal than the library.
func Lines(terminal *os.File, out io.Writer) *Writer {
	w := New(terminal, out)
	w.screen.blind = true
	return w
}

// Cells reports whether the writer sends cells, as far as it can follow what is written.
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

// Write passes on what Bubble Tea writes, as it is; a frame is dropped where frames are shown.
func (w *Writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.latest.outdated(p) {
		return len(p), nil
	}
	w.measure()
	_, err := w.out.Write(p)
	w.follow(p)
	if err := w.arrived(err); err != nil {
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

// follow applies bytes that were written as they are.
func (w *Writer) follow(p []byte) {
	s := &w.screen
	alt := s.alt
	if !s.follow(string(p)) {
		s.lose()
		w.latest.stale = true
	}
	if s.alt != alt {
		w.latest = latest{}
	}
}

// arrived returns what became of a write. After an error nobody knows how much of it is there.
func (w *Writer) arrived(err error) error {
	if err != nil {
		w.screen.ink.known = false
		w.latest.stale = true
	}
	return err
}
