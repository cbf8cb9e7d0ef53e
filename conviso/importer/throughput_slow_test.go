//go:build slow

package importer

import (
	"fmt"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/internal/demo"
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

// TestImportOfThousands protects the time of an import in bulk over a slow network, from the first request to the
// last entity that was read back: 5,000 entities where each request takes 200 ms, both systems' lists included.
// The work of the program itself is not in it.
func TestImportOfThousands(t *testing.T) {
	simulate(t, func(t *testing.T) {
		const latency = 200 * time.Millisecond
		names := make([]string, 5000)
		for i := range names {
			names[i] = fmt.Sprintf("service-%06d", i)
		}
		w := newWorld(t, demo.PlatformOptions{Latency: latency}, names...)
		w.catalog.asked = func([]catalog.Ref) error { time.Sleep(latency); return nil }
		began := time.Now()
		time.Sleep(5 * latency) // The catalog's pages, which the fake hands out at once.
		j := NewJob(began)
		if err := w.importAll(t.Context(), j, Planning{}); err != nil {
			t.Fatal(err)
		}
		took, seen := time.Since(began), w.platform.Counts()
		t.Logf("%+v in %s, %d requests, at most %d at a time", j.Counts(), took, seen.Requests, seen.MaxInFlight)
		if j.Counts().Verified != len(names) || took > 6500*time.Millisecond {
			t.Errorf("%+v after %s", j.Counts(), took)
		}
		if seen.MaxInFlight <= sendersInFlight || seen.MaxInFlight > mostInFlight {
			t.Errorf("%d requests at a time", seen.MaxInFlight)
		}
	})
}
