//go:build linux

package sqlite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"conviso-importer/conviso/importer/queue"

	"conviso-importer/conviso/importer/queue/queuetest"
)

// diskCalls are the system calls through which a queue reaches the disk. Not every machine
// has all of them, so each is optional to strace.
const diskCalls = "?open,?openat,?pwrite64,?pwritev,?fsync,?fdatasync,?ftruncate,?fallocate,?unlink,?unlinkat," +
	"?rename,?renameat,?renameat2,?mkdir,?mkdirat,?link,?linkat"

// fault is something that happens to a child at its n-th call of a kind.
type fault struct {
	// session is what the child has before it and does.
	session *session
	call    string
	n       int
	// how is what strace does then, e.g. signal=KILL; all says that it does so at every
	// later call too.
	how string
	all bool
}

func (f fault) String() string {
	return fmt.Sprintf("%s at %s %d after step %d", f.how, f.call, f.n, f.session.first)
}

func (f fault) injection() string {
	when := fmt.Sprintf("inject=%s:%s:when=%d", f.call, f.how, f.n)
	if f.all {
		return when + "+"
	}
	return when
}

// session is a part of the script in which the queue is opened once. A process that opens the
// queue knows of the steps before only what is in the folder, so a child that has a fault ahead
// of it begins with the session in which that is, on a copy of the folder as it was then.
type session struct {
	first, last int
	files       map[string][]byte
	// calls are how often an undisturbed child makes each call.
	calls map[string]int
}

// faultLab runs the script's child under strace and knows what must be left of it.
type faultLab struct {
	// states are the queue's contents after each step.
	states   []string
	sessions []*session
}

// newFaultLab is for the first steps of the script. It skips the test where strace is not
// there or may not trace.
func newFaultLab(t *testing.T, steps int) *faultLab {
	t.Helper()
	path, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed; install it to prove what a kill in the middle of a write leaves")
	}
	if out, err := exec.CommandContext(t.Context(), path, "-o", os.DevNull, "-e", "trace=?pwrite64", "true").CombinedOutput(); err != nil {
		t.Skipf("strace may not trace a process here: %v: %s", err, bytes.TrimSpace(out))
	}
	lab := &faultLab{states: scriptStates(t, steps)}
	dir, first := queuetest.MemoryDir(t), 0
	for _, all := range scriptSessions() {
		one := &session{first: first, last: min(first+len(all), steps)}
		if one.first >= one.last {
			break
		}
		lab.rehearse(t, dir, one)
		lab.sessions, first = append(lab.sessions, one), one.last
	}
	return lab
}

// rehearse does a session undisturbed in a folder where those before it have been done.
func (lab *faultLab) rehearse(t *testing.T, dir string, one *session) {
	t.Helper()
	one.files, one.calls = readFolder(t, filepath.Join(dir, "state")), map[string]int{}
	log := filepath.Join(dir, "log")
	if out, err := lab.start(t, dir, one.first, one.last, "-o", log, "-e", "trace="+diskCalls); err != nil {
		t.Fatalf("an undisturbed child: %v: %s", err, out)
	}
	doc, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(doc)) {
		if call, _, ok := strings.Cut(line, "("); ok {
			one.calls[call]++
		}
	}
	a, err := readAcks(filepath.Join(dir, "ack"))
	if err != nil || a.steps != one.last || one.calls["pwrite64"] == 0 {
		t.Fatalf("an undisturbed child made %v and acknowledged %+v, %v", one.calls, a, err)
	}
}

// readFolder is what the files of a folder hold; there may be no folder yet.
func readFolder(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if files[entry.Name()], err = os.ReadFile(filepath.Join(dir, entry.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// writeFolder makes a folder with these files, or none where there are no files.
func writeFolder(t *testing.T, dir string, files map[string][]byte) {
	t.Helper()
	if len(files) == 0 {
		return
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// faults are one fault for every call of the named kinds that an undisturbed child makes; no
// name means every kind.
func (lab *faultLab) faults(how string, all bool, calls ...string) []fault {
	var out []fault
	for _, one := range lab.sessions {
		names := calls
		if len(names) == 0 {
			names = slices.Sorted(maps.Keys(one.calls))
		}
		for _, call := range names {
			for n := range one.calls[call] {
				out = append(out, fault{session: one, call: call, n: n + 1, how: how, all: all})
			}
		}
	}
	return out
}

// start runs a child under strace through the steps from first to last.
func (lab *faultLab) start(t *testing.T, dir string, first, last int, args ...string) (string, error) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "strace", append(append([]string{"-qq"}, args...), self)...)
	// The collector's and the scheduler's own signals only cost time under strace.
	cmd.Env = append(childEnv("script", filepath.Join(dir, "state"), last, filepath.Join(dir, "ack")),
		fmt.Sprintf("%s=%d", childDone, first), "GODEBUG=asyncpreemptoff=1", "GOGC=off")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// aftermath is what a run left.
type aftermath struct {
	fault fault
	acks  acks
	// applied reports that the step in progress, which nobody acknowledged, is on disk.
	applied bool
	// lost is empty where everything is as it was promised.
	lost string
}

// check runs a child into a fault and compares what is left with what it acknowledged: all
// of that, and the step in progress either as a whole or not at all.
func (lab *faultLab) check(t *testing.T, f fault) (v aftermath) {
	t.Helper()
	v.fault = f
	dir := queuetest.MemoryDir(t)
	state := filepath.Join(dir, "state")
	writeFolder(t, state, f.session.files)
	// Whatever does not end the child is let go on through the sessions after.
	out, err := lab.start(t, dir, f.session.first, len(lab.states)-1, "-o", os.DevNull, "-e", "trace="+f.call, "-e", f.injection())
	if killed := f.how == "signal=KILL"; killed && (err == nil || err.Error() != "signal: killed") || !killed && err != nil {
		t.Errorf("%s: the child ended with %v: %s", f, err, out)
	}
	if v.acks, err = readAcks(filepath.Join(dir, "ack")); err != nil {
		t.Fatal(err)
	}
	v.acks.steps += f.session.first
	got, probed := withoutProbe(dumpQueue(t, state))
	if v.acks.probed && !probed {
		v.lost = "an entry that was added after an error is gone"
		return v
	}
	now, next := lab.states[v.acks.steps], lab.states[min(v.acks.steps+1, len(lab.states)-1)]
	switch {
	case got == now:
	case got == next:
		v.applied = true
	default:
		v.lost = fmt.Sprintf("after %d acknowledged steps the queue holds\n%swant\n%s", v.acks.steps, got, now)
		return v
	}
	checkUsable(t, state)
	return v
}

// withoutProbe takes the child's last entry out of a dump.
func withoutProbe(dump string) (string, bool) {
	var b strings.Builder
	found := false
	for line := range strings.Lines(dump) {
		if strings.Contains(line, `"`+string(probe)+`"`) {
			found = true
			continue
		}
		b.WriteString(line)
	}
	return b.String(), found
}

// checkUsable does what the next runner does with a queue that was left: what was on its way
// becomes lost, nothing of that is claimed, and new entries are taken.
func checkUsable(t *testing.T, dir string) {
	t.Helper()
	q, err := Open(dir, "queue", "one")
	if err != nil {
		t.Error(err)
		return
	}
	defer q.Close()
	before, err := q.Pending(t.Context())
	if err != nil {
		t.Error(err)
	}
	sending := map[string]bool{}
	for _, item := range before {
		if item.State == queue.Sending {
			sending[item.Instance+string(item.Ref)] = true
		}
	}
	if n, err := q.Recover(t.Context()); err != nil || n != len(sending) {
		t.Errorf("%d items were recovered, %v, want %d", n, err, len(sending))
	}
	after, err := q.Pending(t.Context())
	if err != nil || len(after) != len(before) {
		t.Errorf("%d items are pending after the recovery, %v, want %d", len(after), err, len(before))
	}
	for _, item := range after {
		if item.State == queue.Sending || sending[item.Instance+string(item.Ref)] && !item.Lost {
			t.Errorf("%s is %s after the recovery", item.Ref, item.State)
		}
	}
	if n, err := q.Add(t.Context(), queuetest.Entries("afterwards", 3), scriptTime()); err != nil || n != 3 {
		t.Errorf("%d of 3 entries were added afterwards: %v", n, err)
	}
	if note := q.Note(); note != "" {
		t.Errorf("what a process left is taken for damage: %s", note)
	}
	if aside, err := filepath.Glob(filepath.Join(dir, "*.corrupt*")); err != nil || len(aside) > 0 {
		t.Errorf("what a process left was set aside as damage: %v, %v", aside, err)
	}
	claimed, err := q.Claim(t.Context(), queue.BatchSize, scriptTime(), time.Time{})
	if err != nil || len(claimed) == 0 {
		t.Errorf("%d items were claimed afterwards, %v", len(claimed), err)
	}
	for _, item := range claimed {
		if sending[item.Instance+string(item.Ref)] {
			t.Errorf("%s was on its way and is claimed again", item.Ref)
		}
	}
}

// checkAll checks faults, two at a time, and sums up.
func (lab *faultLab) checkAll(t *testing.T, faults []fault) []aftermath {
	t.Helper()
	began, ends := time.Now(), make([]aftermath, len(faults))
	var group sync.WaitGroup
	for worker := range 2 {
		group.Go(func() {
			for i := worker; i < len(faults) && t.Context().Err() == nil; i += 2 {
				// Each run has a subtest's own folder, which goes when it ends.
				t.Run(faults[i].String(), func(t *testing.T) { ends[i] = lab.check(t, faults[i]) })
			}
		})
	}
	group.Wait()
	losses, applied, failed := 0, 0, 0
	for _, v := range ends {
		if v.lost != "" {
			losses++
			t.Errorf("%s: %s", v.fault, v.lost)
		}
		if v.applied {
			applied++
		}
		if v.acks.failed {
			failed++
		}
	}
	t.Logf("%d runs with a fault each, %d losses; %d steps in progress were on disk, %d failed with an error; %s",
		len(faults), losses, applied, failed, time.Since(began).Round(time.Millisecond))
	return ends
}

// TestKillAtWrites protects what was acknowledged from a kill in the middle of the queue's
// writing: a few kills here, every one under the tag slow.
func TestKillAtWrites(t *testing.T) {
	lab := newFaultLab(t, 14)
	var faults []fault
	for _, call := range []string{"pwrite64", "fsync", "fdatasync", "ftruncate", "unlink"} {
		all := lab.faults("signal=KILL", false, call)
		for i := 1; i <= 4 && len(all) > 4; i++ {
			faults = append(faults, all[len(all)*i/5])
		}
	}
	lab.checkAll(t, faults)
}
