//go:build slow

package importer

import (
	"testing"
	"time"
)

// TestSendingKeepsTheRate protects the platform's quota, and the user's time, over a long
// import: sending, reading back and looking up together never take more than 1,200 requests in
// any minute, and the limit is all that holds it up.
func TestSendingKeepsTheRate(t *testing.T) {
	simulate(t, func(t *testing.T) {
		const entities = 40_000
		took, w := sendMany(t, entities, 1000, 200*time.Millisecond)
		seen := w.platform.Counts()
		t.Logf("%d entities in %s, %d requests, at most %d a minute", entities, took, seen.Requests, seen.MaxPerMinute)
		if seen.MaxPerMinute > 1200 {
			t.Errorf("%d requests in a minute", seen.MaxPerMinute)
		}
		// The default rate: a burst of 200, then 800 a minute.
		bound := time.Duration(float64(entities/BatchSize-200) / 800 * float64(time.Minute))
		if took > bound*5/4 {
			t.Errorf("%s, the limit alone would take %s", took, bound)
		}
	})
}
