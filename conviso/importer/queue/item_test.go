package queue

import (
	"testing"
	"time"
)

// TestLate protects unattended jobs from an alarm that nobody can end: what was taken long ago
// is waited for no more, what was not taken is.
func TestLate(t *testing.T) {
	now := time.Now()
	for name, c := range map[string]struct {
		item Item
		want bool
	}{
		"just taken":     {Item{State: Accepted, SentAt: now.Add(-time.Minute)}, false},
		"taken long ago": {Item{State: Accepted, SentAt: now.Add(-time.Hour)}, true},
		"lost long ago":  {Item{State: Retrying, Lost: true, SentAt: now.Add(-time.Hour)}, false},
		"queued":         {Item{State: Queued}, false},
	} {
		if got := c.item.Late(now); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
