package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDebugLog protects the file that people send when they report a fault: each line is JSON,
// the requests are in it, its owner alone reads it, and no secret, header or body is in it.
func TestDebugLog(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	usual := filepath.Join(w.dir, "state", "debug.log")
	named := filepath.Join(w.dir, "named.log")
	if err := os.WriteFile(named, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		path string
		code int
		want []string
	}{
		{[]string{"list", "-o", "name", "--debug"}, usual, 0, []string{`"path":"/graphql"`, `"path":"/api/catalog/entities/by-query"`, `"exit":0`}},
		{[]string{"import", "component:default/nowhere", "--debug", "--log-file", named}, named, 2, []string{`"level":"DEBUG"`, `"exit":2`, "nowhere"}},
		{[]string{"--log-file", named, "refresh"}, named, 0, []string{`"command":"conviso-importer refresh"`}},
	} {
		cmd := w.command(c.args...)
		var out, errs strings.Builder
		cmd.Stdout, cmd.Stderr = &out, &errs
		_ = cmd.Run()
		if code := cmd.ProcessState.ExitCode(); code != c.code {
			t.Errorf("%v: exit %d\n%s", c.args, code, errs.String())
		}
		if told := strings.Contains(errs.String(), "the log is in "+usual); told != (c.path == usual) || strings.Contains(out.String()+errs.String(), `"msg"`) {
			t.Errorf("%v says\n%s%s", c.args, out.String(), errs.String())
		}
		info, err := os.Stat(c.path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("%v, %v", info, err)
		}
		text, err := os.ReadFile(c.path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if !json.Valid([]byte(line)) {
				t.Errorf("no JSON: %q", line)
			}
		}
		for _, want := range c.want {
			if !strings.Contains(string(text), want) {
				t.Errorf("%v: %q is not in\n%s", c.args, want, text)
			}
		}
		for _, secret := range []string{w.Token.Reveal(), w.Key.Reveal(), "Bearer", "X-API-Key", "filter=", "mutation"} {
			if strings.Contains(string(text), secret) {
				t.Errorf("%v: %q is in\n%s", c.args, secret, text)
			}
		}
	}
	cmd := w.command("list", "--log-file", filepath.Join(w.dir, "no", "such", "folder"))
	if out, err := cmd.CombinedOutput(); err == nil || cmd.ProcessState.ExitCode() != 2 || !strings.Contains(string(out), "--log-file") {
		t.Errorf("a file that cannot be written: %v, %s", err, out)
	}
}
