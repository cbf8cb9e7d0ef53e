package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"conviso-importer/internal/celldiff"
)

// TestCanvas protects terminals that are not known to take cells one by one, and everybody who
// is not at the other end of a link: they get what the library writes.
func TestCanvas(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for name, c := range map[string]struct {
		env   map[string]string
		app   app
		diffs bool
	}{
		"over SSH":           {map[string]string{"SSH_TTY": "/dev/pts/1", "TERM": "xterm-256color"}, app{out: file}, true},
		"in tmux":            {map[string]string{"SSH_TTY": "/dev/pts/1", "TERM": "tmux-256color"}, app{out: file}, true},
		"here":               {map[string]string{"TERM": "xterm-256color"}, app{out: file}, false},
		"a command over SSH": {map[string]string{"SSH_CONNECTION": "x", "TERM": "xterm"}, app{out: file}, false},
		"switched off":       {map[string]string{"SSH_TTY": "/dev/pts/1", "TERM": "xterm"}, app{out: file, noDiff: true}, false},
		"no terminal":        {map[string]string{"SSH_TTY": "/dev/pts/1", "TERM": "xterm"}, app{out: &bytes.Buffer{}}, false},
		"dumb":               {map[string]string{"SSH_TTY": "/dev/pts/1", "TERM": "dumb"}, app{out: file}, false},
		"unknown":            {map[string]string{"SSH_TTY": "/dev/pts/1", "TERM": "unknown"}, app{out: file}, false},
		"unheard of":         {map[string]string{"SSH_TTY": "/dev/pts/1", "TERM": "sterling"}, app{out: file}, false},
		"says nothing":       {map[string]string{"SSH_TTY": "/dev/pts/1"}, app{out: file}, false},
	} {
		canvas := c.app.canvas(func(name string) string { return c.env[name] })
		if _, diffs := canvas.(*celldiff.Writer); diffs != c.diffs {
			t.Errorf("%s: diffs is %v", name, diffs)
		}
		switch under := bare(canvas).(type) {
		case *screen, *bytes.Buffer:
		default:
			t.Errorf("%s: the clipboard goes to a %T", name, under)
		}
	}
}
