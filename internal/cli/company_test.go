package cli

import (
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"conviso-importer/conviso"
)

// TestMemoryIsShared protects the remembered company from processes that start at the same
// time: whoever reads meanwhile finds a whole file, and nothing else is left in the folder.
func TestMemoryIsShared(t *testing.T) {
	m := memory{path: filepath.Join(t.TempDir(), "companies.json"), key: "here"}
	m.keep(conviso.Company{ID: "1", Label: "Acme"})
	var writers sync.WaitGroup
	for i := range 4 {
		writers.Go(func() {
			for range 50 {
				memory{path: m.path, key: "k" + strconv.Itoa(i)}.keep(conviso.Company{ID: "2", Label: "Other"})
				if len(m.read()) == 0 {
					t.Error("the file is not whole")
				}
			}
		})
	}
	writers.Wait()
	left, err := os.ReadDir(filepath.Dir(m.path))
	if err != nil || len(left) != 1 {
		t.Errorf("the folder holds %v, %v", left, err)
	}
}
