package queuetest

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/safego"
)

func recordKeeps(t *testing.T, open Opener) {
	q := open("one")
	addNames(t, q, "a")
	item := claimAt(t, q, 1, queueDay())[0]
	item.State, item.Lost, item.Attempts, item.BatchMax, item.Error = queue.Retrying, true, 3, 6, "the answer was lost"
	item.AssetID, item.Baseline, item.Strict, item.Reads = "a-9", []string{"1", "2"}, true, 5
	item.Agreed = queue.Agreed{Clash: true, Gone: true, Late: true, Shared: true, Held: true, Sharers: []string{"b", "c\n"}}
	item.PlatformAt = queueDay().Add(-time.Hour)
	item.CheckedAt, item.NotBefore = queueDay().Add(time.Minute), queueDay().Add(time.Hour)
	recordItems(t, q, item)
	got := changedItems(t, open("one"))[item.Ref]
	if got.Seq <= item.Seq {
		t.Errorf("change %d follows %d", got.Seq, item.Seq)
	}
	item.Seq = got.Seq
	if !reflect.DeepEqual(got, item) {
		t.Errorf("got %+v\nwant %+v", got, item)
	}
	recordItems(t, q)
}

// recordStale: a user adds an item again while the runner still holds what it read before.
func recordStale(t *testing.T, open Opener) {
	q := open("one")
	addNames(t, q, "a", "b")
	held := claimAt(t, q, queue.BatchSize, queueDay())
	for i := range held {
		held[i].State = queue.Failed
	}
	// A queue may number what it writes, so each record gets a copy.
	recordItems(t, q, slices.Clone(held)...)
	addNames(t, open("one"), "a")
	for i := range held {
		held[i].State = queue.Imported
	}
	// Both are stale: one was added again, the other has a newer number by its own record.
	recordItems(t, q, held...)
	items := changedItems(t, q)
	if got := items[entryNamed("a").Ref].State; got != queue.Queued {
		t.Errorf("an item that was added again became %s", got)
	}
	if got := items[entryNamed("b").Ref].State; got != queue.Failed {
		t.Errorf("an item that was recorded meanwhile became %s", got)
	}
}

func recoverSending(t *testing.T, open Opener) {
	one, two := open("one"), open("two")
	addNames(t, one, "a", "b", "waiting")
	addNames(t, two, "c")
	wantNames(t, "one", claimAt(t, one, 2, queueDay()), "a b")
	taken := claimAt(t, one, 1, queueDay())
	taken[0].State = queue.Accepted
	recordItems(t, one, taken...)
	wantNames(t, "two", claimAt(t, one, 1, queueDay()), "c")
	if n, err := two.Recover(t.Context()); err != nil || n != 3 {
		t.Errorf("%d were recovered, %v, want 3", n, err)
	}
	lost := []queue.Item{}
	for _, item := range mustGet[[]queue.Item](t)(one.Pending(t.Context())) {
		if item.State == queue.Sending {
			t.Errorf("%s is still on its way", item.Ref)
		}
		if item.Lost {
			lost = append(lost, item)
			if item.State != queue.Retrying || item.Error == "" || item.Attempts != 1 {
				t.Errorf("recovered as %+v", item)
			}
		}
	}
	wantNames(t, "lost", lost, "a b c")
	if n, err := one.Recover(t.Context()); err != nil || n != 0 {
		t.Errorf("%d were recovered twice, %v", n, err)
	}
}

// doubtPending: another file may know what became of the items, those that are added soon included.
func doubtPending(t *testing.T, open Opener) {
	one, two := open("one"), open("two")
	addNames(t, one, "waiting", "taken", "sending")
	addNames(t, two, "other")
	taken := claimAt(t, one, 3, queueDay())
	for i := range taken {
		switch taken[i].Ref.Name() {
		case "taken":
			taken[i].State = queue.Accepted
		case "waiting":
			taken[i].State, taken[i].NotBefore = queue.Retrying, queueDay().Add(time.Hour)
		}
	}
	recordItems(t, one, taken...)
	doubted := queueDay().Add(time.Minute)
	if n, err := two.Doubt(t.Context(), doubted); err != nil || n != 3 {
		t.Errorf("%d are doubtful, %v, want 3", n, err)
	}
	add := func(name string, after time.Duration) {
		if n, err := one.Add(t.Context(), []queue.Entry{entryNamed(name)}, doubted.Add(after)); err != nil || n != 1 {
			t.Fatal(n, err)
		}
	}
	add("soon", queue.LateAfter-time.Second)
	add("later", queue.LateAfter+time.Second)
	lost := []queue.Item{}
	for _, item := range mustGet[[]queue.Item](t)(one.Pending(t.Context())) {
		if !item.Lost {
			continue
		}
		lost = append(lost, item)
		if item.State != queue.Retrying || !item.SentAt.Equal(doubted) || !item.NotBefore.IsZero() || item.Reads != 0 || item.Attempts == 0 || item.Error == "" {
			t.Errorf("doubted as %+v", item)
		}
	}
	wantNames(t, "lost", lost, "other sending soon waiting")
	wantNames(t, "to send", claimAt(t, one, queue.BatchSize, doubted.Add(time.Hour)), "later")
}

// addEachState puts an item of every state that a queue knows into it; the lost one is called lost.
func addEachState(t *testing.T, q queue.Queue) {
	t.Helper()
	addNames(t, q, "accepted", "failed", "imported", "lost", "retrying", "sending")
	for _, item := range claimAt(t, q, queue.BatchSize, queueDay()) {
		switch name := item.Project.Name; name {
		case "lost":
			item.State, item.Lost = queue.Retrying, true
		case "retrying":
			item.State, item.NotBefore = queue.Retrying, queueDay().Add(time.Hour)
		default:
			item.State = queue.State(name)
		}
		if item.State != queue.Sending {
			recordItems(t, q, item)
		}
	}
	addNames(t, q, "queued")
}

func pendingStates(t *testing.T, open Opener) {
	addEachState(t, open("one"))
	// What is not settled counts whichever catalog it is of.
	q := open("two")
	wantNames(t, "pending", mustGet[[]queue.Item](t)(q.Pending(t.Context())), "accepted lost queued retrying sending")
	wantNames(t, "unverified", mustGet[[]queue.Item](t)(q.Unverified(t.Context())), "accepted failed lost")
	items := mustGet[[]queue.Item](t)(q.Pending(t.Context()))
	if !slices.IsSortedFunc(items, func(a, b queue.Item) int { return int(a.Seq - b.Seq) }) {
		t.Error("the items are not in the order of their changes")
	}
}

func claimsOfName(t *testing.T, open Opener) {
	q := open("one")
	addNames(t, q, "a", "b", "failed")
	settleAll(t, q, func(i *queue.Item) {
		i.State, i.AssetID = queue.Imported, "asset-"+i.Project.Name
		if i.Project.Name == "failed" {
			i.State = queue.Failed
		}
	})
	addNames(t, open("two"), "a")
	settleAll(t, q, func(i *queue.Item) { i.State, i.AssetID = queue.Imported, "asset-2" })
	got := mustGet[[]string](t)(q.Claims(t.Context(), "a"))
	slices.Sort(got)
	if want := []string{"asset-2", "asset-a"}; !slices.Equal(got, want) {
		t.Errorf("assets of a: %v, want %v", got, want)
	}
	for _, key := range []string{"failed", "absent", ""} {
		if got := mustGet[[]string](t)(q.Claims(t.Context(), key)); len(got) != 0 {
			t.Errorf("assets of %q: %v", key, got)
		}
	}
}

func workCounts(t *testing.T, open Opener) {
	q := open("one")
	if got := mustGet[queue.Work](t)(q.Work(t.Context())); got != (queue.Work{}) {
		t.Errorf("an empty queue has %+v to do", got)
	}
	addEachState(t, q)
	got := mustGet[queue.Work](t)(open("two").Work(t.Context()))
	if got.NextSend.IsZero() || got.NextSend.After(queueDay()) {
		t.Errorf("one is due at once, and the next is said to be due at %s", got.NextSend)
	}
	if got.ToSend != 2 || got.Sending != 1 || got.Lost != 1 || got.Accepted != 1 {
		t.Errorf("%+v", got)
	}
}

func workTimes(t *testing.T, open Opener) {
	q := open("one")
	addNames(t, q, "first", "second", "third")
	for i, now := range []time.Time{queueDay().Add(time.Hour), queueDay().Add(2 * time.Hour)} {
		item := claimAt(t, q, 1, now)[0]
		item.State = queue.Accepted
		recordItems(t, q, item)
		got := mustGet[queue.Work](t)(q.Work(t.Context()))
		if !got.LastAccepted.Equal(now) {
			t.Errorf("after %d the last was accepted at %s, want %s", i+1, got.LastAccepted, now)
		}
		if got.NextSend.IsZero() || got.NextSend.After(queueDay()) {
			t.Errorf("what is due at once is due at %s", got.NextSend)
		}
	}
	item, due := claimAt(t, q, 1, queueDay())[0], queueDay().Add(3*time.Hour)
	item.State, item.NotBefore = queue.Retrying, due
	recordItems(t, q, item)
	if got := mustGet[queue.Work](t)(q.Work(t.Context())); !got.NextSend.Equal(due) {
		t.Errorf("due at %s, want %s", got.NextSend, due)
	}
	item = changedItems(t, q)[item.Ref]
	item.Lost = true
	recordItems(t, q, item)
	if got := mustGet[queue.Work](t)(q.Work(t.Context())); !got.NextSend.IsZero() {
		t.Errorf("with nothing to send the next is due at %s", got.NextSend)
	}
}

func changedSince(t *testing.T, open Opener) {
	one, two := open("one"), open("two")
	items, seq, err := one.Changed(t.Context(), 0)
	if err != nil || len(items) != 0 || seq != 0 {
		t.Errorf("an empty queue: %d items up to %d, %v", len(items), seq, err)
	}
	addNames(t, one, "a", "b")
	if items, seq, err = one.Changed(t.Context(), seq); err != nil {
		t.Fatal(err)
	}
	wantNames(t, "all", items, "a b")
	addNames(t, two, "c")
	if items, next, err := one.Changed(t.Context(), seq); err != nil || len(items) != 0 || next != seq {
		t.Errorf("another instance's change: %d items up to %d after %d, %v", len(items), next, seq, err)
	}
	wantNames(t, "claimed", claimAt(t, two, 1, queueDay()), "a")
	items, next, err := one.Changed(t.Context(), seq)
	if err != nil || next <= seq {
		t.Errorf("up to %d after %d, %v", next, seq, err)
	}
	wantNames(t, "since", items, "a")
	if items, _, err = two.Changed(t.Context(), 0); err != nil {
		t.Error(err)
	}
	wantNames(t, "the other instance", items, "c")
}

// waitOwn: a wait sees its own handle's change without waiting for the next poll.
func waitOwn(t *testing.T, open Opener) {
	q, began := open("one"), time.Now()
	woken := make(chan error, 1)
	safego.Go(t.Context(), func() { woken <- q.Wait(t.Context()) })
	synctest.Wait()
	addNames(t, q, "a")
	if err := <-woken; err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > 0 {
		t.Errorf("woken after %s by the clock, want at once by the change", took)
	}
}

// waitOther: a wait ends although nothing was changed by its handle.
func waitOther(t *testing.T, open Opener) {
	watcher, other := open("one"), open("one")
	woken := make(chan error, 1)
	safego.Go(t.Context(), func() { woken <- watcher.Wait(t.Context()) })
	synctest.Wait()
	addNames(t, other, "a")
	began := time.Now()
	if err := <-woken; err != nil {
		t.Error(err)
	}
	for len(changedItems(t, watcher)) == 0 {
		if err := watcher.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("woken after %s, want within a second", took)
	}
}

func waitEnds(t *testing.T, open Opener) {
	q := open("one")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for {
		// A wait may end for another reason first, but not for ever.
		if err := q.Wait(ctx); errors.Is(err, context.Canceled) {
			return
		}
	}
}

func metaKept(t *testing.T, open Opener) {
	q := open("one")
	if got, err := q.Meta(t.Context(), "absent"); err != nil || got != "" {
		t.Errorf("absent: %q, %v", got, err)
	}
	for _, value := range []string{"1", "", "a\x00b\n'ü'"} {
		if err := q.SetMeta(t.Context(), "key", value); err != nil {
			t.Fatal(err)
		}
		if got, err := open("two").Meta(t.Context(), "key"); err != nil || got != value {
			t.Errorf("%q was kept as %q, %v", value, got, err)
		}
	}
}

// twoHandles is a table and a command on one queue: each sees at once what the other one's
// call has put there, and one of two at the same item loses without harm.
func twoHandles(t *testing.T, open Opener) {
	a, b := open("one"), open("one")
	addNames(t, a, "x")
	if n := mustGet[int](t)(b.Add(t.Context(), []queue.Entry{entryNamed("x"), entryNamed("y")}, queueDay())); n != 1 {
		t.Errorf("%d were added by the second handle, want 1", n)
	}
	wantNames(t, "claimed by the one", claimAt(t, a, 1, queueDay()), "x")
	wantNames(t, "claimed by the other", claimAt(t, b, queue.BatchSize, queueDay()), "y")
	held := []queue.Item{changedItems(t, a)[entryNamed("x").Ref]}
	held[0].State = queue.Imported
	recordItems(t, b, slices.Clone(held)...)
	held[0].State = queue.Failed
	recordItems(t, a, held...)
	if got := changedItems(t, a)[entryNamed("x").Ref].State; got != queue.Imported {
		t.Errorf("the later and stale record won: %s", got)
	}
	if got := mustGet[queue.Work](t)(b.Work(t.Context())); got.Sending != 1 || got.ToSend != 0 {
		t.Errorf("%+v", got)
	}
}
