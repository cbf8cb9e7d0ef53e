package lines

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
)

// lacks fails if the text contains one of the others.
func lacks(t *testing.T, text string, others ...string) {
	t.Helper()
	for _, other := range others {
		if strings.Contains(text, other) {
			t.Errorf("%q is said in\n%s", other, text)
		}
	}
}

// TestFailedOfAnotherKind: a failure of a kind not listed is not marked, retried or called gone.
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
		synctest.Wait()
		s.says("0 imported, 1 failed")
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

// TestLateIsNotUnfinished: an item accepted long ago is reported with its time and is not resumed.
func TestLateIsNotUnfinished(t *testing.T) {
	f := bank()
	late := importer.Item{Ref: f.entities[5].Ref, State: importer.Accepted, Attempts: 1,
		AddedAt: at.Add(-100 * time.Minute), SentAt: at.Add(-90 * time.Minute)}
	f.queued = []importer.Item{late}
	f.refuse["payment-portal"] = "tags has invalid value"
	within(t, f, nil, func(s *script) {
		lacks(t, s.says("1 entity was taken by Conviso at 05:10 and has not appeared; look for it there."), "Unfinished import", "resume")
		s.write("resume", "Nothing is left to send.")
		s.write("1 4")
		s.write("i")
		lacks(t, s.write("yes", "Importing 2 entities.", "Import finished: 1 imported, 1 failed in "), "not seen at Conviso")
		s.write("connection", "1 entity was taken by Conviso at 05:10 and has not appeared")
		s.write("q")
		s.gone()
		if o := s.outcome; o.Pending != 0 || o.Failed != 1 || !strings.Contains(o.Text, "taken by Conviso at 05:10") || strings.Contains(o.Text, "resume") {
			t.Errorf("%+v", o)
		}
	})
}

// TestMarksSoFar: a complete list that is read again is still complete.
func TestMarksSoFar(t *testing.T) {
	f := bank()
	f.cached, f.holdCatalog = true, true
	within(t, f, nil, func(s *script) { lacks(t, s.write("a", "5 marked."), "so far") })
}

// TestPartOfTheCatalog: what a partial list lacks is neither gone nor hidden by the filter.
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
