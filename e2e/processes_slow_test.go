//go:build slow

package e2e

import (
	"testing"
	"time"

	"conviso-importer/internal/demo"
)

// TestManyProcessesShareAQueue is TestProcessesShareAQueue at the size of a company: four
// processes that queue 500 entities each at once, disjoint ones and overlapping ones.
func TestManyProcessesShareAQueue(t *testing.T) {
	t.Run("disjoint", func(t *testing.T) { shareAQueue(t, 2000, []int{0, 1, 2, 3}) })
	t.Run("overlapping", func(t *testing.T) { shareAQueue(t, 2000, []int{0, 1, 0, 1}) })
}

// TestRunnerDies protects those that watch when the process that sends is killed: another
// takes over, looks for what was on its way, and nothing goes twice.
func TestRunnerDies(t *testing.T) {
	s := newSite(t, 200, demo.PlatformOptions{Latency: 50 * time.Millisecond, MaxDelay: time.Second})
	p := s.person(t, "CONVISO_SETTLE=3s")
	release := s.hold()
	var runs []*process
	for i, plan := range p.plans(0, 1, 2) {
		runs = append(runs, p.start("import", "--plan", plan, "-o", "json"))
		if i == 0 {
			// The first one is the runner, and in the middle of it.
			await(t, "the first request", func() bool { return s.waiting.Load() > 0 })
		}
	}
	for _, run := range runs[1:] {
		await(t, "a process that watches", func() bool { return isWatching(run) })
	}
	_ = runs[0].cmd.Process.Kill()
	<-runs[0].done
	release()
	for _, run := range runs[1:] {
		if code := p.wait(run); code != 0 {
			t.Errorf("exit %d\n%s", code, run.errs.String())
		}
	}
	s.delivered(150)
	p.nothingLeft()
}
