package queuetest

import (
	"math"
	"reflect"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer/queue"
)

// finish imports names, each as the asset "asset-" and its name.
func finish(t *testing.T, q queue.Queue, names ...string) {
	t.Helper()
	addNames(t, q, names...)
	settleAll(t, q, func(i *queue.Item) {
		i.State, i.AssetID, i.CheckedAt = queue.Imported, "asset-"+i.Project.Name, queueDay().Add(time.Minute)
		i.User, i.Host, i.Error = "jane", "build-7", "a note"
	})
}

func history(t *testing.T, q queue.Queue) *queue.History {
	t.Helper()
	return mustGet[*queue.History](t)(q.Finished(t.Context()))
}

// finishedKept: what an entity became is known for good, of the instance alone and with its asset.
func finishedKept(t *testing.T, open Opener) {
	q := open("one")
	if h := history(t, q); h.Len() != 0 || h.Seq() != 0 {
		t.Errorf("an empty queue has finished %d up to %d", h.Len(), h.Seq())
	}
	e := Entries("full", 7)
	if _, err := q.Add(t.Context(), e, queueDay()); err != nil {
		t.Fatal(err)
	}
	var want []queue.Item
	settleAll(t, q, func(i *queue.Item) {
		i.State, i.AssetID, i.CheckedAt = queue.Imported, "asset-"+i.Project.Name, queueDay().Add(time.Minute)
		i.User, i.Host = "jane", "build-7"
		want = append(want, *i)
	})
	finish(t, open("two"), "other")
	h := history(t, open("one"))
	if h.Len() != len(e) {
		t.Fatalf("%d are finished, want %d", h.Len(), len(e))
	}
	for _, item := range want {
		at, ok := h.Find(item.Ref)
		if !ok {
			t.Errorf("%s is not found", item.Ref)
			continue
		}
		past := queue.Finish(&item).Item
		got := h.Item(at)
		past.Seq, past.Project.RepoURL = got.Seq, ""
		if !reflect.DeepEqual(got, past) {
			t.Errorf("got %+v\nwant %+v", got, past)
		}
		if of, ok := h.OfAsset(item.AssetID); !ok || of != at {
			t.Errorf("asset %s is that of %d, %v, want %d", item.AssetID, of, ok, at)
		}
	}
	if _, ok := h.Find(entryNamed("other").Ref); ok {
		t.Error("another instance's entity is found")
	}
}

// finishedAgain: what is queued again is what is sent, and what it became before is not forgotten meanwhile.
func finishedAgain(t *testing.T, open Opener) {
	q := open("one")
	finish(t, q, "a", "b")
	addNames(t, q, "a")
	if got := changedItems(t, q)[entryNamed("a").Ref]; got.State != queue.Queued {
		t.Errorf("it is %s, want queued", got.State)
	}
	if ids := mustGet[[]string](t)(q.Claims(t.Context(), "a")); len(ids) != 0 {
		t.Errorf("an item that is queued again claims %v", ids)
	}
	h := history(t, q)
	if at, ok := h.Find(entryNamed("a").Ref); !ok || h.AssetID(at) != "asset-a" || h.Len() != 2 {
		t.Errorf("of %d finished it is %d, %v", h.Len(), at, ok)
	}
	if _, _, err := q.Cancel(t.Context(), []catalog.Ref{entryNamed("a").Ref}); err != nil {
		t.Fatal(err)
	}
	if ids := mustGet[[]string](t)(q.Claims(t.Context(), "a")); len(ids) != 1 {
		t.Errorf("an item that was taken back claims %v", ids)
	}
	addNames(t, q, "a")
	settleAll(t, q, func(i *queue.Item) { i.State, i.AssetID = queue.Imported, "asset-new" })
	h = history(t, q)
	if at, ok := h.Find(entryNamed("a").Ref); !ok || h.AssetID(at) != "asset-new" || h.Len() != 2 {
		t.Errorf("imported again it is %d of %d, %v", at, h.Len(), ok)
	}
	if _, ok := h.OfAsset("asset-a"); ok {
		t.Error("the asset that it was before is still its own")
	}
}

// finishedStale: a record of what was read before is as stale as with an item that is not finished.
func finishedStale(t *testing.T, open Opener) {
	q := open("one")
	addNames(t, q, "a")
	held := claimAt(t, q, 1, queueDay())[0]
	done := held
	done.State = queue.Imported
	recordItems(t, q, done)
	held.State = queue.Failed
	recordItems(t, q, held)
	if got := changedItems(t, q); len(got) != 1 || got[held.Ref].State != queue.Imported {
		t.Errorf("the queue holds %+v", got)
	}
}

// itemsSince: whoever begins reads what is unfinished and nothing of what was finished before, and misses
// nothing that comes.
func itemsSince(t *testing.T, open Opener) {
	q := open("one")
	finish(t, q, "before")
	addNames(t, q, "failed")
	settleAll(t, q, func(i *queue.Item) { i.State = queue.Failed })
	h := history(t, q)
	finish(t, q, "since")
	addNames(t, q, "waiting")
	addNames(t, open("two"), "other")
	items, seq, err := q.Items(t.Context(), h.Seq())
	if err != nil {
		t.Fatal(err)
	}
	wantNames(t, "since the history", items, "failed since waiting")
	open1, seq2, err := q.Items(t.Context(), math.MaxInt64)
	if err != nil || seq2 != seq {
		t.Errorf("up to %d and %d, %v", seq, seq2, err)
	}
	wantNames(t, "unfinished", open1, "failed waiting")
	if items, next, err := q.Changed(t.Context(), seq); err != nil || len(items) != 0 || next != seq {
		t.Errorf("%d changes up to %d after %d, %v", len(items), next, seq, err)
	}
	settleAll(t, q, func(i *queue.Item) { i.State = queue.Imported })
	items, next, err := q.Changed(t.Context(), seq)
	if err != nil || next <= seq || len(items) != 1 || items[0].State != queue.Imported {
		t.Errorf("a finished item is told as %+v up to %d after %d, %v", items, next, seq, err)
	}
}

// forgetTexts: time takes texts, times and attempts, and never which asset an entity became.
func forgetTexts(t *testing.T, open Opener) {
	q := open("one")
	finish(t, q, "old")
	settled := queueDay().Add(time.Minute)
	if err := q.Forget(t.Context(), settled); err != nil {
		t.Fatal(err)
	}
	h := history(t, q)
	if item := h.Item(0); item.User != "jane" || item.Error == "" || !item.CheckedAt.Equal(settled) {
		t.Errorf("what is young enough was forgotten: %+v", item)
	}
	before := h.Item(0)
	if err := q.Forget(t.Context(), settled.Add(time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	want := queue.Item{Instance: "one", Ref: before.Ref, Seq: before.Seq, Project: before.Project, State: queue.Imported, Attempts: 1, AssetID: "asset-old"}
	if got := history(t, q).Item(0); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	if ids := mustGet[[]string](t)(q.Claims(t.Context(), "old")); len(ids) != 1 {
		t.Errorf("assets of its name: %v", ids)
	}
	if err := q.Forget(t.Context(), settled.Add(time.Hour)); err != nil {
		t.Error(err)
	}
}
