package status

import (
	"slices"
	"testing"
	"time"

	"conviso-importer/conviso/importer/queue"
)

// TestUnsettled protects the offer to go on from items that nobody waits for any more: what the
// platform took over a quarter of an hour ago and has not shown is late, and no unfinished work.
func TestUnsettled(t *testing.T) {
	now := time.Date(2026, 11, 23, 6, 40, 0, 0, time.UTC)
	ago := func(minutes int) time.Time { return now.Add(-time.Duration(minutes) * time.Minute) }
	items := []queue.Item{
		{State: queue.Imported, AddedAt: ago(500), SentAt: ago(500)},
		{State: queue.Failed, AddedAt: ago(400), SentAt: ago(400)},
		{State: queue.Accepted, AddedAt: ago(300), SentAt: ago(90)},
		{State: queue.Accepted, AddedAt: ago(300), SentAt: ago(120)},
		{State: queue.Accepted, AddedAt: ago(20), SentAt: ago(14)},
		{State: queue.Sending, AddedAt: ago(30), SentAt: ago(20)},
		{State: queue.Retrying, AddedAt: ago(25), SentAt: ago(20)},
		{State: queue.Queued, AddedAt: ago(60)},
	}
	want := Unsettled{Unsent: 1, Unseen: 3, Late: 2, Failed: 1, Waiting: 2, Since: ago(60), LateSince: ago(120)}
	for range 2 {
		got := UnsettledOf(slices.Values(items), now)
		if got != want || got.Pending() != 4 {
			t.Errorf("%+v, %d pending, want %+v", got, got.Pending(), want)
		}
		slices.Reverse(items)
	}
	if got := UnsettledOf(slices.Values(items[:0]), now); got != (Unsettled{}) {
		t.Errorf("of nothing %+v", got)
	}
}
