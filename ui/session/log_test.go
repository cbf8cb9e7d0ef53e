package session

import (
	"fmt"
	"testing"
)

// TestLogIsBounded covers a table that is open for weeks.
func TestLogIsBounded(t *testing.T) {
	var l Log
	for i := range 2 * keptEntries {
		l.add(epoch, false, fmt.Sprint(i))
	}
	if len(l.Entries) != keptEntries || l.Entries[keptEntries-1].Text != fmt.Sprint(2*keptEntries-1) {
		t.Errorf("%d entries are kept", len(l.Entries))
	}
}
