//go:build slow

package e2e

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"conviso-importer/internal/demo"
)

// TestDamagedQueueGoesOn protects an import whose queue is damaged between two runs: the file
// is kept under another name, what it still holds goes on, nothing goes twice, and the user
// is told. What the file has lost is imported already, by the platform's list, or new again, or failed if its
// name could still be read.
func TestDamagedQueueGoesOn(t *testing.T) {
	const n = 60
	for name, damage := range map[string]func(*testing.T, string, int64){
		"cut in half": func(t *testing.T, path string, size int64) {
			if err := os.Truncate(path, size/2); err != nil {
				t.Fatal(err)
			}
		},
		"a hole in the middle": func(t *testing.T, path string, size int64) { overwrite(t, path, size/2, 4096) },
		"no header":            func(t *testing.T, path string, _ int64) { overwrite(t, path, 0, 100) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, n, demo.PlatformOptions{MinDelay: time.Second, MaxDelay: time.Second})
			p := s.person(t, "CONVISO_SETTLE=2s")
			p.want(0, nil, "import", "--all-new", "--no-wait")
			files, err := filepath.Glob(filepath.Join(p.home, ".local/state/conviso-importer/queue-*.db"))
			if err != nil || len(files) != 1 {
				t.Fatalf("the queue is %v, %v", files, err)
			}
			info, err := os.Stat(files[0])
			if err != nil {
				t.Fatal(err)
			}
			damage(t, files[0], info.Size())
			code, _, errs := p.run("resume")
			if told := sentence(errs, "queue", "corrupt"); code != 0 || told == "" {
				t.Errorf("exit %d\n%s", code, errs)
			} else {
				t.Log(told)
			}
			if kept, err := filepath.Glob(files[0] + "*corrupt*"); err != nil || len(kept) == 0 {
				t.Errorf("the damaged file was not kept: %v, %v", kept, err)
			}
			p.want(0, nil, "import", "--query", "status:new,failed")
			s.delivered(n)
			p.onlyImported(n)
		})
	}
}

// overwrite puts nonsense into a file.
func overwrite(t *testing.T, path string, at, size int64) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	nonsense := make([]byte, size)
	for i := range nonsense {
		nonsense[i] = byte(i*7 + 1)
	}
	if _, err := file.WriteAt(nonsense, at); err != nil {
		t.Fatal(err)
	}
}
