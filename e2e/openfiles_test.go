package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"conviso-importer/internal/openfiles"
)

// TestOpenFiles protects whoever starts the program where it may open few files: one sentence names the limit
// before anything has begun, in place of a stack trace or of an import that breaks off. At the least that is
// asked for an import goes through.
func TestOpenFiles(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	// Whoever starts it may leave files of their own open.
	run := func(limit, inherited int, args ...string) (int, string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "sh", append([]string{"-c", fmt.Sprintf(`ulimit -n %d; exec "$0" "$@"`, limit), binary}, args...)...)
		cmd.Env = environment(w.dir, w.env()...)
		for range inherited {
			cmd.ExtraFiles = append(cmd.ExtraFiles, null)
		}
		said, _ := cmd.CombinedOutput()
		return cmd.ProcessState.ExitCode(), string(said)
	}
	for limit := 3; limit <= 40; limit++ {
		want := fmt.Sprintf("of the %d files that this program may have open at once (ulimit -n)", limit)
		code, said := run(limit, 0, "import", "--all-new")
		if code != 2 || !strings.Contains(said, want) || strings.Count(said, "\n") != 1 {
			t.Errorf("import with %d: exit %d: %.500s", limit, code, said)
		}
		if limit == 16 {
			t.Logf("%s", said)
		}
		code, said = run(limit, 0, "version")
		// The runtime has some files of its own.
		if refused := strings.Contains(said, want); refused != (code == 2) || !refused && code != 0 || limit < 3+openfiles.Least && !refused || strings.Count(said, "\n") != 1 {
			t.Errorf("version with %d: exit %d: %.500s", limit, code, said)
		}
	}
	for inherited := 5; inherited <= 60; inherited++ {
		if code, said := run(64, inherited, "list"); code != 2 || !strings.Contains(said, "of the 64 files") || strings.Count(said, "\n") != 1 {
			t.Errorf("list with 64 of which %d are taken: exit %d: %.500s", inherited, code, said)
		}
	}
	if sent := w.Platform.Imports().Mutations; sent != 0 {
		t.Errorf("%d mutations were sent", sent)
	}
	if code, said := run(80, 0, "import", "--all-new"); code != 0 {
		t.Errorf("import with 80: exit %d: %s", code, said)
	}
}
