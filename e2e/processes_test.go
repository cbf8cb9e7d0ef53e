package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"conviso-importer/internal/demo"
)

// plans makes plan files of a site's entities, one for each team, and returns their paths.
func (p *person) plans(teams ...int) []string {
	p.t.Helper()
	var paths []string
	for _, team := range teams {
		_, plan, errs := p.run("import", "--query", fmt.Sprintf("team-%d", team), "--dry-run", "-o", "json")
		if !strings.Contains(plan, "svc-") {
			p.t.Fatalf("no plan for team %d: %s%s", team, plan, errs)
		}
		paths = append(paths, p.write(fmt.Sprintf("plan-%d.json", team), plan))
	}
	return paths
}

// together imports the plans by a process each, all at once and out of one state folder,
// and returns what they said on standard error. The platform answers nothing before all but
// one have said who runs the queue.
func (p *person) together(plans []string) []string {
	p.t.Helper()
	release := p.hold()
	var runs []*process
	for _, plan := range plans {
		runs = append(runs, p.start("import", "--plan", plan, "-o", "json"))
	}
	await(p.t, "that all but one watch", func() bool {
		watching := 0
		for _, run := range runs {
			if isWatching(run) {
				watching++
			}
		}
		return watching >= len(runs)-1
	})
	release()
	var said []string
	for _, run := range runs {
		if code := p.wait(run); code != 0 {
			p.t.Errorf("%v: exit %d\n%s", run.cmd.Args[1:], code, run.errs.String())
		}
		said = append(said, run.errs.String())
	}
	return said
}

// isWatching reports whether a process has told who runs the queue.
func isWatching(run *process) bool {
	return sentence(run.errs.String(), "conviso-importer (pid ", "is importing for this company") != ""
}

// runnerNamed says how many of the processes told who runs the queue, and what they said.
func runnerNamed(said []string) (n int, last string) {
	for _, errs := range said {
		if line := sentence(errs, "conviso-importer (pid ", "is importing for this company"); line != "" {
			n, last = n+1, line
		}
	}
	return n, last
}

// TestProcessesShareAQueue protects several processes of one person that import at once: one
// of them sends what all have queued, the others say who that is and wait for it, and nothing
// goes twice, though two of the plans name the same entities.
func TestProcessesShareAQueue(t *testing.T) {
	t.Parallel()
	shareAQueue(t, 80, []int{0, 1, 2, 0})
}

// shareAQueue imports a catalog of n entities by one process for each of the teams, which
// own a quarter each.
func shareAQueue(t *testing.T, n int, teams []int) {
	t.Helper()
	s := newSite(t, n, demo.PlatformOptions{Latency: 20 * time.Millisecond})
	p := s.person(t)
	plans := p.plans(teams...)
	began := time.Now()
	said := p.together(plans)
	distinct := map[int]bool{}
	for _, team := range teams {
		distinct[team] = true
	}
	s.delivered(n / 4 * len(distinct))
	if states := p.states(); states["imported"] != n/4*len(distinct) {
		t.Errorf("list shows %v", states)
	}
	named, line := runnerNamed(said)
	if named < len(teams)-1 {
		t.Errorf("%d of %d processes said who runs the queue\n%s", named, len(teams), strings.Join(said, "\n"))
	}
	t.Logf("%d processes, %d entities in %s; %d watched: %s", len(teams), n/4*len(distinct), time.Since(began), named, line)
}
