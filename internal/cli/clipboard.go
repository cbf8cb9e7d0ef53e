package cli

import (
	"errors"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/aymanbagabas/go-osc52/v2"
)

// screen is the terminal that the table draws on. A write goes out whole: frames and what is
// written between them, such as a sequence for the clipboard, never mix; os.File does not
// promise that. It is still a file, as Bubble Tea needs one to know the window's size.
type screen struct {
	*os.File

	mu sync.Mutex
}

// Write implements io.Writer.
func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.File.Write(p)
}

// WriteString implements io.StringWriter.
func (s *screen) WriteString(text string) (int, error) { return s.Write([]byte(text)) }

// screenOn is a terminal's screen; what is no file is left as it is.
func screenOn(w io.Writer) io.Writer {
	if file, ok := w.(*os.File); ok {
		return &screen{File: file}
	}
	return w
}

// maxCopied bounds what is sent to a clipboard, in bytes: some terminals drop a longer
// sequence, and some print what is left of it.
const maxCopied = 16 << 10

// clipboard is the clipboard of the terminal's own user, who may sit at another machine. The
// sequence that fills it is OSC 52; no terminal answers it.
type clipboard struct {
	out    io.Writer
	getenv func(string) string
}

// put sends text to the clipboard, or says why that cannot work.
func (c clipboard) put(text string) error {
	term := c.getenv("TERM")
	switch {
	case c.out == nil:
		return errors.New("there is no terminal here")
	case !talks(term):
		return errors.New("TERM=" + term + " has no clipboard")
	case len(text) > maxCopied:
		return errors.New("it is too long for a clipboard")
	}
	sequence := osc52.New(text)
	written := sequence.String()
	switch {
	case c.getenv("TMUX") != "" || strings.HasPrefix(term, "tmux"):
		// Of tmux's two settings set-clipboard takes the first, and allow-passthrough hands the
		// second on; either may be off.
		written += sequence.Tmux().String()
	case strings.HasPrefix(term, "screen"):
		// The bare sequence is left out: of a long one screen would print the end.
		written = sequence.Screen().String()
	}
	_, err := io.WriteString(c.out, written)
	return err
}

// talks says whether a terminal passes over sequences that it does not know. The consoles of
// kernels and the terminals of old print some of them.
func talks(term string) bool {
	switch term {
	case "", "dumb", "linux", "cons25", "unknown":
		return false
	}
	return !strings.HasPrefix(term, "vt")
}

// knowsLinks says whether the terminal knows the sequences of links, or passes over them.
// Screen does neither for long ones.
func knowsLinks(getenv func(string) string) bool {
	term := getenv("TERM")
	return talks(term) && (getenv("TMUX") != "" || !strings.HasPrefix(term, "screen"))
}
