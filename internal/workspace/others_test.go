//go:build unix

package workspace

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"conviso-importer/conviso"
)

// TestMemoryOfOthers checks that a link or a pipe in place of the small files is neither read, written nor
// waited for.
func TestMemoryOfOthers(t *testing.T) {
	dir, other := t.TempDir(), filepath.Join(t.TempDir(), "other")
	const doc = `{"here": {"id": "22"}}`
	if err := os.WriteFile(other, []byte(doc), 0o600); err != nil {
		t.Fatal(err)
	}
	m, filters := memory{path: filepath.Join(dir, "companies.json"), key: "here"}, OpenFilters(dir)
	if err := errors.Join(os.Symlink(other, m.path), syscall.Mkfifo(filters.path, 0o600)); err != nil {
		t.Fatal(err)
	}
	if got, ok := m.company(); ok {
		t.Errorf("%+v was read through a link", got)
	}
	if got := filters.Read(); got != nil {
		t.Errorf("%q was read from a pipe", got)
	}
	m.keep(remembered{Company: conviso.Company{ID: "7"}})
	filters.Keep("payments")
	if text, err := os.ReadFile(other); err != nil || string(text) != doc {
		t.Errorf("the other file holds %q, %v", text, err)
	}
	if got, _ := m.company(); got.ID != "7" || !slices.Equal(filters.Read(), []string{"payments"}) {
		t.Errorf("kept are %+v and %q", got, filters.Read())
	}
}
