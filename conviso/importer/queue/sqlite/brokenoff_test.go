package sqlite

import (
	"context"
	"errors"
	"testing"
	"time"

	"conviso-importer/conviso/importer/queue"
	"conviso-importer/conviso/importer/queue/queuetest"
)

// TestBrokenOffCalls protects a large import from those who look at it: a call that is broken off, at whatever
// moment, is no damage. The file is not opened again, which would check it whole under the exclusive lock.
func TestBrokenOffCalls(t *testing.T) {
	const items, tries = 2*pageSize + 7, 20
	q := openIn(t, t.TempDir())
	if _, err := q.Add(t.Context(), queuetest.Entries("many", items), time.Now()); err != nil {
		t.Fatal(err)
	}
	file := q.file
	for name, call := range map[string]func(ctx context.Context) error{
		"Changed":    func(ctx context.Context) error { _, _, err := q.Changed(ctx, 0); return err },
		"Pending":    func(ctx context.Context) error { _, err := q.Pending(ctx); return err },
		"Unverified": func(ctx context.Context) error { _, err := q.Unverified(ctx); return err },
		"Work":       func(ctx context.Context) error { _, err := q.Work(ctx); return err },
		"Claim": func(ctx context.Context) error {
			_, err := q.Claim(ctx, queue.BatchSize, time.Now().Add(-time.Hour), time.Time{})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			if err := call(t.Context()); err != nil {
				t.Fatal(err)
			}
			took := time.Since(began)
			for i := range tries {
				ctx, stop := context.WithTimeout(t.Context(), took*time.Duration(i)/tries)
				err := call(ctx)
				stop()
				if err != nil && !errors.Is(err, context.DeadlineExceeded) {
					t.Fatalf("broken off after %d/%d of its time: %v", i, tries, err)
				}
				if q.file != file || q.Note() != "" {
					t.Fatalf("broken off after %d/%d of its time, the file was opened again: %q", i, tries, q.Note())
				}
			}
		})
	}
}

// TestPagedReads protects whoever reads a queue while it changes: nothing is missed, nothing comes twice, and each
// item comes as it was last.
func TestPagedReads(t *testing.T) {
	const items = 3 * pageSize
	q := openIn(t, t.TempDir())
	if _, err := q.Add(t.Context(), queuetest.Entries("many", items), time.Now()); err != nil {
		t.Fatal(err)
	}
	pages := 0
	// Between two pages the first items are claimed, some of them of pages that were read.
	read, err := paged(queue.Item{Instance: q.instance}, func(last queue.Item) ([]queue.Item, error) {
		if pages++; pages > 1 {
			if claimed, err := q.Claim(t.Context(), queue.BatchSize, time.Now(), time.Time{}); err != nil || len(claimed) == 0 {
				t.Fatalf("%d were claimed, %v", len(claimed), err)
			}
		}
		if pages == 3 {
			addNamed(t, q, "late")
		}
		return q.selection(t.Context(), "WHERE instance = ? AND seq > ? ORDER BY seq LIMIT ?", q.instance, last.Seq, pageSize)
	})
	if err != nil {
		t.Fatal(err)
	}
	seen, seq := map[queue.ID]queue.State{}, int64(0)
	for i := range read {
		if _, twice := seen[read[i].ID()]; twice || read[i].Seq <= seq {
			t.Fatalf("%s comes twice, or out of order", read[i].Ref)
		}
		seen[read[i].ID()], seq = read[i].State, read[i].Seq
	}
	whole, newest, err := q.Changed(t.Context(), 0)
	if err != nil || len(whole) != len(seen) || len(whole) != items+1 || newest != seq {
		t.Fatalf("%d items up to %d, want %d up to %d, %v", len(seen), seq, len(whole), newest, err)
	}
	for i := range whole {
		if got := seen[whole[i].ID()]; got != whole[i].State {
			t.Errorf("%s was read as %q and is %q", whole[i].Ref, got, whole[i].State)
		}
	}
	if got, err := q.Pending(t.Context()); err != nil || len(got) != len(whole) {
		t.Errorf("%d are pending, want %d, %v", len(got), len(whole), err)
	}
	each := 0
	if err := q.EachPending(t.Context(), func(page []queue.Item) error { each += len(page); return nil }); err != nil || each != len(whole) {
		t.Errorf("%d came a page at a time, want %d, %v", each, len(whole), err)
	}
}
