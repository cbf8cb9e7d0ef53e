package bench

import (
	"fmt"
	"os/exec"
	"testing"
	"time"
)

// longSilence ends an answer that looks at all rows and may come in two parts.
const longSilence = 1500 * time.Millisecond

// TestLists measures keys that concern all rows: mark all, sort, and auto-import, which reads both
// sides before its review. Baselines are fzf's toggle of all rows, a cursor move, and refresh.
func TestLists(t *testing.T) {
	for _, rows := range sizes(t) {
		h := homeOf(t, rows)
		p, other := h.table(t), h.fzf(t, "--bind=ctrl-t:toggle-all")
		p.await(0, fmt.Sprintf(" %d of %d ", rows, rows))
		other.await(0, fmt.Sprintf("m%d/%d (", rows, rows))
		p.calm(longSilence)
		other.calm(longSilence)
		mark, sort, move := p.times("a", 6), p.times("s", 8), p.times("j", 9)
		toggle := other.times("\x14", 6)
		p.kill()
		other.kill()
		title := fmt.Sprintf("lists, %s rows: ", grouped(rows))
		report(over(title+"mark all, to last byte, median", median(mark), median(toggle), "fzf", 0, ms))
		report(over(title+"mark all, to last byte, longest", at(1, mark), at(1, toggle), "fzf", 0, ms))
		report(over(title+"sort, to last byte, median", median(sort), median(move), "a move", 0, ms))
		report(over(title+"sort, to last byte, longest", at(1, sort), at(1, move), "a move", 0, ms))
		review, read := h.reviewTakes(t), h.refreshTakes(t)
		report(over(title+"auto-import, to its review", review, read, "refresh", 0, ms))
	}
}

// times measures a key that is pressed n times.
func (p *terminal) times(key string, n int) []time.Duration {
	p.t.Helper()
	var all []time.Duration
	for range n {
		a := p.key(key, longSilence)
		if a.bytes == 0 {
			p.t.Fatalf("%q changes nothing on the screen of %v:\n%q", key, p.cmd.Args, tail(p.since(0)))
		}
		all = append(all, a.took)
	}
	return all
}

// reviewTakes measures the start of auto-import up to its review.
func (h *home) reviewTakes(t *testing.T) time.Duration {
	t.Helper()
	p := start(t, h.env(), nil, product)
	p.await(0, "assets just now")
	p.calm(longSilence)
	place, _ := p.written()
	pressed := time.Now()
	p.press("t")
	shown, _ := p.await(place, "to switch auto-import on for")
	p.kill()
	return shown.Sub(pressed)
}

// refreshTakes measures the command refresh.
func (h *home) refreshTakes(t *testing.T) time.Duration {
	t.Helper()
	cmd := exec.Command(product, "refresh")
	cmd.Env, cmd.Dir = h.env(), h.dir
	began := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("refresh: %v\n%s", err, out)
	}
	return time.Since(began)
}
