package status

import (
	"slices"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer/queue"
)

// TestStatusWords protects the filter language from falling behind: the catalog knows the
// status words without knowing what they stand for.
func TestStatusWords(t *testing.T) {
	states := allStates()
	words := make([]string, 0, len(states))
	for _, state := range states {
		words = append(words, string(state))
	}
	if got := catalog.QueryValues("status"); !slices.Equal(got, append(words, "pending")) {
		t.Errorf("status: takes %v, the states are %v", got, words)
	}
	snap := catalog.NewSnapshot([]catalog.Entity{{Ref: "component:default/a"}}, time.Time{}, 1, true)
	for _, state := range states {
		s := &Statuses{states: []uint8{stateNumber(state)}}
		for query, want := range map[string]bool{"status:" + string(state): true, "status:pending": state.Pending(), "!status:pending": !state.Pending(),
			"is:selected": true, "!is:selected": false, "status:new": state == queue.New} {
			if got := len(snap.SearchWith(catalog.ParseQuery(query), s.Facts(func(int) bool { return true }))) == 1; got != want {
				t.Errorf("%s finds an entity that is %s: %v", query, state, got)
			}
		}
		if len(snap.SearchWith(catalog.ParseQuery("is:selected"), s.Facts(nil))) != 0 {
			t.Error("nothing is selected where nobody can mark")
		}
	}
}
