package session

import (
	"strconv"
	"testing"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
)

// TestHistoryIsBounded: the number and size of steps are limited, but the latest is kept.
func TestHistoryIsBounded(t *testing.T) {
	var s Marks
	h := &s.history
	refs := make([]catalog.Ref, maxChanges+1)
	for i := range refs {
		refs[i] = catalog.Ref("component:default/" + strconv.Itoa(i))
	}
	toggle := func(n int) {
		c := s.begin()
		for _, ref := range refs[:n] {
			how := InBulk
			if s.Has(ref) {
				how = NotMarked
			}
			c.put(ref, how)
		}
		c.end()
	}
	for range 3 * maxSteps {
		toggle(1)
	}
	if len(h.past) != maxSteps || h.size != maxSteps {
		t.Errorf("%d steps of %d changes are kept", len(h.past), h.size)
	}
	for range 5 {
		toggle(maxChanges / 3)
	}
	if len(h.past) != 3 || h.size > maxChanges {
		t.Errorf("%d steps of %d changes are kept", len(h.past), h.size)
	}
	toggle(maxChanges + 1)
	if len(h.past) != 1 {
		t.Errorf("%d steps are kept", len(h.past))
	}
	// Before the first read nothing can be marked, but all can be unmarked.
	s.Undo(&importer.View{})
	toggle(1)
	if len(h.past) != 1 || h.size != 1 || len(h.future) != 0 {
		t.Errorf("after a new change %d steps of %d changes are kept, %d taken back", len(h.past), h.size, len(h.future))
	}
}
