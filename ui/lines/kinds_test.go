package lines

import (
	"strings"
	"testing"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
)

// lacks fails if the text holds one of the others.
func lacks(t *testing.T, text string, others ...string) {
	t.Helper()
	for _, other := range others {
		if strings.Contains(text, other) {
			t.Errorf("%q is said in\n%s", other, text)
		}
	}
}

// TestFailedOfAnotherKind protects who looks at other kinds while an import runs: what fails of it is
// neither marked nor tried again, and is not said to be gone from the catalog.
func TestFailedOfAnotherKind(t *testing.T) {
	f := mixed()
	f.refuse["payment-portal"] = "tags has invalid value"
	f.holdDrain = true
	within(t, f, nil, func(s *script) {
		s.write("4")
		s.write("i")
		s.write("yes")
		s.write("kind api")
		close(f.release)
		s.write("wait", "0 imported, 1 failed")
		lacks(t, s.write("l", "1  new        pix-api"), "gone from the catalog", "marked")
		s.write("R", "1 entity that failed is not on the list now (kind component).")
		if f.submits != 1 {
			t.Errorf("%d submits", f.submits)
		}
		s.write("kind component")
		s.write("1 2")
		s.write("A")
		s.write("kind api")
		s.write("z", "2 cannot be marked now")
		s.write("kind component")
		s.write("R", "Review: 1 entity to")
	})
}

// TestPartOfTheCatalog protects what an incomplete list does not have: it may still be in the
// catalog, so that it is neither gone nor hidden by the filter.
func TestPartOfTheCatalog(t *testing.T) {
	f := bank()
	f.part = 3
	f.refuse["payment-portal"] = "tags has invalid value"
	f.queued = []importer.Item{{Ref: f.entities[3].Ref, State: importer.Queued}}
	within(t, f, nil, func(s *script) {
		s.says("rows 1 to 3 of 3")
		s.write("resume", "1 failed")
		lacks(t, s.write("l", "1 marked."), "not on this list", "gone from the catalog")
		lacks(t, s.write("i", "Review: 1 entity to"), "not on the list")
		s.write("no")
		f.mu.Lock()
		f.part, f.entities = 0, append([]catalog.Entity{}, f.entities[:3]...)
		f.mu.Unlock()
		s.write("r", "1 marked entity is gone from the catalog and unmarked.")
	})
}
