//go:build slow && linux

package sqlite

import (
	"strings"
	"testing"
)

// TestKillAtEveryWrite protects what was acknowledged from a kill at every single call that
// changes a file: opening, writing, syncing, truncating, renaming, removing.
func TestKillAtEveryWrite(t *testing.T) {
	lab := newFaultLab(t, len(scriptSteps()))
	faults := lab.faults("signal=KILL", false)
	if len(faults) < 500 {
		t.Errorf("only %d places to be killed at, want 500", len(faults))
	}
	lab.checkAll(t, faults)
}

// TestDiskErrors protects the meaning of success: a write or a sync that the disk refuses
// makes the call fail, leaves what was acknowledged before, and never half a change. A disk
// that is full stays full; an error of its own comes once.
func TestDiskErrors(t *testing.T) {
	lab := newFaultLab(t, len(scriptSteps()))
	faults := lab.faults("error=EIO", false, "fsync", "fdatasync")
	for _, kind := range [][]fault{
		lab.faults("error=EIO", false, "pwrite64", "ftruncate"), lab.faults("error=ENOSPC", true, "pwrite64"),
	} {
		for i := 0; i < len(kind); i += 4 {
			faults = append(faults, kind[i])
		}
	}
	failed := 0
	for _, v := range lab.checkAll(t, faults) {
		switch {
		case v.acks.failed:
			failed++
			if !strings.Contains(v.acks.failure, "queue") && !strings.Contains(v.acks.failure, "disk") {
				t.Errorf("%s: the error does not name the queue: %s", v.fault, v.acks.failure)
			}
		case v.acks.steps != len(lab.states)-1:
			t.Errorf("%s: the child ended after %d steps and said nothing", v.fault, v.acks.steps)
		}
	}
	if failed < len(faults)/2 {
		t.Errorf("only %d of %d faults were noticed by anybody", failed, len(faults))
	}
}
