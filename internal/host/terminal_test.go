package host

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

func env(pairs ...string) func(string) string {
	return func(name string) string {
		for _, pair := range pairs {
			if value, ok := strings.CutPrefix(pair, name+"="); ok {
				return value
			}
		}
		return ""
	}
}

// TestClipboard checks the sequences for each terminal and multiplexer.
func TestClipboard(t *testing.T) {
	const text = "component:default/payments"
	code := base64.StdEncoding.EncodeToString([]byte(text))
	plain := "\x1b]52;c;" + code + "\a"
	for name, c := range map[string]struct {
		env        []string
		text, want string
		err        string
	}{
		"terminal":             {env: []string{"TERM=xterm-256color"}, text: text, want: plain},
		"tmux":                 {env: []string{"TERM=screen-256color", "TMUX=/tmp/tmux-0/default,1,0"}, text: text, want: plain + "\x1bPtmux;\x1b" + plain + "\x1b\\"},
		"tmux, at another end": {env: []string{"TERM=tmux-256color"}, text: text, want: plain + "\x1bPtmux;\x1b" + plain + "\x1b\\"},
		"screen":               {env: []string{"TERM=screen.xterm-256color"}, text: text, want: "\x1bP" + plain + "\x1b\\"},
		"console":              {env: []string{"TERM=linux"}, text: text, err: "TERM=linux has no clipboard"},
		"dumb":                 {env: []string{"TERM=dumb"}, text: text, err: "TERM=dumb has no clipboard"},
		"unknown":              {text: text, err: "TERM= has no clipboard"},
		"long":                 {env: []string{"TERM=xterm"}, text: strings.Repeat("x", maxCopied+1), err: "it is too long for a clipboard"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			err := Clipboard{Out: &out, Getenv: env(c.env...)}.Put(c.text)
			if out.String() != c.want || (err == nil) != (c.err == "") || (err != nil && err.Error() != c.err) {
				t.Errorf("wrote %q, %v", out.String(), err)
			}
		})
	}
	if err := (Clipboard{Getenv: env("TERM=xterm")}).Put(text); err == nil {
		t.Error("without a terminal it was copied")
	}
	for _, c := range []struct {
		env  []string
		want bool
	}{{[]string{"TERM=xterm"}, true}, {[]string{"TERM=linux"}, false}, {[]string{"TERM=screen"}, false}, {[]string{"TERM=screen", "TMUX=x"}, true}, {nil, false}} {
		if KnowsLinks(env(c.env...)) != c.want {
			t.Errorf("%v: links are %v", c.env, !c.want)
		}
	}
}

// TestScreenWritesWhole checks that concurrent writes do not mix.
func TestScreenWritesWhole(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	s, ok := ScreenOn(write).(*Screen)
	if !ok {
		t.Fatal("a file is no screen")
	}
	// More than a pipe holds, so that the kernel splits each write.
	pieces := []string{strings.Repeat("a", 200_000), strings.Repeat("b", 200_000), strings.Repeat("c", 200_000)}
	var all sync.WaitGroup
	for i, piece := range pieces {
		all.Go(func() {
			if i%2 == 0 {
				_, _ = s.WriteString(piece)
			} else {
				_, _ = s.Write([]byte(piece))
			}
		})
	}
	go func() { all.Wait(); _ = write.Close() }()
	var got bytes.Buffer
	if _, err := got.ReadFrom(read); err != nil {
		t.Fatal(err)
	}
	for _, piece := range pieces {
		if !strings.Contains(got.String(), piece) {
			t.Errorf("the %cs were torn apart", piece[0])
		}
	}
	if _, ok := ScreenOn(&got).(*bytes.Buffer); !ok {
		t.Error("what is no file changed")
	}
}

// TestBrowserCommand checks that only web addresses are opened, and only on a local display.
func TestBrowserCommand(t *testing.T) {
	const page = "https://portal.acme.test/catalog/default/component/x"
	for name, c := range map[string]struct {
		system  string
		env     []string
		address string
		want    []string
	}{
		"desktop":            {"linux", []string{"DISPLAY=:0"}, page, []string{"xdg-open", page}},
		"wayland":            {"linux", []string{"WAYLAND_DISPLAY=wayland-0"}, page, []string{"xdg-open", page}},
		"server":             {"linux", nil, page, nil},
		"ssh":                {"linux", []string{"SSH_CONNECTION=1"}, page, nil},
		"ssh with a display": {"linux", []string{"SSH_CONNECTION=1", "DISPLAY=localhost:10"}, page, []string{"xdg-open", page}},
		"mac":                {"darwin", nil, page, []string{"open", page}},
		"mac over ssh":       {"darwin", []string{"SSH_TTY=/dev/ttys001"}, page, nil},
		"windows":            {"windows", nil, page, []string{"rundll32", "url.dll,FileProtocolHandler", page}},
		"own browser":        {"linux", []string{"DISPLAY=:0", "BROWSER=/usr/bin/firefox"}, page, []string{"/usr/bin/firefox", page}},
		"list of browsers":   {"linux", []string{"DISPLAY=:0", "BROWSER=firefox:chromium"}, page, []string{"xdg-open", page}},
		"template":           {"linux", []string{"DISPLAY=:0", "BROWSER=sh -c 'x %s'"}, page, []string{"xdg-open", page}},
		"option":             {"linux", []string{"DISPLAY=:0", "BROWSER=-x"}, page, []string{"xdg-open", page}},
		"no address":         {"linux", []string{"DISPLAY=:0"}, "file:///etc/passwd", nil},
		"escape":             {"linux", []string{"DISPLAY=:0"}, page + "\x1b[2J", nil},
		"credentials":        {"linux", []string{"DISPLAY=:0"}, "https://a:b@portal.acme.test", nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Browser{System: c.system, Getenv: env(c.env...)}.command(c.address)
			if !slices.Equal(got, c.want) || (err == nil) != (c.want != nil) {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}

// TestBrowserOpens checks the browser's arguments, environment and errors.
func TestBrowserOpens(t *testing.T) {
	dir := t.TempDir()
	note := filepath.Join(dir, "note")
	script := "#!/bin/sh\n{ echo \"$#\"; echo \"$1\"; env; } > " + note + ".new; mv " + note + ".new " + note + "\ncase $1 in *fails*) exit 3;; esac\n"
	program := filepath.Join(dir, "show")
	if err := os.WriteFile(program, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("CONVISO_API_KEY", "not-a-real-key")
	t.Setenv("BACKSTAGE_TOKEN", "not-a-real-token")
	b := Browser{System: "linux", Getenv: env("DISPLAY=:0", "BROWSER="+program)}
	page := "https://portal.acme.test/?a=1&b=$(touch%20x);c"
	if err := b.Open(t.Context(), page); err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile(note)
	if lines := strings.Split(string(doc), "\n"); err != nil || lines[0] != "1" || lines[1] != page || strings.Contains(string(doc), "not-a-real") {
		t.Errorf("%v: %s", err, doc)
	}
	if err := b.Open(t.Context(), "https://portal.acme.test/fails"); err == nil || !strings.Contains(err.Error(), "exit status 3") {
		t.Errorf("a browser that fails: %v", err)
	}
	b.Getenv = env("DISPLAY=:0", "BROWSER=/no/such/browser")
	if err := b.Open(t.Context(), page); err == nil || !strings.Contains(err.Error(), "is not installed") {
		t.Errorf("a browser that is not there: %v", err)
	}
}

// TestSized checks the size of terminals that know none of their own, or one side alone.
func TestSized(t *testing.T) {
	for name, c := range map[string]struct {
		w, h int
		env  []string
		want [2]int
	}{
		"known":              {120, 40, []string{"COLUMNS=70", "LINES=12"}, [2]int{120, 40}},
		"tiny, but known":    {1, 1, nil, [2]int{1, 1}},
		"nothing":            {0, 0, nil, [2]int{80, 24}},
		"variables":          {0, 0, []string{"COLUMNS=132", "LINES=43"}, [2]int{132, 43}},
		"one variable":       {0, 0, []string{"COLUMNS=132"}, [2]int{132, 24}},
		"the other variable": {0, 0, []string{"LINES=43"}, [2]int{80, 43}},
		"one side":           {100, 0, []string{"COLUMNS=132", "LINES=43"}, [2]int{100, 43}},
		"the other side":     {0, 30, nil, [2]int{80, 30}},
		"nonsense":           {0, 0, []string{"COLUMNS=wide", "LINES=-3"}, [2]int{80, 24}},
		"zero":               {0, 0, []string{"COLUMNS=0", "LINES=0"}, [2]int{80, 24}},
		"absurd":             {0, 0, []string{"COLUMNS=100000", "LINES=99999999999999999999"}, [2]int{80, 24}},
	} {
		if w, h := Sized(c.w, c.h, env(c.env...)); w != c.want[0] || h != c.want[1] {
			t.Errorf("%s: %dx%d", name, w, h)
		}
	}
}
