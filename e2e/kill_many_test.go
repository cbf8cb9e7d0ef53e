//go:build slow

package e2e

import (
	"math/rand/v2"
	"testing"
	"time"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// TestKilledAmongOthers protects several processes on one queue of which one or the other is
// killed every moment: whoever is left goes on, nothing is lost and nothing goes twice.
func TestKilledAmongOthers(t *testing.T) {
	t.Parallel()
	const n, deaths = 400, 30
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	s := newSite(t, n, demo.PlatformOptions{MinDelay: 100 * time.Millisecond, MaxDelay: time.Second, Latency: 150 * time.Millisecond})
	s.platform.Fail(faulty.Share(0.1, seed, func(r faulty.Request) bool { return r.Operation == importing }, faulty.Unanswered()))
	p := s.person(t, "CONVISO_SETTLE=3s")
	commands := [][]string{{"import", "--all-new"}, {"resume"}, {"import", "--query", "team-1"}, {"list", "-o", "name"}}
	began := func() *process { return p.start(commands[random.IntN(len(commands))]...) }
	runs := []*process{p.start("import", "--all-new"), began(), began()}
	for range deaths {
		pause := time.NewTimer(time.Duration(random.Int64N(int64(700 * time.Millisecond))))
		<-pause.C
		victim := random.IntN(len(runs))
		_ = runs[victim].cmd.Process.Kill()
		<-runs[victim].done
		runs[victim] = began()
	}
	for _, run := range runs {
		if code := p.wait(run); code != 0 {
			t.Errorf("%v: exit %d\n%s", run.cmd.Args[1:], code, run.errs.String())
		}
	}
	p.want(0, nil, "import", "--all-new")
	t.Logf("%d kills among three processes", deaths)
	s.delivered(n)
	p.onlyImported(n)
	p.nothingLeft()
}
