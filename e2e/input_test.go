package e2e

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/creack/pty"
)

// messages are what terminals send by themselves; as keys they would mark, open a review and leave.
var messages = []string{
	"\x1b]11;rgb:0000/0000/0000\x1b\\", "\x1b]10;rgb:ffff/ffff/ffff\a", "\x1b]4;7;rgb:c0c0/c0c0/c0c0\x1b\\", "\x1b]52;c;YWl5\x1b\\",
	"\x1bP>|kitty(0.46.2)\x1b\\", "\x1bP>|tmux 3.5a\x1b\\", "\x1bP1+r524742=382f382f38\x1b\\", "\x1bP1$r0m\x1b\\", "\x1b_Gi=31;OK\x1b\\",
	"\x1b^aiyq\x1b\\", "\x1bXaiyq\x1b\\", "\x1b[?62;22;52c", "\x1b[>41;354;0c", "\x1b[12;40R", "\x1b[?2026;2$y", "\x1b[8;24;80t", "\x1b[?1u", "\x1b[O\x1b[I",
}

// picture is the whole screen without its looks, drawn anew until it comes to rest.
func (p *terminal) picture(rows string) string {
	p.t.Helper()
	last := ""
	for deadline := time.Now().Add(20 * time.Second); ; {
		place := len(p.text())
		p.press("\x0c")
		// A frame that repeats every line.
		place = p.awaitAfter(place, "\x1b[H\r", 20*time.Second)
		end := p.awaitAfter(place, "\x1b["+rows+";H", 20*time.Second)
		now := ages.ReplaceAllString(strings.ReplaceAll(ansi.Strip(p.text()[place:end]), "\r", ""), "…")
		if now == last {
			return now
		}
		if last = now; time.Now().After(deadline) {
			p.t.Fatalf("the screen does not come to rest:\n%s", now)
		}
	}
}

// ages change by themselves, and so does the port of the demo.
var ages = regexp.MustCompile(`just now|[0-9]+ ?(s|min)( ago)?\b|127\.0\.0\.1:[0-9]+`)

// stays fails the test if sending changes the screen.
func (p *terminal) stays(name string, sending func()) {
	p.t.Helper()
	before := p.picture("24")
	sending()
	if after := p.picture("24"); after != before {
		p.t.Errorf("%s: the screen was\n%s\nand is\n%s", name, before, after)
	}
}

// settles waits until the screen shows text and nothing is being read any more.
func (p *terminal) settles(name, text string) {
	p.t.Helper()
	for began := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		now := p.picture("24")
		if strings.Contains(now, text) && !strings.Contains(now, "reading what") {
			return
		}
		if time.Since(began) > 20*time.Second {
			p.t.Fatalf("%s is not on the screen:\n%s", name, now)
		}
	}
}

// inPieces sends bytes one by one, with a pause between them.
func (p *terminal) inPieces(text string, pause time.Duration) {
	p.t.Helper()
	for i := range len(text) {
		if i > 0 {
			time.Sleep(pause)
		}
		p.press(text[i : i+1])
	}
}

// TestTerminalMessages protects users whose terminal answers a question that somebody else has put: whatever is on
// the screen, an answer is no key. It may come whole or byte by byte, and before the table is there.
func TestTerminalMessages(t *testing.T) {
	t.Parallel()
	p := open(t, 80, 24, "demo")
	p.press(strings.Join(messages, ""))
	p.await("assets just now", 20*time.Second)
	if text := p.picture("24"); !strings.Contains(text, "5 Selected 0") || !strings.Contains(text, "240 of 240") {
		t.Errorf("messages before the start were keys:\n%s", text)
	}
	for _, screen := range []struct{ name, keys, shows string }{
		{"the table", "a", "Selected 1"}, {"a filter", "/pay", "41 of 240"}, {"a filter that is kept", "\r", "/ pay"}, {"details", "\r", "What an import sends"},
		{"the command line", "q:kind a", ":kind a"},
	} {
		p.press(screen.keys)
		p.settles(screen.name, screen.shows)
		p.stays(screen.name, func() { p.press(strings.Join(messages, "")) })
		p.stays(screen.name+", byte by byte", func() {
			for _, message := range messages[:6] {
				p.inPieces(message, time.Millisecond)
			}
		})
	}
	p.press("\x03")
	if code := p.end(10 * time.Second); code != 0 {
		t.Errorf("exit %d", code)
	}
	p.restored()
}

// TestTerminalMessagesAtFirst protects the secrets that are typed at the first run.
func TestTerminalMessagesAtFirst(t *testing.T) {
	t.Parallel()
	p := open(t, 80, 24)
	p.await("Open the demo", 20*time.Second)
	for _, typed := range []string{"\x1b[B\x1b[A", "\thttps://b.test", "\tnot-a-token", "\tnot-a-key"} {
		p.press(typed)
		time.Sleep(200 * time.Millisecond)
		place := len(p.text())
		p.press(strings.Join(messages, ""))
		time.Sleep(200 * time.Millisecond)
		if drawn := p.text()[place:]; drawn != "" {
			t.Errorf("behind %q messages were keys: %q", typed, drawn)
		}
	}
	p.press("\x03")
	p.end(10 * time.Second)
	p.restored()
}

// TestTerminalMessagesInLines protects line mode on a terminal: the messages stand in the lines that it edits.
func TestTerminalMessagesInLines(t *testing.T) {
	t.Parallel()
	p := start(t, launch{columns: 80, rows: 24, env: []string{"TERM=dumb"}, args: []string{"demo"}})
	p.await("? help:", 20*time.Second)
	for _, message := range messages {
		place := len(p.text())
		p.press(message + "1" + message + "\n")
		p.awaitAfter(place, "1 marked in all.", 10*time.Second)
		place = len(p.text())
		p.press("u " + message + "1\n")
		p.awaitAfter(place, "1 unmarked.", 10*time.Second)
	}
	p.press("q\n")
	if code := p.end(10 * time.Second); code != 0 {
		t.Errorf("exit %d", code)
	}
}

// TestSplitKeys protects users of serial consoles and busy links: a key whose bytes come apart is one key, so that
// its ESC takes back no marks and drops no filter.
func TestSplitKeys(t *testing.T) {
	t.Parallel()
	p := open(t, 80, 24, "demo")
	p.await("assets just now", 20*time.Second)
	p.press("/team\rjja")
	keys := []string{"\x1b[A", "\x1b[B", "\x1bOA", "\x1bOB", "\x1b[6~", "\x1b[5~", "\x1b[1;5A", "\x1b[1;3B", "\x1b[1;2P", "\x1b[15~", "\x1b[200~aiq\x1b[201~", "é", "\x1b[<0;1;1M"}
	for _, key := range keys {
		// Two ways of one key must lead to the same screen.
		p.press("g" + key)
		whole := p.picture("24")
		for _, pause := range []time.Duration{time.Millisecond, 10 * time.Millisecond} {
			p.press("g")
			p.inPieces(key, pause)
			split := p.picture("24")
			if split != whole || !strings.Contains(split, "/ team") || strings.Contains(split, "Selected 0") {
				t.Errorf("%q in pieces: the screen is\n%s\nand not\n%s", key, split, whole)
			}
		}
	}
	p.press("/")
	for _, key := range []string{"\x1b[B", "\x1b[A", "\x1b[D", "\x1b[3~"} {
		p.inPieces(key, 5*time.Millisecond)
		if text := p.picture("24"); !strings.Contains(text, "/ tea") {
			t.Errorf("%q in pieces drops the filter:\n%s", key, text)
		}
	}
	// ESC alone still acts, and soon.
	place := len(p.text())
	p.press("\x1b")
	p.awaitAfter(place, "240 of 240", time.Second)
	p.press("\x03")
	p.end(10 * time.Second)
	p.restored()
}

// TestUnsizedTerminal protects serial consoles and containers whose terminal says 0x0: the table is drawn, in the
// size of LINES and COLUMNS if they are set, and a size that comes later counts.
func TestUnsizedTerminal(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env        []string
		term, rows string
		shows      string
	}{
		"nothing":           {nil, "TERM=xterm-256color", "24", "rows 1-15"},
		"variables":         {[]string{"COLUMNS=100", "LINES=12"}, "TERM=xterm-256color", "12", "rows 1-"},
		"over SSH":          {[]string{"SSH_TTY=/dev/pts/9"}, "TERM=xterm-256color", "24", "rows 1-15"},
		"the library draws": {nil, "TERM=no-such-terminal", "24", "rows 1-15"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, launch{env: append(c.env, c.term), args: []string{"demo"}})
			p.await("audit-admin", 20*time.Second)
			if text := p.picture(c.rows); !strings.Contains(text, c.shows) || !strings.Contains(text, "q quit") {
				t.Errorf("the screen is\n%s", text)
			}
			if err := pty.Setsize(p.tty, &pty.Winsize{Rows: 40, Cols: 120}); err != nil {
				t.Fatal(err)
			}
			p.await("rows 1-3", 10*time.Second)
			if err := pty.Setsize(p.tty, &pty.Winsize{Rows: 4, Cols: 10}); err != nil {
				t.Fatal(err)
			}
			p.await("window too", 10*time.Second)
			p.press("q")
			if code := p.end(10 * time.Second); code != 0 {
				t.Errorf("exit %d", code)
			}
			p.restored()
		})
	}
}
