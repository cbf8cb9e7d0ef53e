package sqlite

import (
	"math/rand/v2"
	"testing"
	"time"
)

// TestCountsAreKept protects the sender's counts, which it does not make anew with each change, from changes of
// another process, from those that came to nothing, and from a queue that was opened again.
func TestCountsAreKept(t *testing.T) {
	dir := t.TempDir()
	handles := []*Queue{openIn(t, dir), openIn(t, dir)}
	draw := rand.New(rand.NewPCG(5, 6))
	now := time.UnixMilli(1_800_000_000_000)
	for step := range 40 {
		// What a handle does shows that it counts; several in a row, and the other one's, must not confuse it.
		for range 1 + draw.IntN(3) {
			now = now.Add(time.Second)
			does := operation(draw, now)
			if _, err := does(t.Context(), handles[draw.IntN(len(handles))]); err != nil {
				t.Fatal(err)
			}
		}
		fresh, err := Open(dir, "queue", "one")
		if err != nil {
			t.Fatal(err)
		}
		want, err := fresh.Work(t.Context())
		_ = fresh.Close()
		if err != nil {
			t.Fatal(err)
		}
		for i, q := range handles {
			if got, err := q.Work(t.Context()); err != nil || got != want {
				t.Fatalf("step %d: handle %d counts %+v, want %+v, %v", step, i, got, want, err)
			}
		}
	}
	if handles[0].tally.seq == 0 {
		t.Error("nothing is kept")
	}
}
