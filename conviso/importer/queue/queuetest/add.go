package queuetest

import (
	"reflect"
	"testing"
	"time"

	"conviso-importer/conviso/importer/queue"
)

func addKeeps(t *testing.T, open Opener) {
	e := Entries("full", 7)
	if n, err := open("one").Add(t.Context(), e, queueDay()); err != nil || n != len(e) {
		t.Fatalf("%d were added, %v", n, err)
	}
	items, seq, err := open("one").Changed(t.Context(), 0)
	if err != nil || len(items) != len(e) || seq != items[len(items)-1].Seq {
		t.Fatalf("%d items up to %d, %v", len(items), seq, err)
	}
	for i, got := range items {
		want := queue.Item{Instance: "one", Ref: e[i].Ref, Seq: got.Seq, Project: e[i].Project, State: queue.Queued, BatchMax: queue.BatchSize,
			Baseline: e[i].Baseline, Strict: e[i].Strict, Agreed: e[i].Agreed, AddedAt: queueDay()}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v\nwant %+v", got, want)
		}
		if i > 0 && got.Seq <= items[i-1].Seq {
			t.Errorf("change %d follows %d", got.Seq, items[i-1].Seq)
		}
	}
}

func addDedupes(t *testing.T, open Opener) {
	q := open("one")
	addNames(t, q, "queued", "sent")
	sent := claimAt(t, q, 1, queueDay())[0]
	sent.State = queue.Accepted
	recordItems(t, q, sent)
	before := changedItems(t, q)
	n, err := q.Add(t.Context(), []queue.Entry{entryNamed("queued"), entryNamed("sent"), entryNamed("fresh"), entryNamed("fresh")}, queueDay().Add(time.Hour))
	if err != nil || n != 1 {
		t.Errorf("%d were added, %v, want 1", n, err)
	}
	after := changedItems(t, q)
	for ref, item := range before {
		if !reflect.DeepEqual(after[ref], item) {
			t.Errorf("%s was changed to %+v", ref, after[ref])
		}
	}
	if other := mustGet[int](t)(open("two").Add(t.Context(), []queue.Entry{entryNamed("queued")}, queueDay())); other != 1 {
		t.Error("another catalog's entity of the same ref was taken for this one")
	}
}

func addRestarts(t *testing.T, open Opener) {
	for _, state := range []queue.State{queue.Failed, queue.Imported} {
		q, name := open("one"), string(state)
		addNames(t, q, name)
		settleAll(t, q, func(i *queue.Item) {
			i.State, i.Error, i.AssetID, i.Attempts, i.BatchMax, i.CheckedAt = state, "refused", "a-1", 4, 1, queueDay()
		})
		again := entryNamed(name)
		again.Project.Description, again.Baseline = "new", []string{"a-1"}
		if n, err := q.Add(t.Context(), []queue.Entry{again}, queueDay().Add(time.Hour)); err != nil || n != 1 {
			t.Fatalf("%d were added, %v", n, err)
		}
		got := changedItems(t, q)[again.Ref]
		want := queue.Item{Instance: "one", Ref: again.Ref, Seq: got.Seq, Project: again.Project, State: queue.Queued, BatchMax: queue.BatchSize,
			Baseline: again.Baseline, AddedAt: queueDay().Add(time.Hour)}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("a %s item was replaced by %+v", state, got)
		}
	}
}

// addOvertaken is a plan that somebody looks at for long: what another one imported meanwhile
// is not sent again, what failed or was imported before is.
func addOvertaken(t *testing.T, open Opener) {
	q := open("one")
	addNames(t, q, "before", "since", "failed")
	settleOne := func(name string, state queue.State) int64 {
		item := changedItems(t, q)[entryNamed(name).Ref]
		item.State = state
		recordItems(t, q, item)
		return changedItems(t, q)[item.Ref].Seq
	}
	planned := settleOne("before", queue.Imported) + 1
	settleOne("since", queue.Imported)
	settleOne("failed", queue.Failed)
	for name, want := range map[string]queue.State{"before": queue.Queued, "since": queue.Imported, "failed": queue.Queued} {
		e := entryNamed(name)
		e.After = planned
		if _, err := q.Add(t.Context(), []queue.Entry{e}, queueDay()); err != nil {
			t.Fatal(err)
		}
		if got := changedItems(t, q)[e.Ref].State; got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

// addLate is an item that the platform took and never showed: it starts again where it is asked
// for, is late, and was looked for often enough, and in no other case.
func addLate(t *testing.T, open Opener) {
	for name, c := range map[string]struct {
		again bool
		age   time.Duration
		reads int
		want  queue.State
	}{
		"asked for":          {true, queue.LateAfter + time.Minute, queue.LooksBeforeAgain, queue.Queued},
		"not asked for":      {false, queue.LateAfter + time.Minute, queue.LooksBeforeAgain, queue.Accepted},
		"not late":           {true, queue.LateAfter - time.Minute, queue.LooksBeforeAgain, queue.Accepted},
		"looked for too few": {true, queue.LateAfter + time.Minute, queue.LooksBeforeAgain - 1, queue.Accepted},
	} {
		q := open(name)
		addNames(t, q, "late")
		taken := changedItems(t, q)[entryNamed("late").Ref]
		taken.State, taken.SentAt, taken.Reads, taken.Attempts = queue.Accepted, queueDay().Add(-c.age), c.reads, 1
		recordItems(t, q, taken)
		e := entryNamed("late")
		e.Again = c.again
		if _, err := q.Add(t.Context(), []queue.Entry{e}, queueDay()); err != nil {
			t.Fatal(err)
		}
		item := changedItems(t, q)[e.Ref]
		if item.State != c.want || c.want == queue.Queued && (item.Attempts != 0 || !item.SentAt.IsZero()) {
			t.Errorf("%s: %s after %d tries, want %s", name, item.State, item.Attempts, c.want)
		}
	}
}
