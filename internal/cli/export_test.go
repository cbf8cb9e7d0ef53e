package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conviso-importer/internal/printout"
)

// TestExport checks that an export is private, complete and overwrites nothing.
func TestExport(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("HOME", filepath.Join(dir, "home"))
	if err := os.Mkdir("home", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("taken.csv", []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", "link.csv"); err != nil {
		t.Fatal(err)
	}
	items := []printout.Item{{Ref: "component:default/a", Name: "a", Tags: []string{}, Status: "new"}}
	for name, c := range map[string]struct{ path, err string }{
		"a.csv":        {path: "a.csv"},
		"b.JSON":       {path: "b.JSON"},
		"~/c.json":     {path: "home/c.json"},
		"taken.csv":    {err: "a file of this name exists already and was left as it is: "},
		"link.csv":     {err: "exists already and was left as it is: "},
		"d.txt":        {err: "nothing was written: d.txt ends neither in .csv nor in .json"},
		"e":            {err: "nothing was written: e ends neither"},
		"no/where.csv": {err: "no/where.csv: no such file or directory"},
	} {
		path, err := export(name, items)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) || strings.Contains(err.Error(), ".part") {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || path != filepath.Join(dir, c.path) {
			t.Errorf("%s: %q, %v", name, path, err)
			continue
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
		text, err := os.ReadFile(path)
		if err != nil || strings.HasSuffix(name, ".csv") != strings.HasPrefix(string(text), "ref,kind,") || strings.HasSuffix(strings.ToLower(name), ".json") != json.Valid(text) {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
	if text, err := os.ReadFile("taken.csv"); err != nil || string(text) != "mine" {
		t.Errorf("the file that existed is %q, %v", text, err)
	}
	if left, _ := filepath.Glob(".*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
