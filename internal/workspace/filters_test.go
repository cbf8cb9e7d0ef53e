package workspace

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"conviso-importer/internal/safetext"
)

// TestFiltersAreKept checks order, duplicates, limits, mode and concurrent writers.
func TestFiltersAreKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	m := OpenFilters(dir)
	if got := m.Read(); got != nil {
		t.Errorf("without a file there is %q", got)
	}
	for _, filter := range []string{"pay", "owner:team-pay", " pay ", "x\x1b[2J\ny", ""} {
		m.Keep(filter)
	}
	want := []string{"owner:team-pay", "pay"}
	got := OpenFilters(dir).Read()
	if len(got) < 3 || !slices.Equal(got[:2], want) || strings.ContainsAny(strings.Join(got, ""), "\x1b\n") {
		t.Errorf("kept are %q", got)
	}
	info, err := os.Stat(filepath.Join(dir, "filters"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info, err)
	}
	var writers sync.WaitGroup
	for i := range 4 {
		other := OpenFilters(dir)
		writers.Go(func() {
			for j := range 50 {
				other.Keep(fmt.Sprintf("filter %d %d", i, j))
				if len(other.Read()) == 0 {
					t.Error("the file is not whole")
				}
			}
		})
	}
	writers.Wait()
	for i := range keptFilters + 5 {
		m.Keep(fmt.Sprint("late ", i))
	}
	if got := m.Read(); len(got) != keptFilters || got[0] != "late 5" {
		t.Errorf("%d are kept, from %q on", len(got), got[0])
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("the folder holds %v, %v", left, err)
	}
}

func TestFiltersNeedNoDisk(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, m := range []*Filters{OpenFilters(""), OpenFilters(file), {path: t.TempDir()}} {
		m.Keep("pay")
		if got := m.Read(); len(got) > 0 {
			t.Errorf("%q holds %q", m.path, got)
		}
	}
}

// FuzzFilters checks that any file gives few, printable lines, stable when read again.
func FuzzFilters(f *testing.F) {
	f.Add("pay\nowner:team-pay\n\npay")
	f.Add("a\x1b[2J\r\nb\x00\xff")
	f.Fuzz(func(t *testing.T, doc string) {
		filters := parseFilters(doc)
		if len(filters) > keptFilters {
			t.Fatalf("%d filters", len(filters))
		}
		for _, filter := range filters {
			if filter == "" || filter != safetext.Line(filter) || strings.Contains(filter, "\n") {
				t.Errorf("%q is not safe", filter)
			}
		}
		if again := parseFilters(strings.Join(filters, "\n")); !slices.Equal(again, filters) {
			t.Errorf("%q becomes %q", filters, again)
		}
	})
}
