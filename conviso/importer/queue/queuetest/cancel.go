package queuetest

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/safego"
)

func refsNamed(names ...string) []catalog.Ref {
	refs := make([]catalog.Ref, len(names))
	for i, name := range names {
		refs[i] = entryNamed(name).Ref
	}
	return refs
}

// cancelWaiting: only what waits to be sent is taken back, and whoever watches learns of it.
func cancelWaiting(t *testing.T, open Opener) {
	q := open("one")
	addEachState(t, q)
	addNames(t, open("two"), "queued")
	before := changedItems(t, q)
	_, seq, err := q.Changed(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"accepted", "failed", "imported", "lost", "retrying", "sending", "queued", "absent"}
	back, others, err := open("one").Cancel(t.Context(), refsNamed(names...))
	if err != nil {
		t.Fatal(err)
	}
	wantNames(t, "taken back", back, "queued retrying")
	wantNames(t, "others", others, "accepted failed imported lost sending")
	news, _, err := q.Changed(t.Context(), seq)
	if err != nil {
		t.Fatal(err)
	}
	wantNames(t, "changed", news, "queued retrying")
	after := changedItems(t, q)
	for _, item := range slices.Concat(back, others) {
		was, is := before[item.Ref], after[item.Ref]
		taken := was.State == queue.Queued || was.State == queue.Retrying && !was.Lost
		switch {
		case item.State != is.State || item.Seq != is.Seq:
			t.Errorf("%s is %+v, and was told to be %+v", item.Ref, is, item)
		case taken && (is.State != queue.Skipped || is.Error != queue.NoteTakenBack || !is.NotBefore.IsZero()):
			t.Errorf("%s was not taken back: %+v", item.Ref, is)
		case !taken && is.Seq != was.Seq:
			t.Errorf("%s was changed from %+v to %+v", item.Ref, was, is)
		}
	}
	if other := changedItems(t, open("two"))[entryNamed("queued").Ref]; other.State != queue.Queued {
		t.Errorf("another catalog's item became %s", other.State)
	}
	if work := mustGet[queue.Work](t)(q.Work(t.Context())); work.ToSend != 1 || work.Sending != 1 || work.Lost != 1 || work.Accepted != 1 {
		t.Errorf("left to do: %+v", work)
	}
	if back, others, err = q.Cancel(t.Context(), nil); len(back)+len(others) != 0 || err != nil {
		t.Errorf("of no refs %d were taken back and %d found, %v", len(back), len(others), err)
	}
	if back, others, err = q.Cancel(t.Context(), refsNamed("queued")); len(back) != 0 || len(others) != 1 || err != nil {
		t.Errorf("a second time %d were taken back and %d found, %v", len(back), len(others), err)
	}
}

// cancelAgain: what was taken back can be queued again, and a record of what it was before does not bring it back.
func cancelAgain(t *testing.T, open Opener) {
	q := open("one")
	addNames(t, q, "a", "b")
	stale := mustGet[[]queue.Item](t)(q.Pending(t.Context()))
	if back, _, err := q.Cancel(t.Context(), refsNamed("a", "b")); len(back) != 2 || err != nil {
		t.Fatalf("%d were taken back, %v", len(back), err)
	}
	recordItems(t, q, stale...)
	wantNames(t, "claimed", claimAt(t, q, queue.BatchSize, queueDay()), "")
	addNames(t, q, "b")
	wantNames(t, "claimed", claimAt(t, q, queue.BatchSize, queueDay()), "b")
	if got := changedItems(t, q)[entryNamed("a").Ref].State; got != queue.Skipped {
		t.Errorf("a is %s", got)
	}
}

// CancelAgainstClaim lets one handle claim and another one take back at once, as often as rounds says: each item is
// either claimed or taken back.
func CancelAgainstClaim(t *testing.T, open Opener, rounds int) {
	t.Helper()
	sender, person := open("one"), open("one")
	const each = 4
	draw := rand.New(rand.NewPCG(7, 8))
	claims, cancels := 0, 0
	for round := range rounds {
		// The same again: what the round before has left is replaced.
		entries := Entries("r", each)
		refs := make([]catalog.Ref, each)
		for i := range entries {
			entries[i].Strict, refs[i] = false, entries[i].Ref
		}
		if n, err := sender.Add(t.Context(), entries, queueDay()); err != nil || n != each {
			t.Fatal(n, err)
		}
		some, limit, late := refs[:1+draw.IntN(each)], 1+draw.IntN(each), time.Duration(draw.IntN(60))*time.Microsecond
		claimed, taken := claimAndCancel(t, sender, person, limit, some, late, round%2 == 0)
		items := changedItems(t, sender)
		for i, ref := range refs {
			sent := slices.ContainsFunc(claimed, func(i queue.Item) bool { return i.Ref == ref })
			back := slices.ContainsFunc(taken, func(i queue.Item) bool { return i.Ref == ref })
			state, want := items[ref].State, queue.Queued
			switch {
			case sent && back:
				t.Fatalf("round %d: %s was claimed and taken back", round, ref)
			case i < len(some) && !sent && !back:
				t.Fatalf("round %d: %s was neither claimed nor taken back", round, ref)
			case sent:
				want = queue.Sending
				claims++
			case back:
				want = queue.Skipped
				cancels++
			}
			if state != want {
				t.Fatalf("round %d: %s is %s, want %s", round, ref, state, want)
			}
		}
		for i := range claimed {
			claimed[i].State = queue.Failed
		}
		recordItems(t, sender, claimed...)
		if _, _, err := person.Cancel(t.Context(), refs); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d rounds: %d claimed, %d taken back", rounds, claims, cancels)
	if claims == 0 || cancels == 0 {
		t.Error("one of the two always wins, so that nothing was shown")
	}
}

// claimAndCancel does both at once, one of them a little later.
func claimAndCancel(t *testing.T, sender, person queue.Queue, limit int, refs []catalog.Ref, late time.Duration, claimLater bool) (claimed, taken []queue.Item) {
	t.Helper()
	var claimErr, cancelErr error
	var both sync.WaitGroup
	both.Add(2)
	safego.Go(t.Context(), func() {
		defer both.Done()
		if claimLater {
			time.Sleep(late)
		}
		claimed, claimErr = sender.Claim(t.Context(), limit, queueDay(), time.Time{})
	})
	safego.Go(t.Context(), func() {
		defer both.Done()
		if !claimLater {
			time.Sleep(late)
		}
		taken, _, cancelErr = person.Cancel(t.Context(), refs)
	})
	both.Wait()
	if claimErr != nil || cancelErr != nil {
		t.Fatal(claimErr, cancelErr)
	}
	return claimed, taken
}
