package sqlite

import (
	"fmt"
	"path/filepath"
	"testing"

	"conviso-importer/conviso/importer/queue/queuetest"
	"conviso-importer/internal/demo"
)

// finishedQueue is a queue that has imported the first n components of a demo.
func finishedQueue(t testing.TB, n int) *Queue {
	t.Helper()
	w, err := demo.NewWorld(demo.Options{Entities: n, Imported: n, Still: true})
	if err != nil {
		t.Fatal(err)
	}
	q, err := Open(queuetest.MemoryDir(t), "queue", "one")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = q.Close() })
	if err := queuetest.Fill(t.Context(), q, queuetest.Finished("one", w.Platform.Assets(w.CompanyID))); err != nil {
		t.Fatal(err)
	}
	return q
}

// BenchmarkFinished measures what a start reads of a queue, by how much it has imported.
func BenchmarkFinished(b *testing.B) {
	for _, n := range []int{100, 100_000} {
		q := finishedQueue(b, n)
		b.Run(fmt.Sprint("history of ", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if h, err := q.Finished(b.Context()); err != nil || h.Len() < n-20 {
					b.Fatal(h.Len(), err)
				}
			}
		})
		b.Run(fmt.Sprint("items after ", n), func(b *testing.B) {
			for b.Loop() {
				if _, _, err := q.Items(b.Context(), 1<<62); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprint("open after ", n), func(b *testing.B) {
			for b.Loop() {
				again, err := Open(filepath.Dir(q.path), "queue", "one")
				if err != nil {
					b.Fatal(err)
				}
				if _, err := again.Recover(b.Context()); err != nil {
					b.Fatal(err)
				}
				_ = again.Close()
			}
		})
		b.Run(fmt.Sprint("claims after ", n), func(b *testing.B) {
			for b.Loop() {
				if _, err := q.Claims(b.Context(), "payment-settlement"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
