//go:build slow && unix

package celldiff

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// tmux is a server with commands on a pipe, faster than one process a command.
type tmux struct {
	t   *testing.T
	in  io.WriteCloser
	out *bufio.Scanner
}

func startTmux(t *testing.T, fifos ...string) *tmux {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("tmux is not installed")
	}
	// A socket's path must be short, unlike a test's folder.
	dir, err := os.MkdirTemp("", "cells-") //nolint:usetesting // see above
	if err != nil {
		t.Fatal(err)
	}
	conf := filepath.Join(dir, "conf")
	if err := os.WriteFile(conf, []byte("set -g default-terminal tmux-256color\nset -g status off\nset -g history-limit 0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(fifo string) string { return "stty raw -echo; exec cat '" + fifo + "'" }
	cmd := exec.Command("tmux", "-S", filepath.Join(dir, "s"), "-f", conf, "-C", "new-session", "-x", "60", "-y", "12", run(fifos[0]))
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "TERM=xterm-256color", "TMUX=")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	m := &tmux{t: t, in: in, out: bufio.NewScanner(out)}
	m.out.Buffer(nil, 4<<20)
	t.Cleanup(func() {
		_, _ = io.WriteString(in, "kill-server\n")
		_ = in.Close()
		_ = cmd.Wait()
		_ = os.RemoveAll(dir)
	})
	m.answer()
	m.do("refresh-client -f no-output")
	for _, fifo := range fifos[1:] {
		m.do("new-window -d \"" + run(fifo) + "\"")
	}
	return m
}

// answer reads the response to a command.
func (m *tmux) answer() string {
	m.t.Helper()
	var lines []string
	inside := false
	for m.out.Scan() {
		switch line := m.out.Text(); {
		case strings.HasPrefix(line, "%begin "):
			inside = true
		case strings.HasPrefix(line, "%end ") && inside:
			return strings.Join(lines, "\n")
		case strings.HasPrefix(line, "%error "):
			m.t.Fatalf("tmux: %q", lines)
		case inside:
			lines = append(lines, line)
		}
	}
	m.t.Fatal("tmux is gone")
	return ""
}

func (m *tmux) do(command string) string {
	m.t.Helper()
	if _, err := io.WriteString(m.in, command+"\n"); err != nil {
		m.t.Fatal(err)
	}
	return m.answer()
}

// window is a window of tmux, written through a pipe.
type window struct {
	m    *tmux
	id   string
	feed *os.File
	sent int
}

func (w *window) Write(p []byte) (int, error) { return w.feed.Write(p) }

// settle waits until all output is drawn.
func (w *window) settle() {
	w.m.t.Helper()
	w.sent++
	title := fmt.Sprintf("settled-%d", w.sent)
	_, _ = io.WriteString(w.feed, "\x1b]2;"+title+"\x1b\\")
	for deadline := time.Now().Add(20 * time.Second); w.m.do("display-message -p -t "+w.id+" '#{pane_title}'") != title; {
		if time.Now().After(deadline) {
			w.m.t.Fatal("the window does not draw")
		}
	}
}

// shows returns the window's content, cursor and modes.
func (w *window) shows() (string, string) {
	w.m.t.Helper()
	return w.m.do("capture-pane -p -e -N -t " + w.id), w.m.do("display-message -p -t " + w.id + " '#{cursor_flag} #{cursor_x} #{cursor_y} #{alternate_on} #{mouse_button_flag}'")
}

// joinless removes joiners, which tmux 3.3 joins depending on its buffers, even for the same
// bytes.
type joinless struct{ io.Writer }

func (j joinless) Write(p []byte) (int, error) {
	return j.Writer.Write(bytes.ReplaceAll(p, []byte("\u200d"), nil))
}

// cells returns the characters of a capture with normalised attributes.
func cells(capture string) []string {
	var lines []string
	on := map[string]string{}
	for text := range strings.SplitSeq(capture, "\n") {
		var all []string
		for text != "" {
			codes, rest, ok := strings.Cut(text, "m")
			if !ok || !strings.HasPrefix(text, "\x1b[") {
				r := []rune(text)[0]
				text = text[len(string(r)):]
				all = append(all, string(r)+fmt.Sprint(on))
				continue
			}
			text = rest
			if strings.HasPrefix(codes, "\x1b[38;") || strings.HasPrefix(codes, "\x1b[48;") {
				// tmux writes an extended colour in its own sequence.
				on[map[byte]string{'3': "fg", '4': "bg"}[codes[2]]] = codes
				continue
			}
			for code := range strings.SplitSeq(codes[2:], ";") {
				switch {
				case code == "0" || code == "":
					clear(on)
				case code == "39":
					delete(on, "fg")
				case code == "49":
					delete(on, "bg")
				case len(code) > 1 && strings.ContainsAny(code[:1], "39"):
					on["fg"] = code
				case len(code) > 1:
					on["bg"] = code
				default:
					on[code] = code
				}
			}
		}
		for len(all) > 0 && all[len(all)-1] == " map[]" {
			all = all[:len(all)-1]
		}
		lines = append(lines, strings.Join(all, ""))
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// tmuxRuns and noisyRuns are the numbers of random programs without and with noise between
// frames.
const (
	tmuxRuns  = 10_000
	noisyRuns = 1000
)

// TestTmuxAgrees compares the writer with Bubble Tea's renderer in tmux, against faults that
// this package's own terminal shares, for random windows, stops, hostile text and noise.
func TestTmuxAgrees(t *testing.T) {
	dir := t.TempDir()
	var fifos []string
	for _, name := range []string{"plain", "made"} {
		fifos = append(fifos, filepath.Join(dir, name))
		if err := syscall.Mkfifo(fifos[len(fifos)-1], 0o600); err != nil {
			t.Fatal(err)
		}
	}
	m := startTmux(t, fifos...)
	ids := strings.Fields(m.do("list-windows -F '#{window_id}'"))
	var windows []*window
	for i, fifo := range fifos {
		feed, err := os.OpenFile(fifo, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = feed.Close() })
		windows = append(windows, &window{m: m, id: ids[i], feed: feed})
	}
	for name, runs := range map[string]uint64{"frames": tmuxRuns, "frames and noise": noisyRuns} {
		t.Run(name, func(t *testing.T) {
			raw, sent := 0, 0
			for seed := range runs {
				runInTmux(t, m, windows, seed, runs == noisyRuns, &raw, &sent)
			}
			t.Logf("%d bytes were sent for %d", sent, raw)
		})
	}
}

// runInTmux runs one random program in both windows and compares them.
func runInTmux(t *testing.T, m *tmux, windows []*window, seed uint64, noisy bool, raw, sent *int) {
	r := rand.New(rand.NewPCG(seed, 5))
	size := func(w, h int) {
		for _, window := range windows {
			window.settle()
			m.do(fmt.Sprintf("resize-window -t %s -x %d -y %d", window.id, w, h))
		}
	}
	width, height := 8+r.IntN(60), 3+r.IntN(12)
	size(width, height)
	var log bytes.Buffer
	for _, window := range windows {
		_, _ = io.WriteString(window, "\x1b[?1049l\x1bc")
	}
	writer := func(out io.Writer, blind bool) *Writer {
		return &Writer{out: out, screen: screen{current: tracked{known: true}, passthrough: blind}, size: func() (int, int, error) { return width, height, nil }}
	}
	// A writer in passthrough mode writes frames as Bubble Tea does.
	plain, made := writer(joinless{io.MultiWriter(windows[0], counter{raw}, &log)}, true), writer(joinless{io.MultiWriter(windows[1], counter{sent})}, false)
	all := io.MultiWriter(made, agreeing{plain, made})
	prog := &program{library: &library{out: all, w: width, h: height}, r: r, plain: seed%2 == 0, resize: func(newWidth, newHeight int) {
		fmt.Fprintf(&log, "<%dx%d>", newWidth, newHeight)
		width, height = newWidth, newHeight
		size(width, height)
	}, show: func(view string, whole bool) {
		plain.Show(view, whole)
		made.Show(view, whole)
	}}
	prog.start()
	for range 12 {
		if prog.step(); noisy && r.IntN(3) == 0 {
			makeNoise(all, r)
		}
	}
	if noisy {
		// An unterminated sequence would swallow what follows.
		_, _ = io.WriteString(all, "\x1b\\\x18")
	}
	var screens, cursors []string
	for _, window := range windows {
		window.settle()
		screen, cursor := window.shows()
		screens, cursors = append(screens, screen), append(cursors, cursor)
	}
	if one, other := cells(screens[0]), cells(screens[1]); !slices.Equal(one, other) {
		t.Fatalf("seed %d, %dx%d:\n%s\nis drawn as\n%s\nafter %q", seed, width, height, strings.Join(one, "\n"), strings.Join(other, "\n"), last(log.String()))
	}
	if cursors[0] != cursors[1] {
		t.Fatalf("seed %d: the cursor %s is at %s after %q", seed, cursors[0], cursors[1], last(log.String()))
	}
}

// agreeing is a passthrough writer that learns from another which sequences change no cell.
type agreeing struct{ blind, seeing *Writer }

func (a agreeing) Write(p []byte) (int, error) {
	n, err := a.blind.Write(p)
	a.blind.latest.stale = a.seeing.latest.stale
	return n, err
}

// last is the end of a text.
func last(text string) string { return text[max(0, len(text)-1500):] }

// makeNoise writes known, unknown and broken pieces.
func makeNoise(out io.Writer, r *rand.Rand) {
	for range 2 {
		var b strings.Builder
		for range 1 + r.IntN(8) {
			switch n := r.IntN(100); {
			case n < 45:
				b.WriteString(noise[r.IntN(len(noise))])
			case n < 55:
				b.WriteString(styles[r.IntN(len(styles))])
			case n < 99:
				b.WriteString(words[r.IntN(len(words))])
			case r.IntN(4) == 0:
				b.WriteString(strange[r.IntN(len(strange))])
			}
		}
		_, _ = io.WriteString(out, b.String())
	}
}
