package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// on runs a command line on a machine of that id.
func (b *bench) on(machine string, args ...string) (code int, errs string) {
	b.t.Helper()
	file := filepath.Join(b.t.TempDir(), "machine-id")
	if err := os.WriteFile(file, []byte(strings.Repeat(machine, 32)+"\n"), 0o600); err != nil {
		b.t.Fatal(err)
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = null.Close() }()
	var stdout, stderr bytes.Buffer
	code = (&app{in: null, out: &stdout, err: &stderr, machineID: file}).run(b.t.Context(), args)
	return code, stderr.String()
}

// TestCopiedQueue protects unattended runs from a state folder that was copied: what reads says so and works, what
// sends ends with 2 and what to do, and once it is adopted everything goes on.
func TestCopiedQueue(t *testing.T) {
	const says, next = "this queue was copied from ", "conviso-importer resume --adopt-queue"
	b := newBench(t)
	if code, errs := b.on("a", "import", "component:default/payment-fees"); code != exitDone {
		t.Fatalf("the first machine: exit %d\n%s", code, errs)
	}
	sent := b.Platform.Imports().Mutations
	for _, c := range []struct {
		args []string
		code int
	}{
		{[]string{"list"}, exitDone}, {[]string{"refresh"}, exitDone}, {[]string{"import", "--all-new", "--dry-run"}, exitDone},
		{[]string{"import", "--all-new"}, exitUsage}, {[]string{"resume"}, exitUsage},
	} {
		code, errs := b.on("b", c.args...)
		if code != c.code || strings.Count(errs, says) != 1 || strings.Count(errs, next) != 1 {
			t.Errorf("%v: exit %d\n%s", c.args, code, errs)
		}
	}
	if n := b.Platform.Imports().Mutations; n != sent {
		t.Errorf("%d were sent from the copy", n-sent)
	}
	if code, errs := b.on("b", "resume", "--adopt-queue"); code != exitDone || !strings.Contains(errs, "the queue is adopted") {
		t.Errorf("adopting: exit %d\n%s", code, errs)
	}
	for _, machine := range []string{"a", "b"} {
		if code, errs := b.on(machine, "resume", "--adopt-queue"); code != exitDone || strings.Contains(errs, "adopted") || strings.Contains(errs, says) {
			t.Errorf("machine %s, once more: exit %d\n%s", machine, code, errs)
		}
	}
}
