package host

import (
	"errors"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/aymanbagabas/go-osc52/v2"
)

// Screen is a terminal whose writes are atomic, so that frames and clipboard sequences never mix;
// os.File does not promise that. It embeds the file because Bubble Tea asks it for the window's
// size.
type Screen struct {
	*os.File

	mu sync.Mutex
}

// Write implements io.Writer.
func (s *Screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.File.Write(p)
}

// WriteString implements io.StringWriter.
func (s *Screen) WriteString(text string) (int, error) { return s.Write([]byte(text)) }

// ScreenOn returns the Screen of a file, and any other writer unchanged.
func ScreenOn(w io.Writer) io.Writer {
	if file, ok := w.(*os.File); ok {
		return &Screen{File: file}
	}
	return w
}

// maxCopied is in bytes: some terminals drop a longer sequence, and some print the rest of it.
const maxCopied = 16 << 10

// Clipboard is the user's clipboard, filled by OSC 52; no terminal answers it.
type Clipboard struct {
	Out    io.Writer // the terminal; nil if there is none
	Getenv func(string) string
}

// Put copies text, or returns the reason why it cannot.
func (c Clipboard) Put(text string) error {
	term := c.Getenv("TERM")
	switch {
	case c.Out == nil:
		return errors.New("there is no terminal here")
	case !ignoresUnknown(term):
		return errors.New("TERM=" + term + " has no clipboard")
	case len(text) > maxCopied:
		return errors.New("it is too long for a clipboard")
	}
	sequence := osc52.New(text)
	written := sequence.String()
	switch {
	case c.Getenv("TMUX") != "" || strings.HasPrefix(term, "tmux"):
		// tmux: set-clipboard takes the first, allow-passthrough the second; either may be off.
		written += sequence.Tmux().String()
	case strings.HasPrefix(term, "screen"):
		// screen would print the end of a long bare sequence.
		written = sequence.Screen().String()
	}
	_, err := io.WriteString(c.Out, written)
	return err
}

// ignoresUnknown is false for kernel consoles and old terminals, which print some sequences.
func ignoresUnknown(term string) bool {
	switch term {
	case "", "dumb", "linux", "cons25", "unknown":
		return false
	}
	return !strings.HasPrefix(term, "vt")
}

// KnowsLinks reports whether hyperlinks (OSC 8) are shown or ignored; screen prints long ones.
func KnowsLinks(getenv func(string) string) bool {
	term := getenv("TERM")
	return ignoresUnknown(term) && (getenv("TMUX") != "" || !strings.HasPrefix(term, "screen"))
}
