package e2e

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// sgr finds what changes the look of text.
var sgr = regexp.MustCompile("\x1b\\[([0-9;:]*)m")

// TestColours protects palettes and backgrounds: on every kind of terminal the program writes
// the sixteen colours of the terminal's own palette, or none, and none where nobody wants any.
func TestColours(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env      []string
		args     []string
		coloured bool
	}{
		"xterm":          {env: []string{"TERM=xterm"}, coloured: true},
		"many colours":   {env: []string{"TERM=xterm-256color", "COLORTERM=truecolor"}, coloured: true},
		"tmux":           {env: []string{"TERM=tmux-256color", "TMUX=/tmp/x,1,0"}, coloured: true},
		"screen":         {env: []string{"TERM=screen", "STY=1.x"}, coloured: true},
		"vt100":          {env: []string{"TERM=vt100"}},
		"NO_COLOR":       {env: []string{"NO_COLOR=1"}},
		"the flag":       {args: []string{"--no-color"}},
		"ASCII too":      {env: []string{"LANG=C"}, coloured: true},
		"the ASCII flag": {args: []string{"--ascii"}, coloured: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, launch{columns: 120, rows: 40, env: c.env, args: append([]string{"demo"}, c.args...)})
			p.await("New 182", 20*time.Second)
			p.press("/checkout\rja?")
			p.await("Help", 10*time.Second)
			p.press("\x03")
			if code := p.end(10 * time.Second); code != 0 {
				t.Errorf("exit %d", code)
			}
			colours := 0
			for _, m := range sgr.FindAllStringSubmatch(p.text(), -1) {
				for _, part := range strings.Split(m[1], ";") {
					n, err := strconv.Atoi("0" + part)
					if err != nil || n > 9 && (n < 31 || n > 36) {
						t.Fatalf("it writes %q", m[0])
					}
					if n > 7 {
						colours++
					}
				}
			}
			if (colours > 0) != c.coloured {
				t.Errorf("%d colours", colours)
			}
			if plain := strings.Contains(name, "ASCII"); plain != (strings.IndexFunc(p.text(), func(r rune) bool { return r > 0x7e }) < 0) {
				t.Errorf("ASCII alone: %v", !plain)
			}
		})
	}
}
