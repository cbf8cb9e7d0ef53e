package importer

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/demo"
)

// takenQueue notes when the last of so many items was accepted, on disk.
type takenQueue struct {
	queue.Queue

	taken map[queue.ID]bool
	all   int
	at    atomic.Pointer[time.Time]
}

func (q *takenQueue) Record(ctx context.Context, items []Item) error {
	if err := q.Queue.Record(ctx, items); err != nil {
		return err
	}
	for i := range items {
		if items[i].State == Accepted || items[i].State == Imported {
			q.taken[items[i].ID()] = true
		}
	}
	if now := time.Now(); len(q.taken) == q.all {
		q.at.CompareAndSwap(nil, &now)
	}
	return nil
}

// sendMany sends so many entities to a platform that takes so long for each request, with at
// most so many requests on their way, and returns how long it took from the start of the drain
// until the last one was accepted.
func sendMany(tb testing.TB, entities, inFlight int, latency time.Duration) (time.Duration, *world) {
	tb.Helper()
	names := make([]string, entities)
	for i := range names {
		names[i] = fmt.Sprintf("service-%06d", i)
	}
	w := newWorld(tb, demo.PlatformOptions{Latency: latency}, names...)
	w.lane = make(chan struct{}, inFlight)
	entries := make([]queue.Entry, entities)
	for i, ref := range w.refs() {
		entries[i] = queue.Entry{Ref: ref, Project: conviso.Project{ID: "Component:default/" + names[i], Name: names[i],
			Description: "a service of some team", Tags: []string{"go", "pci"}}}
	}
	if _, err := w.queue.Add(tb.Context(), entries, time.Now()); err != nil {
		tb.Fatal(err)
	}
	watched := &takenQueue{Queue: w.queue, taken: map[queue.ID]bool{}, all: entities}
	w.config.Queue = watched
	w.Engine = NewEngine(w.config)
	began := time.Now()
	if err := w.Drain(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	at := watched.at.Load()
	if at == nil {
		tb.Fatalf("%d of %d were accepted", len(watched.taken), entities)
	}
	return at.Sub(began), w
}

// BenchmarkSending sends 5,000 entities to a platform that takes 200 ms for each request, once
// with one request in flight and once with as many as there are, the queue on disk both times.
func BenchmarkSending(b *testing.B) {
	for b.Loop() {
		one, _ := sendMany(b, 5000, 1, 200*time.Millisecond)
		many, _ := sendMany(b, 5000, 1000, 200*time.Millisecond)
		b.ReportMetric(one.Seconds(), "s-one")
		b.ReportMetric(5000/many.Seconds(), "entities/s")
		b.ReportMetric(one.Seconds()/many.Seconds(), "x-one-in-flight")
	}
}

// TestOutcomesShareAWrite protects the pace of sending on a slow disk: batches that have come back
// by the time that one is written down are written with it, all of them.
func TestOutcomesShareAWrite(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{}, manyNames(3*BatchSize)...)
		w.submit(Request{Bulk: w.refs()})
		counted := &countedQueue{Queue: w.queue}
		w.config.Queue = counted
		r := newRunner(NewEngine(w.config))
		var outs []sent
		for range 3 {
			items, err := w.queue.Claim(t.Context(), BatchSize, time.Now(), time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			outs = append(outs, sent{batch: batch{items: items}, result: conviso.ImportResult{Success: true, ImportedCount: len(items)}})
			r.inFlight++
		}
		for _, out := range outs[1:] {
			go func() { r.sentCh <- out }()
		}
		synctest.Wait()
		r.record(t.Context(), outs[0])
		w.wantStates(Accepted, w.refs()...)
		if counted.records != 1 || r.inFlight != 0 {
			t.Errorf("%d writes, %d still on their way", counted.records, r.inFlight)
		}
	})
}

// countedQueue counts what is written of outcomes.
type countedQueue struct {
	queue.Queue

	records int
}

func (q *countedQueue) Record(ctx context.Context, items []Item) error {
	q.records++
	return q.Queue.Record(ctx, items)
}
