package e2e

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// quiet waits until the program has written nothing for a while and returns how much it has
// written so far.
func (p *terminal) quiet(calm time.Duration) int {
	p.t.Helper()
	before, since := len(p.text()), time.Now()
	for deadline := time.Now().Add(60 * time.Second); time.Since(since) < calm; time.Sleep(5 * time.Millisecond) {
		if now := len(p.text()); now != before {
			before, since = now, time.Now()
		}
		if time.Now().After(deadline) {
			p.t.Fatal("the program does not come to rest")
		}
	}
	return before
}

// awaitDrawn waits until the screen shows something. Over SSH only the cells that differ are sent,
// so that a text may come in pieces; ctrl+l has all of it drawn again.
func (p *terminal) awaitDrawn(what string, limit time.Duration) {
	p.t.Helper()
	for deadline := time.Now().Add(limit); ; {
		place := len(p.text())
		p.press("\x0c")
		p.quiet(100 * time.Millisecond)
		drawn := p.text()[place:]
		if strings.Contains(drawn, what) {
			return
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("%q is not on the screen within %s:\n%q", what, limit, drawn)
		}
	}
}

// costs is the median of what keys make the program write, in bytes.
func (p *terminal) costs(keys ...string) int {
	p.t.Helper()
	var sizes []int
	for _, key := range keys {
		before := p.quiet(150 * time.Millisecond)
		p.press(key)
		sizes = append(sizes, p.quiet(150*time.Millisecond)-before)
	}
	slices.Sort(sizes)
	return sizes[len(sizes)/2]
}

// repeated is a key so many times.
func repeated(key string, n int) []string { return slices.Repeat([]string{key}, n) }

// frameEnd is how the cursor goes to the last of forty lines, where every frame leaves it.
var frameEnd = regexp.MustCompile("\x1b\\[40;?H|\r(?:[^\n]|$)")

// bytesOverSSH measures what the table writes over SSH, and holds it to what a slow link bears.
func bytesOverSSH(t *testing.T, entities int, idle time.Duration) {
	w := newWorldOf(t, entities, 0)
	p := start(t, launch{columns: 120, rows: 40, env: append(w.env(), overSSH)})
	p.awaitDrawn("catalog just now   assets just now", 120*time.Second)
	p.press("j")
	rested := p.quiet(2 * time.Second)
	time.Sleep(idle)
	got := map[string]int{"idle": len(p.text()) - rested}
	got["a move"] = p.costs(repeated("j", 11)...)
	// The first mark changes the last line too, which then offers what can be done with it.
	p.press(" j")
	got["a mark"] = p.costs(repeated(" ", 11)...)
	got["a page"] = p.costs(repeated(".", 9)...)
	p.press("\x1b[H")
	got["a letter of a search"] = p.costs("/", "p", "a", "y", "m", "e", "n", "t")
	p.press("\x1b")
	p.quiet(150 * time.Millisecond)
	p.press("q")
	p.end(20 * time.Second)
	p.restored()

	// What it kept is drawn first, up to where the cursor is left.
	p = start(t, launch{columns: 120, rows: 40, env: append(w.env(), overSSH)})
	place := p.awaitAfter(0, "rows 1-", 20*time.Second)
	for deadline := time.Now().Add(20 * time.Second); got["the first frame"] == 0 && time.Now().Before(deadline); {
		// A busy machine may take its time between two parts of one frame.
		p.quiet(150 * time.Millisecond)
		if end := frameEnd.FindStringIndex(p.text()[place:]); end != nil {
			got["the first frame"] = place + end[0]
		}
	}
	limits := map[string]int{"idle": 0, "a move": 40, "a mark": 40, "a page": 4096, "a letter of a search": 4096, "the first frame": 6 << 10}
	for what, limit := range limits {
		t.Logf("%s: %d bytes", what, got[what])
		if got[what] > limit {
			t.Errorf("%s costs %d bytes, more than %d", what, got[what], limit)
		}
	}
	if got["a move"] == 0 || got["the first frame"] == 0 || got["a page"] == 0 {
		t.Error("nothing was measured")
	}
}

// TestBytesOverSSH protects slow links.
func TestBytesOverSSH(t *testing.T) {
	t.Parallel()
	bytesOverSSH(t, 2000, 2*time.Second)
}
