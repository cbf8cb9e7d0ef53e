package e2e

import (
	"encoding/base64"
	"regexp"
	"strings"
	"testing"
	"time"
)

// clipboardSequence is OSC 52 as the program writes it.
var clipboardSequence = regexp.MustCompile(`\x1b\]52;c;([A-Za-z0-9+/]+={0,2})\x07`)

// linkSequence is OSC 8 as the program writes it: the start of a link to a clean address, or
// the end of one.
var linkSequence = regexp.MustCompile(`^\x1b\]8;(id=conviso-importer;https?://[A-Za-z0-9\[][!#-&(-;=?-\[\]_a-z~]*|;)\x1b\\$`)

// copied are the texts that the stream puts on the clipboard.
func copied(t *testing.T, stream string) []string {
	t.Helper()
	var texts []string
	for _, found := range clipboardSequence.FindAllStringSubmatch(stream, -1) {
		text, err := base64.StdEncoding.DecodeString(found[1])
		if err != nil {
			t.Error(err)
		}
		texts = append(texts, string(text))
	}
	return texts
}

// TestCopyInTheTerminal protects the clipboard and the screen: y sends one sequence with the
// reference, for tmux another one that it passes on, for screen a wrapped one alone, and on a
// console that would print it none; the table behind it is drawn and answers as before.
func TestCopyInTheTerminal(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env  []string
		want []string
		says string
	}{
		"terminal": {nil, []string{"%"}, "sent to the clipboard"},
		"tmux":     {[]string{"TERM=tmux-256color", "TMUX=/nowhere,1,0"}, []string{"%", "\x1bPtmux;\x1b%\x1b\\"}, "sent to the clipboard"},
		"screen":   {[]string{"TERM=screen"}, []string{"\x1bP%\x1b\\"}, "sent to the clipboard"},
		"console":  {[]string{"TERM=linux"}, nil, "TERM=linux has no clipboard"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, launch{columns: 100, rows: 24, env: c.env, args: []string{"demo"}})
			p.await("New 182", 20*time.Second)
			p.press("y")
			p.await(c.says, 10*time.Second)
			before := len(p.text())
			p.press("?")
			p.awaitAfter(before, "Help: Table", 10*time.Second)
			p.press("q")
			p.awaitAfter(before, "STATUS", 10*time.Second)
			p.press("q")
			if code := p.end(10 * time.Second); code != 0 {
				t.Errorf("exit %d", code)
			}
			p.restored()
			texts := copied(t, p.text())
			if len(texts) != len(c.want) {
				t.Fatalf("copied %q, want %d sequences", texts, len(c.want))
			}
			rest := p.text()
			for i, form := range c.want {
				if !strings.HasPrefix(texts[i], "component:") || strings.ContainsAny(texts[i], " \x1b\n") {
					t.Errorf("copied %q", texts[i])
				}
				sequence := strings.ReplaceAll(form, "%", "\x1b]52;c;"+base64.StdEncoding.EncodeToString([]byte(texts[i]))+"\x07")
				before, after, ok := strings.Cut(rest, sequence)
				if !ok {
					t.Fatalf("%q is not in the stream", sequence)
				}
				rest = before + after
			}
			// A frame that a sequence had got into would not be whole without it.
			if found := unsafe([]byte(rest), true); found != "" {
				t.Errorf("behind the sequences there is %s", found)
			}
		})
	}
}

// TestOpenWithoutDisplay protects users of a server: the address is shown, and nothing started.
func TestOpenWithoutDisplay(t *testing.T) {
	t.Parallel()
	p := start(t, launch{columns: 160, rows: 24, env: []string{"BROWSER=/bin/false", "SSH_TTY=/dev/pts/7"}, args: []string{"demo", "--no-diff"}})
	p.await("New 182", 20*time.Second)
	p.press("o")
	p.await(" - there is no display here", 10*time.Second)
	if !regexp.MustCompile(`http://127\.0\.0\.1:\d+/catalog/[a-z0-9-]+/component/[a-z0-9.-]+ - there is no display`).MatchString(p.text()) {
		t.Errorf("no address of a page is shown: %q", p.text()[max(0, len(p.text())-400):])
	}
	p.press("q")
	p.end(10 * time.Second)
}
