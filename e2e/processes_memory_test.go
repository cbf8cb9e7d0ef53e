//go:build slow

package e2e

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// TestMemoryOfALargeCatalog protects small machines: with fifty thousand entities and as many
// assets the program stays under 200 MiB.
func TestMemoryOfALargeCatalog(t *testing.T) {
	const n = 50_000
	assets := make([]demo.Asset, n)
	s := siteOf(t, faulty.NewCatalog(demo.CatalogOptions{Entities: n}), faulty.NewPlatform(demo.PlatformOptions{}))
	for i, e := range s.catalog.Components() {
		assets[i] = demo.Asset{Name: e.Name, AssetType: "api", LifeCycle: "production"}
	}
	s.platform.AddAssets("1042", assets...)
	p := s.person(t)
	for _, args := range [][]string{{"refresh"}, {"list", "-o", "json"}, {"list", "--offline"}, {"import", "--all-new", "--dry-run"}} {
		run := p.start(args...)
		peak := run.peak()
		if code := p.wait(run); code != 0 {
			t.Errorf("%v: exit %d\n%s", args, code, run.errs.String())
		}
		t.Logf("%s: %d MiB, %s of processor time", strings.Join(args, " "), peak>>10, run.cmd.ProcessState.UserTime())
		if peak > 200<<10 || peak == 0 {
			t.Errorf("%v took %d KiB", args, peak)
		}
	}
}

// peak watches a process to its end and returns the most memory that it had, in KiB. What
// the kernel reports at the end counts the memory of the test as well, which started it.
func (r *process) peak() (most int) {
	for {
		select {
		case <-r.done:
			return most
		case <-time.After(2 * time.Millisecond):
		}
		status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.cmd.Process.Pid))
		if line := sentence(string(status), "VmHWM:"); line != "" {
			var now int
			_, _ = fmt.Sscanf(line, "VmHWM: %d kB", &now)
			most = max(most, now)
		}
	}
}
