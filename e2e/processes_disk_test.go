package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"conviso-importer/internal/demo"
)

// mount makes a file system of its own for a test, which fills up or is read-only without
// harm to others.
func mount(t *testing.T, options string) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root may mount a file system")
	}
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "mode=0700,"+options, "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("no file system can be mounted here: %v, %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", dir).CombinedOutput(); err != nil {
			t.Errorf("%v, %s", err, out)
		}
	})
	return dir
}

// fill leaves so many bytes of room in a folder's file system.
func fill(t *testing.T, dir string, room int64) {
	t.Helper()
	file, err := os.Create(filepath.Join(dir, "ballast"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	size := int64(0)
	for block := make([]byte, 4096); err == nil; size += 4096 {
		_, err = file.Write(block)
	}
	if err := file.Truncate(size - 4096 - room); err != nil {
		t.Fatal(err)
	}
}

// TestNoPlaceForTheQueue protects users whose disk is full, whose home cannot be written or
// is missing: list works all the same and says what it lacks, import sends nothing, and says
// why and what to do.
func TestNoPlaceForTheQueue(t *testing.T) {
	for name, c := range map[string]struct {
		home func(*testing.T) string
		says string
		next string
	}{
		"no home": {func(*testing.T) string { return "" }, "there is no folder for the queue", "CONVISO_STATE_DIR"},
		"a home that is a file": {func(t *testing.T) string {
			path := filepath.Join(t.TempDir(), "home")
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			return path
		}, "not a directory", "CONVISO_STATE_DIR"},
		"a read-only home": {func(t *testing.T) string { return mount(t, "ro,mode=0700") }, "read-only file system", "CONVISO_STATE_DIR"},
		"a full disk": {func(t *testing.T) string {
			dir := mount(t, "size=1m,mode=0700")
			fill(t, dir, 0)
			return dir
		}, "full", "free some space"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, 50, demo.PlatformOptions{})
			p := s.person(t)
			p.env[0] = "HOME=" + c.home(t)
			if p.env[0] == "HOME=" {
				p.env = p.env[1:]
			}
			code, out, errs := p.run("list", "-o", "name")
			if code != 0 || strings.Count(out, "\n") != 50 || sentence(errs, "queue", c.says) == "" {
				t.Errorf("list: exit %d, %d lines\n%s", code, strings.Count(out, "\n"), errs)
			}
			for _, args := range [][]string{{"import", "--all-new", "-o", "json"}, {"resume"}} {
				code, out, errs = p.run(args...)
				if code != 2 || sentence(errs, "queue", c.says, c.next) == "" || out != "" {
					t.Errorf("%v: exit %d\n%s%s", args, code, out, errs)
				}
			}
			if sent := s.platform.Imports(); sent.Mutations != 0 {
				t.Errorf("%d mutations were sent", sent.Mutations)
			}
		})
	}
}

// TestDiskFillsUp protects an import that the disk has no room for any more: none of it is
// queued, and when there is room again all of it is.
func TestDiskFillsUp(t *testing.T) {
	t.Parallel()
	s := newSite(t, 400, demo.PlatformOptions{})
	p := s.person(t, "CONVISO_STATE_DIR="+mount(t, "size=16m,mode=0700"))
	state := strings.TrimPrefix(p.env[len(p.env)-1], "CONVISO_STATE_DIR=")
	p.want(0, nil, "import", "component:default/svc-0000")
	fill(t, state, 128<<10)
	code, out, errs := p.run("import", "--all-new", "-o", "json")
	if code != 1 || sentence(errs, "disk is full", "free some space") == "" || out != "" {
		t.Errorf("import: exit %d\n%s%s", code, out, errs)
	}
	t.Log(errs)
	s.delivered(1)
	if err := os.Remove(filepath.Join(state, "ballast")); err != nil {
		t.Fatal(err)
	}
	if states := p.states(); states["imported"] != 1 || states["new"] != 399 {
		t.Errorf("list shows %v", states)
	}
	p.want(0, nil, "import", "--all-new")
	s.delivered(400)
}
