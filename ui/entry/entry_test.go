package entry

import (
	"fmt"
	"slices"
	"testing"
)

// TestHistory checks that lines are recalled once each, the latest first, and that their number is
// bounded.
func TestHistory(t *testing.T) {
	e := New([]string{"pix", " ", "sdk", "pix"}, nil)
	e.Begin()
	if !slices.Equal(e.past, []string{"sdk", "pix"}) {
		t.Errorf("recalled are %q", e.past)
	}
	for i := range keptLines + 20 {
		e.Remember(fmt.Sprint(i))
	}
	if len(e.past) != keptLines || e.past[0] != "20" {
		t.Errorf("%d lines, from %q on", len(e.past), e.past[0])
	}
}
