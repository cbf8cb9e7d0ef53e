package host

import (
	"errors"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/aymanbagabas/go-osc52/v2"
)

// Screen is the terminal that a program draws on. Each write goes out whole: frames and what is
// written between them, such as a sequence for the clipboard, never mix; os.File does not
// promise that. It is still a file, as Bubble Tea needs one to know the window's size.
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

// ScreenOn returns the Screen on a file. A writer that is not a file is returned as it is.
func ScreenOn(w io.Writer) io.Writer {
	if file, ok := w.(*os.File); ok {
		return &Screen{File: file}
	}
	return w
}

// maxCopied bounds what is sent to a clipboard, in bytes: some terminals drop a longer
// sequence, and some print what is left of it.
const maxCopied = 16 << 10

// Clipboard is the clipboard of the terminal's user, who may sit at another machine. The
// sequence that fills it is OSC 52; no terminal answers it.
type Clipboard struct {
	// Out is the terminal; nil means that there is none.
	Out io.Writer
	// Getenv reads the environment.
	Getenv func(string) string
}

// Put sends text to the clipboard. The error is the reason why that cannot work.
func (c Clipboard) Put(text string) error {
	term := c.Getenv("TERM")
	switch {
	case c.Out == nil:
		return errors.New("there is no terminal here")
	case !talks(term):
		return errors.New("TERM=" + term + " has no clipboard")
	case len(text) > maxCopied:
		return errors.New("it is too long for a clipboard")
	}
	sequence := osc52.New(text)
	written := sequence.String()
	switch {
	case c.Getenv("TMUX") != "" || strings.HasPrefix(term, "tmux"):
		// Of tmux's two settings set-clipboard takes the first, and allow-passthrough hands the
		// second on; either may be off.
		written += sequence.Tmux().String()
	case strings.HasPrefix(term, "screen"):
		// The bare sequence is left out: of a long one screen would print the end.
		written = sequence.Screen().String()
	}
	_, err := io.WriteString(c.Out, written)
	return err
}

// talks reports whether a terminal ignores sequences that it does not know. The consoles of
// kernels and old terminals print some of them.
func talks(term string) bool {
	switch term {
	case "", "dumb", "linux", "cons25", "unknown":
		return false
	}
	return !strings.HasPrefix(term, "vt")
}

// KnowsLinks reports whether the terminal knows the sequences of links (OSC 8), or ignores them.
// Screen does neither for long ones.
func KnowsLinks(getenv func(string) string) bool {
	term := getenv("TERM")
	return talks(term) && (getenv("TMUX") != "" || !strings.HasPrefix(term, "screen"))
}
