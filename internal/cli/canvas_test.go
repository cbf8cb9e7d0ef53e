package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"conviso-importer/internal/celldiff"
	"conviso-importer/internal/host"
)

// TestCanvas checks that cells go over SSH only, and that unknown terminals get the library's
// output.
func TestCanvas(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for name, c := range map[string]struct {
		env  map[string]string
		app  app
		want string
	}{
		"over SSH":           {map[string]string{"SSH_TTY": "/dev/pts/1", "TERM": "xterm-256color"}, app{out: file}, "cells"},
		"in tmux":            {map[string]string{"SSH_TTY": "/dev/pts/1", "TERM": "tmux-256color"}, app{out: file}, "cells"},
		"here":               {map[string]string{"TERM": "xterm-256color"}, app{out: file}, "lines"},
		"a command over SSH": {map[string]string{"SSH_CONNECTION": "x", "TERM": "xterm"}, app{out: file}, "lines"},
		"switched off":       {map[string]string{"SSH_TTY": "/dev/pts/1", "TERM": "xterm"}, app{out: file, noDiff: true}, ""},
		"no terminal":        {map[string]string{"SSH_TTY": "/dev/pts/1", "TERM": "xterm"}, app{out: &bytes.Buffer{}}, ""},
		"dumb":               {map[string]string{"SSH_TTY": "/dev/pts/1", "TERM": "dumb"}, app{out: file}, ""},
		"unknown":            {map[string]string{"SSH_TTY": "/dev/pts/1", "TERM": "unknown"}, app{out: file}, ""},
		"unheard of":         {map[string]string{"SSH_TTY": "/dev/pts/1", "TERM": "sterling"}, app{out: file}, ""},
		"says nothing":       {map[string]string{"SSH_TTY": "/dev/pts/1"}, app{out: file}, ""},
	} {
		canvas := c.app.canvas(func(name string) string { return c.env[name] })
		sends := ""
		if w, ok := canvas.(*celldiff.Writer); ok && w.Cells() {
			sends = "cells"
		} else if ok {
			sends = "lines"
		}
		if sends != c.want {
			t.Errorf("%s: %q are sent, want %q", name, sends, c.want)
		}
		switch under := bare(canvas).(type) {
		case *host.Screen, *bytes.Buffer:
		default:
			t.Errorf("%s: the clipboard goes to a %T", name, under)
		}
	}
}
