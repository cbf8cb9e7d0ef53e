package sqlite

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"conviso-importer/conviso/importer/queue"

	"conviso-importer/conviso/importer/queue/queuetest"
)

// startAdding starts a process that adds count items to the queue in dir.
func startAdding(t *testing.T, dir, prefix string, count int) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = childEnv("add", dir, count, prefix)
	out := new(bytes.Buffer)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, out
}

// raced reports whether the tests run with the race detector.
func raced() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// TestFourProcessesAdd protects a queue that several programs write to at once: none is
// turned away because another one writes, and nothing of either is lost.
func TestFourProcessesAdd(t *testing.T) {
	processes, perProcess := 4, 500
	if raced() {
		perProcess = 125 // The race detector sees none of the processes' meetings and makes each ten times as slow.
	}
	dir, began := t.TempDir(), time.Now()
	type child struct {
		cmd *exec.Cmd
		out *bytes.Buffer
	}
	var children []child
	for i := range processes {
		// The file itself is made by whichever comes first.
		cmd, out := startAdding(t, dir, fmt.Sprintf("p%d", i), perProcess)
		children = append(children, child{cmd, out})
	}
	for i, c := range children {
		if err := c.cmd.Wait(); err != nil {
			t.Errorf("process %d: %v: %s", i, err, c.out)
		}
	}
	q, err := Open(dir, "queue", "one")
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	items, _, err := q.Changed(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	found, seqs := byRef(items), map[int64]bool{}
	for _, item := range items {
		seqs[item.Seq] = true
		if item.State != queue.Queued {
			t.Errorf("%s is %s: %s", item.Ref, item.State, item.Error)
		}
	}
	for i := range processes {
		for _, e := range queuetest.Entries(fmt.Sprintf("p%d", i), perProcess) {
			if found[e.Ref].Project.Name != e.Project.Name {
				t.Errorf("%s is lost", e.Ref)
			}
		}
	}
	if len(seqs) != processes*perProcess {
		t.Errorf("%d change numbers for %d items", len(seqs), processes*perProcess)
	}
	t.Logf("%d items by %d processes in %s", len(items), processes, time.Since(began).Round(time.Millisecond))
}

// TestLookBesideProcesses protects a queue whose file is opened and closed by its own
// process beside the queue, as every second handle and every look at its head does. The
// kernel then takes the process's locks on the file away. Another process that comes and
// goes must not take itself for the last one and remove the log that this one writes to.
func TestLookBesideProcesses(t *testing.T) {
	dir := t.TempDir()
	q, err := Open(dir, "queue", "one")
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	want := 0
	for round := range 2 {
		if file, err := os.Open(filepath.Join(dir, "queue.db")); err != nil || file.Close() != nil {
			t.Fatal(err)
		}
		cmd, out := startAdding(t, dir, fmt.Sprintf("other%d", round), 40)
		if err := cmd.Wait(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		if n, err := q.Add(t.Context(), queuetest.Entries(fmt.Sprintf("own%d", round), 5), scriptTime()); err != nil || n != 5 {
			t.Errorf("%d were added, %v", n, err)
		}
		want += 45
	}
	if err := q.Close(); err != nil {
		t.Error(err)
	}
	if got := strings.Count(dumpQueue(t, dir), `"State":"queued"`); got != want {
		t.Errorf("%d items are left of %d", got, want)
	}
}
