//go:build slow

package e2e

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// The killing of TestKilledAnywhere: how many kills, over how many imports at a time.
const (
	kills      = 200
	killLanes  = 2
	killImport = 500
	// killSpan is the longest that a run lives: long enough for kills in all phases, too
	// short for most imports to end between two of them.
	killSpan = 1200 * time.Millisecond
)

// TestKilledAnywhere protects what the queue is for: a process that is killed at any moment
// loses nothing and sends nothing twice, though the platform does the work of one request in
// ten without saying so. Every killed run is followed by another one, a resume or a new
// import, until everything is there.
func TestKilledAnywhere(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	var killed atomic.Int64
	var worlds atomic.Int64
	phases := map[string]int{}
	var mu sync.Mutex
	note := func(phase string) {
		mu.Lock()
		defer mu.Unlock()
		phases[phase]++
	}
	t.Run("lanes", func(t *testing.T) {
		for lane := range killLanes {
			t.Run(fmt.Sprintf("lane %d", lane), func(t *testing.T) {
				t.Parallel()
				random := rand.New(rand.NewPCG(seed, uint64(lane)))
				for killed.Load() < kills && !t.Failed() {
					worlds.Add(1)
					killOneImport(t, random, &killed, note)
				}
			})
		}
	})
	t.Logf("%d kills in %d imports of %d, by phase: %v", killed.Load(), worlds.Load(), killImport, phases)
	for _, phase := range []string{"starting", "planning", "sending", "reading back"} {
		if phases[phase] == 0 {
			t.Errorf("no kill fell into the phase %q: %v", phase, phases)
		}
	}
}

// killOneImport imports one catalog through kills and checks what came of it.
func killOneImport(t *testing.T, random *rand.Rand, killed *atomic.Int64, note func(phase string)) {
	s := newSite(t, killImport, demo.PlatformOptions{MinDelay: 100 * time.Millisecond, MaxDelay: 2 * time.Second,
		Latency: 100 * time.Millisecond})
	dice := rand.New(rand.NewPCG(random.Uint64(), random.Uint64()))
	s.platform.Fail(func(r faulty.Request) faulty.Fault {
		if r.Operation == importing && dice.IntN(10) == 0 {
			return faulty.Fault{Reset: true, After: true}
		}
		return faulty.Fault{}
	})
	p := s.person(t, "CONVISO_SETTLE=4s")
	all, rest := []string{"import", "--all-new", "-o", "json"}, []string{"resume", "-o", "json"}
	for args := all; ; {
		before, began := s.asked(), time.Now()
		run := p.start(args...)
		if random.IntN(4) > 0 {
			// Most of the kills are for what comes after the start, however long that takes.
			run.until(func() bool { return s.asked() > before })
		}
		lifetime := time.NewTimer(time.Duration(random.Int64N(int64(killSpan))))
		if killed.Load() >= kills {
			lifetime.Reset(hang)
		}
		select {
		case <-lifetime.C:
			phase := phaseOf(s, began, before, len(args) == len(rest))
			_ = run.cmd.Process.Kill()
			<-run.done
			killed.Add(1)
			note(phase)
		case <-run.done:
			lifetime.Stop()
			if code := run.cmd.ProcessState.ExitCode(); code != 0 {
				t.Fatalf("%v: exit %d\n%s", args, code, run.errs.String())
			}
			if len(args) == len(all) {
				s.delivered(killImport)
				p.onlyImported(killImport)
				p.nothingLeft()
				return
			}
		}
		if args = rest; random.IntN(3) == 0 || run.cmd.ProcessState.Success() {
			args = all
		}
	}
}

// phaseOf says what a run was doing, by what it asked the servers for.
func phaseOf(s *site, began time.Time, before int, resume bool) string {
	requests := s.platform.Requests()
	phase := "planning"
	switch {
	case s.asked() == before:
		return "starting"
	case resume:
		phase = "reading back"
	}
	for i := range requests {
		switch {
		case requests[i].At.Before(began):
		case requests[i].Operation == importing:
			phase = "sending"
		case requests[i].Operation == "assets" && phase != "planning":
			phase = "reading back"
		}
	}
	return phase
}

// asked counts the requests to both servers.
func (s *site) asked() int { return s.catalog.Counts().Requests + s.platform.Counts().Requests }

// until waits for a condition or the process's end.
func (r *process) until(ok func() bool) {
	for !ok() {
		select {
		case <-r.done:
			return
		case <-time.After(2 * time.Millisecond):
		}
	}
}
