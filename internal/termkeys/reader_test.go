//go:build unix

package termkeys

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/creack/pty"
)

// typed returns a terminal in raw mode and a reader of what is typed there.
func typed(t *testing.T) (keyboard *os.File, r *Reader) {
	t.Helper()
	keyboard, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = keyboard.Close(), tty.Close() })
	if _, err := term.MakeRaw(tty.Fd()); err != nil {
		t.Fatal(err)
	}
	return keyboard, NewReader(tty).(*Reader)
}

// TestReader checks a terminal: one Read a key, ESC alone after its wait, and no bytes where nothing is left.
func TestReader(t *testing.T) {
	keyboard, r := typed(t)
	buf := make([]byte, 256)
	for _, c := range []struct{ typed, want string }{
		{"j", "j"}, {"\x1b[A", "\x1b[A"}, {"\x1b[1", ""}, {";5A", "\x1b[1;5A"}, {"\x1b]11;x", ""}, {"\x1b\\", ""}, {"\x1b", "\x1b"}, {"a\x1b", "a\x1b"},
	} {
		began := time.Now()
		if _, err := keyboard.WriteString(c.typed); err != nil {
			t.Fatal(err)
		}
		n, err := r.Read(buf)
		if got := string(buf[:n]); err != nil || got != c.want {
			t.Errorf("%q: %q, %v", c.typed, got, err)
		}
		if took := time.Since(began); strings.HasSuffix(c.want, "\x1b") != (took >= EscWait) {
			t.Errorf("%q took %s", c.typed, took)
		}
	}
}

// TestReaderJoins checks a key whose bytes come apart.
func TestReaderJoins(t *testing.T) {
	keyboard, r := typed(t)
	var more []time.Duration
	wait := r.more
	r.more = func(within time.Duration) bool {
		more = append(more, within)
		_, _ = keyboard.WriteString("[A")
		return wait(time.Minute)
	}
	_, _ = keyboard.WriteString("\x1b")
	buf := make([]byte, 256)
	n, err := r.Read(buf)
	if string(buf[:n]) != "\x1b[A" || err != nil || len(more) != 1 || more[0] != EscWait {
		t.Errorf("%q, %v, waited %v", buf[:n], err, more)
	}
}

// TestReaderNeverFills checks a flood: each byte arrives, and never so many that Bubble Tea waits for more.
func TestReaderNeverFills(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	want := strings.Repeat("\x1b[1;5Aé€\x1b[<0;12;7Mj\x1b]11;x\a", 2000)
	go func() { _, _ = write.WriteString(want); _ = write.Close() }()
	r := NewReader(read)
	var got strings.Builder
	for {
		buf := make([]byte, 256)
		n, err := r.Read(buf)
		got.Write(buf[:n])
		if n == len(buf) {
			t.Fatal("the buffer was filled")
		}
		if err != nil {
			break
		}
	}
	if got.String() != strings.ReplaceAll(want, "\x1b]11;x\a", "") {
		t.Errorf("%d bytes arrived", got.Len())
	}
	if _, err := r.Read(make([]byte, smallest)); err == nil || errors.Is(err, os.ErrClosed) {
		t.Errorf("into a small buffer: %v", err)
	}
}
