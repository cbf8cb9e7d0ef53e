package e2e

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestFilesOfOthers protects the user's other files, the key and the wait of a cron job: what others have put
// in the program's way, and what never ends, is one sentence and exit code 2 within a second.
func TestFilesOfOthers(t *testing.T) {
	t.Parallel()
	const text = "conviso: {environment: local, apiBase: 'http://127.0.0.1:1'}\n"
	for name, c := range map[string]struct {
		// arrange gets a file in the state folder, one of the user's configuration and a file elsewhere.
		arrange func(log, config, other string) error
		env     string
		args    []string
		says    string
	}{
		"log as a link": {func(log, _, other string) error { return os.Symlink(other, log) }, "", []string{"--debug"}, "is not a regular file"},
		"log as a pipe": {func(log, _, _ string) error { return syscall.Mkfifo(log, 0o600) }, "", []string{"--debug"}, "is not a regular file"},
		"somebody's log": {func(log, _, _ string) error {
			return errors.Join(os.WriteFile(log, nil, 0o600), os.Lchown(log, 12345, -1))
		}, "", []string{"--debug"}, "belongs to user 12345"},
		"open configuration":   {func(_, config, _ string) error { return os.Chmod(config, 0o666) }, "", nil, "run chmod go-w"},
		"open folder":          {func(_, config, _ string) error { return os.Chmod(filepath.Dir(config), 0o777) }, "", nil, "run chmod go-w"},
		"endless certificates": {nil, "CONVISO_CA_FILE=/dev/zero", nil, "is larger than 16 MiB"},
		"endless key":          {nil, "CONVISO_API_KEY_FILE=/dev/zero", nil, "it is too large"},
		"endless plan":         {nil, "", []string{"--plan", "/dev/zero"}, "is too large for a plan file"},
		"endless config":       {nil, "", []string{"--config", "/dev/zero"}, "is larger than 1 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 0)
			log, config, other := filepath.Join(w.dir, "state", "debug.log"), filepath.Join(w.dir, ".config", "conviso-importer", "app-config.yaml"), filepath.Join(w.dir, ".bashrc")
			for path, doc := range map[string]string{log: "", config: text, other: "before\n"} {
				if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(doc), 0o600)); err != nil {
					t.Fatal(err)
				}
			}
			_ = os.Remove(log)
			if c.arrange != nil {
				err := c.arrange(log, config, other)
				if errors.Is(err, os.ErrPermission) {
					t.Skip("only root can give a file away")
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			command := "list"
			if slices.Contains(c.args, "--plan") {
				command = "import"
			}
			cmd := w.command(append([]string{command}, c.args...)...)
			if c.env != "" {
				cmd.Env = environment(w.dir, append(w.env(), c.env)...)
			}
			if strings.HasPrefix(c.env, "CONVISO_API_KEY_FILE") {
				cmd.Env = append(cmd.Env, "CONVISO_API_KEY=")
			}
			began := time.Now()
			said, _ := cmd.CombinedOutput()
			took := time.Since(began)
			t.Logf("exit %d after %d ms: %s", cmd.ProcessState.ExitCode(), took.Milliseconds(), said)
			if cmd.ProcessState.ExitCode() != 2 || took > time.Second || !strings.Contains(string(said), c.says) || strings.Count(string(said), "\n") != 1 {
				t.Errorf("exit %d after %s, want 2 and %q: %s", cmd.ProcessState.ExitCode(), took, c.says, said)
			}
			if doc, err := os.ReadFile(other); err != nil || string(doc) != "before\n" {
				t.Errorf("the other file holds %q, %v", doc, err)
			}
		})
	}
}
