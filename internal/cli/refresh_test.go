package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conviso-importer/internal/printout"
)

// TestRefreshKeeps checks that refresh, which is there to keep what it reads, fails before it reads
// anything where it cannot.
func TestRefreshKeeps(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(t *testing.T)
		says    string // empty where the lists are kept
	}{
		"a folder": {func(*testing.T) {}, ""},
		"no folder": {func(t *testing.T) {
			t.Setenv("CONVISO_CACHE_DIR", "")
			t.Setenv("HOME", "")
		}, "refresh could not keep it: there is no folder for the cache; set CONVISO_CACHE_DIR"},
		"a service's folder": {func(t *testing.T) {
			t.Setenv("CONVISO_CACHE_DIR", "")
			t.Setenv("HOME", "")
			t.Setenv("CACHE_DIRECTORY", t.TempDir()+":/nowhere")
		}, ""},
		"a file in its place": {func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file")
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			t.Setenv("CONVISO_CACHE_DIR", path)
		}, "is not a folder"},
		"a folder for everybody": {func(t *testing.T) {
			dir := t.TempDir()
			if err := os.Chmod(dir, 0o777); err != nil {
				t.Fatal(err)
			}
			t.Setenv("CONVISO_CACHE_DIR", dir)
		}, "chmod 700"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			t.Setenv("CONVISO_COMPANY_ID", "1042")
			t.Setenv("XDG_CACHE_HOME", "")
			c.prepare(t)
			requests := len(b.Catalog.Requests())
			if c.says == "" {
				b.want(exitDone, nil, "refresh")
				var items []printout.Item
				b.want(exitDone, &items, "list", "--offline", "-o", "json")
				if len(items) == 0 {
					t.Error("nothing was kept")
				}
				return
			}
			code, out, errs := b.run("refresh")
			if code != exitUsage || out != "" || !strings.Contains(errs, c.says) || strings.Count(errs, c.says) != 1 {
				t.Errorf("exit %d, %q: %s", code, out, errs)
			}
			if n := len(b.Catalog.Requests()) - requests; n > 0 {
				t.Errorf("%d requests went out", n)
			}
		})
	}
}
