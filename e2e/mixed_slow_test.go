//go:build slow

package e2e

import (
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"conviso-importer/internal/demo"
)

// TestMixedProcessesSeries protects a state folder that eight processes use at once: two import by name, and the
// same entities, one by a query, one finishes what others left, one takes waiting items back, and three read.
// Nothing goes twice, nothing is lost, no import hangs, and reading goes on.
func TestMixedProcessesSeries(t *testing.T) {
	const entities, atOnce = 2000, 20
	lasts := 15 * time.Second
	if os.Getenv("PROOFS") != "" {
		lasts = 2 * time.Minute
	}
	s := newSite(t, entities, demo.PlatformOptions{Latency: 5 * time.Millisecond, MaxDelay: time.Second})
	p := s.person(t)
	alone := map[string]time.Duration{}
	for _, reads := range []string{"list", "refresh"} {
		alone[reads] = took(func() { p.want(0, nil, reads) })
	}
	names := func(turn int) []string {
		var refs []string
		for i := range atOnce {
			refs = append(refs, fmt.Sprintf("component:default/svc-%04d", (turn*atOnce+i)%entities))
		}
		return refs
	}
	var mu sync.Mutex
	times := map[string][]time.Duration{}
	var group sync.WaitGroup
	ends := time.Now().Add(lasts)
	for name, command := range map[string]func(turn int) []string{
		"import":         func(turn int) []string { return append([]string{"import"}, names(turn)...) },
		"import again":   func(turn int) []string { return append([]string{"import"}, names(turn)...) },
		"import a query": func(turn int) []string { return []string{"import", "--query", fmt.Sprintf("svc-1%d", turn%10)} },
		"resume":         func(int) []string { return []string{"resume"} },
		"drop":           func(turn int) []string { return append([]string{"queue", "drop"}, names(turn)...) },
		"list":           func(int) []string { return []string{"list"} },
		"list new":       func(int) []string { return []string{"list", "status:new", "-o", "json"} },
		"refresh":        func(int) []string { return []string{"refresh"} },
	} {
		group.Go(func() {
			for turn := 0; time.Now().Before(ends); turn++ {
				r := p.start(command(turn)...)
				began := time.Now()
				code := p.wait(r)
				// What another process has in flight, or has taken back, is said with 3.
				if code != 0 && code != 3 {
					t.Errorf("%v: exit %d\n%s", r.cmd.Args[1:], code, r.errs.String())
					return
				}
				mu.Lock()
				times[name] = append(times[name], time.Since(began))
				mu.Unlock()
			}
		})
	}
	group.Wait()
	p.want(0, nil, "import", "--all-new")
	s.delivered(entities)
	p.nothingLeft()
	for _, name := range []string{"import", "import again", "import a query", "resume", "drop", "list", "list new", "refresh"} {
		slices.Sort(times[name])
		n := len(times[name])
		if n == 0 {
			t.Errorf("%s ended no run", name)
			continue
		}
		t.Logf("%-15s %4d runs, median %s, longest %s, alone %s", name, n, times[name][n/2], times[name][n-1], alone[name])
	}
}

func took(do func()) time.Duration {
	began := time.Now()
	do()
	return time.Since(began)
}
