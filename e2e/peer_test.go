package e2e

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// answer is a whole answer to an import, in place of the platform's own; the work is done.
func answer(success bool, count int) faulty.Fault {
	f := faulty.JSON(200, fmt.Sprintf(`{"data":{"importAssetToIntegration":{"success":%t,"importedCount":%d,"errors":null}}}`, success, count))
	f.After = true
	return f
}

// on meets the requests of one operation with a fault.
func on(operation string, f faulty.Fault) func(faulty.Request) faulty.Fault {
	return func(r faulty.Request) faulty.Fault {
		if r.Operation == operation {
			return f
		}
		return faulty.Fault{}
	}
}

// of returns the state and the error of an entity in an import's report.
func (r *summary) of(name string) (state, failure string) {
	for _, item := range r.Items {
		if item.Name == name {
			return item.State, item.Error
		}
	}
	return "", ""
}

// TestSaysNoWithoutReasons protects from an answer that says no and nothing else.
func TestSaysNoWithoutReasons(t *testing.T) {
	t.Parallel()
	s := newSite(t, 3, demo.PlatformOptions{Reject: func(demo.Project) string { return "no" }})
	s.platform.Fail(on(importing, answer(false, 0)))
	var r summary
	s.person(t, "CONVISO_SETTLE=1s").want(3, &r, "import", "--all-new", "-o", "json")
	if state, failure := r.of("svc-0001"); r.Failed != 3 || state != "failed" || !strings.Contains(failure, "no reason") {
		t.Errorf("%s: %s, %+v", state, failure, r)
	}
}

// TestUnreadAssetsImportNothing protects from sending everything again when the platform's
// list cannot be read, and from taking an error for "there is no integration"; and a refresh
// that failed never says that it read anything.
func TestUnreadAssetsImportNothing(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"assets", "backstageIntegration"} {
		s := newSite(t, 5, demo.PlatformOptions{})
		s.platform.Fail(on(operation, faulty.JSON(200, `{"data":null,"errors":[{"message":"the database is gone"}]}`)))
		p := s.person(t)
		for range 2 {
			code, _, errs := p.run("import", "--all-new")
			if code == 0 || sentence(errs, "the database is gone") == "" {
				t.Errorf("%s: exit %d\n%s", operation, code, errs)
			}
		}
		if code, out, errs := p.run("refresh"); operation == "assets" && (code == 0 || out != "" || errs == "") {
			t.Errorf("refresh: exit %d\n%s%s", code, out, errs)
		}
		if n := s.platform.Imports().Mutations; n != 0 {
			t.Errorf("%s: %d mutations were sent", operation, n)
		}
	}
}

// TestOneBadPage protects a read of the platform's list from a single failure.
func TestOneBadPage(t *testing.T) {
	t.Parallel()
	s := newSite(t, 5, demo.PlatformOptions{PageCap: 10})
	for i := range 45 {
		s.platform.AddAssets("1042", demo.Asset{Name: fmt.Sprintf("other-%d", i)})
	}
	s.platform.Fail(faulty.First(1, func(r faulty.Request) bool {
		return r.Operation == "assets" && strings.Contains(string(r.Body), `"page":3`)
	}, faulty.HTML(502)))
	var r struct{ Assets int }
	s.person(t).want(0, &r, "refresh", "-o", "json")
	if r.Assets != 45 {
		t.Errorf("%d assets", r.Assets)
	}
}

// TestCacheFolder protects CONVISO_CACHE_DIR: the cache is there, and nowhere in the home.
func TestCacheFolder(t *testing.T) {
	t.Parallel()
	s := newSite(t, 5, demo.PlatformOptions{})
	dir := t.TempDir()
	p := s.person(t, "CONVISO_CACHE_DIR="+dir)
	p.want(0, nil, "refresh")
	if found, err := os.ReadDir(dir); err != nil || len(found) == 0 {
		t.Errorf("the cache's folder holds %v, %v", found, err)
	}
	if _, err := os.Stat(filepath.Join(p.home, ".cache")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the home has a cache as well: %v", err)
	}
	var items []struct{ Ref string }
	p.want(0, &items, "list", "--offline", "-o", "json")
	if len(items) != 5 {
		t.Errorf("%d entities are cached", len(items))
	}
}
