// Package queuetest holds queues to what the engine relies on: whatever implements queue.Queue
// passes Run. It must not know how a queue keeps its items.
package queuetest

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
)

// Opener opens one more handle on the same queue, for a catalog's instance.
type Opener func(instance string) queue.Queue

// Run tests every promise of Queue. Each subtest has its own queue, in fake time.
func Run(t *testing.T, newQueue func(*testing.T) Opener) {
	t.Helper()
	for name, check := range map[string]func(*testing.T, Opener){
		"Add/keeps everything":                         addKeeps,
		"Add/leaves what is pending alone":             addDedupes,
		"Add/leaves what was imported since the plan":  addOvertaken,
		"Add/replaces what is settled":                 addRestarts,
		"Add/sends what is late again":                 addLate,
		"Claim/takes what is due":                      claimDue,
		"Claim/sends one of a name":                    claimOneOfName,
		"Claim/keeps to the batch's bound":             claimBound,
		"Claim/never mixes instances":                  claimInstances,
		"Claim/never takes what is lost":               claimLost,
		"Cancel/takes back what waits":                 cancelWaiting,
		"Cancel/is final until it is added again":      cancelAgain,
		"Record/writes every field":                    recordKeeps,
		"Record/leaves a changed item alone":           recordStale,
		"Recover/loses what was on its way":            recoverSending,
		"Doubt/loses what may have been sent":          doubtPending,
		"Pending and Unverified/name the right states": pendingStates,
		"Claims/are of the name alone":                 claimsOfName,
		"Work/counts":                                  workCounts,
		"Work/says when":                               workTimes,
		"Changed/since a change":                       changedSince,
		"Finished/is kept for good":                    finishedKept,
		"Finished/may be queued again":                 finishedAgain,
		"Finished/is no older item's to change":        finishedStale,
		"Items/begin behind the history":               itemsSince,
		"Forget/drops texts alone":                     forgetTexts,
		"Wait/own change":                              waitOwn,
		"Wait/another's change":                        waitOther,
		"Wait/ends with its context":                   waitEnds,
		"Meta/is kept":                                 metaKept,
		"Blob/is kept":                                 blobKept,
		"Known/is of the instance alone":               knownOfInstance,
		"two handles/see each other's changes":         twoHandles,
		"a cancelled context/changes nothing":          contextCancelled,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { check(t, newQueue(t)) })
		})
	}
}

// Entries returns entries of distinct names, each with everything that a queue stores.
func Entries(prefix string, count int) []queue.Entry {
	entries := make([]queue.Entry, count)
	for i := range entries {
		name := fmt.Sprintf("%s-%03d", prefix, i)
		entries[i] = queue.Entry{Ref: catalog.NewRef("Component", "default", name), Strict: i%3 == 0, Baseline: []string{"7", "8"},
			Agreed: queue.Agreed{Clash: i%3 == 0, Late: i%3 == 1},
			Project: conviso.Project{ID: "Component:default/" + name, Name: name, Description: strings.Repeat("d", 40*(i%7)),
				Lifecycle: "production", Tags: []string{"go", "team-a"}, Owner: "group:default/team-a", AssetType: "api"}}
	}
	return entries
}

// MemoryDir returns a folder in memory where the machine has one. What a killed process has
// written is there whatever the disk does, and syncing costs nothing.
func MemoryDir(t testing.TB) string {
	t.Helper()
	dir := filepath.Join("/dev/shm", "queue-"+rand.Text())
	if os.Mkdir(dir, 0o700) != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// queueDay is the time at which conformance tests begin.
func queueDay() time.Time { return time.UnixMilli(1_795_000_000_000) }

func entryNamed(name string) queue.Entry {
	return queue.Entry{Ref: catalog.NewRef("Component", "default", name), Project: conviso.Project{Name: name, Tags: []string{}}}
}

// mustGet returns a call's result or ends the test.
func mustGet[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func addNames(t *testing.T, q queue.Queue, names ...string) {
	t.Helper()
	for _, name := range names {
		if n, err := q.Add(t.Context(), []queue.Entry{entryNamed(name)}, queueDay()); err != nil || n != 1 {
			t.Fatalf("%d items of %s were added, %v", n, name, err)
		}
	}
}

func claimAt(t *testing.T, q queue.Queue, limit int, now time.Time) []queue.Item {
	t.Helper()
	return mustGet[[]queue.Item](t)(q.Claim(t.Context(), limit, now, time.Time{}))
}

// settleAll claims everything that is due and gives each item what change says.
func settleAll(t *testing.T, q queue.Queue, change func(*queue.Item)) {
	t.Helper()
	for claimed := claimAt(t, q, queue.BatchSize, queueDay()); len(claimed) > 0; claimed = claimAt(t, q, queue.BatchSize, queueDay()) {
		for i := range claimed {
			change(&claimed[i])
		}
		recordItems(t, q, claimed...)
	}
}

func recordItems(t *testing.T, q queue.Queue, items ...queue.Item) {
	t.Helper()
	if err := q.Record(t.Context(), items); err != nil {
		t.Fatal(err)
	}
}

func changedItems(t *testing.T, q queue.Queue) map[catalog.Ref]queue.Item {
	t.Helper()
	items, _, err := q.Changed(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[catalog.Ref]queue.Item, len(items))
	for _, item := range items {
		found[item.Ref] = item
	}
	return found
}

func namesOf(items []queue.Item) string {
	out := make([]string, len(items))
	for i := range items {
		out[i] = items[i].Project.Name
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func wantNames(t *testing.T, what string, items []queue.Item, want string) {
	t.Helper()
	if got := namesOf(items); got != want {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

func claimDue(t *testing.T, open Opener) {
	q := open("one")
	addNames(t, q, "early", "late", "never")
	wantNames(t, "a limit of one", claimAt(t, q, 1, queueDay()), "early")
	late := claimAt(t, q, 1, queueDay())[0]
	late.State, late.NotBefore = queue.Retrying, queueDay().Add(time.Minute)
	recordItems(t, q, late)
	got := claimAt(t, q, queue.BatchSize, queueDay().Add(time.Minute-time.Millisecond))
	wantNames(t, "before its time", got, "never")
	there := queueDay().Add(time.Hour)
	got = mustGet[[]queue.Item](t)(q.Claim(t.Context(), queue.BatchSize, queueDay().Add(time.Minute), there))
	wantNames(t, "at its time", got, "late")
	if i := got[0]; i.State != queue.Sending || i.Attempts != 2 || !i.SentAt.Equal(queueDay().Add(time.Minute)) || !i.PlatformAt.Equal(there) || !i.NotBefore.IsZero() || i.Reads != 0 {
		t.Errorf("claimed as %+v", i)
	}
	if kept := changedItems(t, open("one"))[got[0].Ref]; !reflect.DeepEqual(kept, got[0]) {
		t.Errorf("on disk is %+v, claimed %+v", kept, got[0])
	}
	wantNames(t, "what is on its way already", claimAt(t, q, queue.BatchSize, queueDay().Add(time.Hour)), "")
}

func claimOneOfName(t *testing.T, open Opener) {
	for _, c := range []struct {
		state queue.State
		lost  bool
		free  bool
	}{{queue.Sending, false, false}, {queue.Accepted, false, false}, {queue.Retrying, true, false},
		{queue.Retrying, false, true}, {queue.Failed, false, true}, {queue.Imported, false, true}} {
		q := open(fmt.Sprint(c))
		first, twin := entryNamed("twin"), entryNamed("x")
		twin.Ref, twin.Project.Name = catalog.NewRef("Component", "legacy", "twin"), "  TWIN "
		if n, err := q.Add(t.Context(), []queue.Entry{first, twin}, queueDay()); err != nil || n != 2 {
			t.Fatal(n, err)
		}
		got := claimAt(t, q, queue.BatchSize, queueDay())
		if len(got) != 1 {
			t.Fatalf("%d of a name go at once", len(got))
		}
		got[0].State, got[0].Lost, got[0].NotBefore = c.state, c.lost, queueDay().Add(time.Hour)
		recordItems(t, q, got...)
		next := claimAt(t, q, queue.BatchSize, queueDay())
		if free := len(next) == 1; free != c.free {
			t.Errorf("with one %s (lost %t) %d more of its name were claimed", c.state, c.lost, len(next))
		}
		// The next case has the same name and its own queue of names: end this one.
		for _, item := range changedItems(t, q) {
			item.State = queue.Imported
			recordItems(t, q, item)
		}
	}
}

func claimBound(t *testing.T, open Opener) {
	q := open("one")
	if n, err := q.Add(t.Context(), Entries("n", 60), queueDay()); err != nil || n != 60 {
		t.Fatal(n, err)
	}
	if got := claimAt(t, q, queue.BatchSize, queueDay()); len(got) != queue.BatchSize {
		t.Fatalf("%d were claimed, want %d", len(got), queue.BatchSize)
	} else {
		for i := range got {
			got[i].State, got[i].BatchMax = queue.Retrying, []int{12, 6, 1}[i%3]
		}
		recordItems(t, q, got...)
	}
	sizes := map[int]int{}
	for got := claimAt(t, q, queue.BatchSize, queueDay()); len(got) > 0; got = claimAt(t, q, queue.BatchSize, queueDay()) {
		for _, item := range got {
			if item.BatchMax != got[0].BatchMax || len(got) > item.BatchMax {
				t.Errorf("a batch of %d holds one of at most %d, the first says %d", len(got), item.BatchMax, got[0].BatchMax)
			}
		}
		sizes[got[0].BatchMax] += len(got)
	}
	if want := map[int]int{queue.BatchSize: 35, 12: 9, 6: 8, 1: 8}; !reflect.DeepEqual(sizes, want) {
		t.Errorf("claimed by bound: %v, want %v", sizes, want)
	}
}

func claimInstances(t *testing.T, open Opener) {
	one, two := open("one"), open("two")
	for i := range 10 {
		addNames(t, one, fmt.Sprintf("one%d", i))
		addNames(t, two, fmt.Sprintf("two%d", i))
	}
	total := 0
	for got := claimAt(t, one, queue.BatchSize, queueDay()); len(got) > 0; got = claimAt(t, one, queue.BatchSize, queueDay()) {
		for _, item := range got {
			if item.Instance != got[0].Instance {
				t.Fatalf("a batch holds items of %s and %s", got[0].Instance, item.Instance)
			}
		}
		total += len(got)
	}
	if total != 20 {
		t.Errorf("%d of 20 items were claimed by the one runner", total)
	}
}

func claimLost(t *testing.T, open Opener) {
	q := open("one")
	addNames(t, q, "a")
	settleAll(t, q, func(i *queue.Item) { i.State, i.Lost = queue.Retrying, true })
	wantNames(t, "a lost item", claimAt(t, q, queue.BatchSize, queueDay().Add(1000*time.Hour)), "")
	item := changedItems(t, q)[entryNamed("a").Ref]
	item.Lost = false
	recordItems(t, q, item)
	wantNames(t, "once it is known not to have arrived", claimAt(t, q, queue.BatchSize, queueDay()), "a")
}

func contextCancelled(t *testing.T, open Opener) {
	q := open("one")
	addNames(t, q, "a")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := q.Add(ctx, []queue.Entry{entryNamed("b")}, queueDay()); err == nil {
		t.Error("an entry was added after the end")
	}
	if got, err := q.Claim(ctx, queue.BatchSize, queueDay(), time.Time{}); err == nil || len(got) > 0 {
		t.Errorf("%d items were claimed after the end, %v", len(got), err)
	}
	held := changedItems(t, q)[entryNamed("a").Ref]
	held.State = queue.Imported
	if err := q.Record(ctx, []queue.Item{held}); err == nil {
		t.Error("an item was recorded after the end")
	}
	if n, err := q.Recover(ctx); err == nil || n > 0 {
		t.Errorf("%d items were recovered after the end, %v", n, err)
	}
	if items := changedItems(t, q); len(items) != 1 || items[entryNamed("a").Ref].State != queue.Queued {
		t.Errorf("the queue holds %+v", items)
	}
}
