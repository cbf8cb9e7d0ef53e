package e2e

import (
	"slices"
	"testing"
	"time"
)

// TestKeysAtOnceOverSSH protects keys from waiting for a tick: over SSH Bubble Tea's own comes
// once a second, and what a key changes is there long before, also after the screen was drawn
// anew and after a rest.
func TestKeysAtOnceOverSSH(t *testing.T) {
	t.Parallel()
	p := start(t, launch{columns: 120, rows: 40, env: append(newWorld(t, 0).env(), overSSH)})
	p.awaitDrawn("catalog just now   assets just now", 20*time.Second)
	var took []time.Duration
	for _, key := range []string{"j", "j", "\x0c", "j", "k", " ", "j", "j", "k"} {
		p.quiet(300 * time.Millisecond)
		place, since := len(p.text()), time.Now()
		p.press(key)
		for len(p.text()) == place {
			if time.Sleep(time.Millisecond / 2); time.Since(since) > 10*time.Second {
				t.Fatalf("%q changes nothing", key)
			}
		}
		took = append(took, time.Since(since))
	}
	// Ticks would take half a second on average.
	if slices.Sort(took); took[len(took)-3] > 100*time.Millisecond {
		t.Errorf("keys took %s", took)
	}
	t.Logf("a key takes %s", took[len(took)/2])
	p.press("q")
	p.end(20 * time.Second)
	p.restored()
}
