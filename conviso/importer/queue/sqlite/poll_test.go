package sqlite

import (
	"os"
	"testing"
	"testing/synctest"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
)

// restingQueue is a queue with one item that nobody has touched for an hour, as its watcher knows
// it, the number of its last change, and another process's handle of it.
func restingQueue(t *testing.T) (watcher, other *Queue, seq int64) {
	t.Helper()
	dir := t.TempDir()
	watcher, other = openIn(t, dir), openIn(t, dir)
	addNamed(t, other, "a")
	touch(t, watcher, time.Now().Add(-time.Hour))
	_, seq, err := watcher.Changed(t.Context(), 0)
	if err != nil || seq == 0 {
		t.Fatalf("up to %d, %v", seq, err)
	}
	return watcher, other, seq
}

// addNamed adds an entity of this name.
func addNamed(t *testing.T, q *Queue, name string) {
	t.Helper()
	entry := queue.Entry{Ref: catalog.NewRef("component", "default", name), Project: conviso.Project{Name: name}}
	if n, err := q.Add(t.Context(), []queue.Entry{entry}, time.Now()); err != nil || n != 1 {
		t.Fatalf("%d were added, %v", n, err)
	}
}

// wantOne fails the test unless the items are the one of this name.
func wantOne(t *testing.T, items []queue.Item, name string) {
	t.Helper()
	if len(items) != 1 || items[0].Project.Name != name {
		t.Errorf("got %+v, want %s alone", items, name)
	}
}

func touch(t *testing.T, q *Queue, at time.Time) {
	t.Helper()
	if err := os.Chtimes(q.path, at, at); err != nil {
		t.Fatal(err)
	}
}

// TestRestingQueueIsNotRead protects idle tables from work: a file that is as it was is not
// locked and read twice a second.
func TestRestingQueueIsNotRead(t *testing.T) {
	q, _, seq := restingQueue(t)
	// What is read from now on fails.
	if err := q.file.db.Close(); err != nil {
		t.Fatal(err)
	}
	items, next, err := q.Changed(t.Context(), seq)
	if err != nil || len(items) > 0 || next != seq {
		t.Errorf("%d items up to %d, %v", len(items), next, err)
	}
}

// TestEveryChangeIsSeen protects what other processes do from being taken for nothing, since
// the file seems to be as it was.
func TestEveryChangeIsSeen(t *testing.T) {
	for name, c := range map[string]struct {
		// age is the file's at the watcher's last look.
		age time.Duration
		// lies reports that the change does not show in the file's time.
		lies bool
		// between comes between the two looks.
		between func(q *Queue)
		shared  bool
	}{
		"that shows":             {age: time.Hour},
		"while it was stopped":   {age: time.Hour, between: func(q *Queue) { _ = os.Chtimes(q.path, time.Time{}, time.Now().Add(-time.Minute)) }},
		"in the same moment":     {age: 0, lies: true},
		"in the future":          {age: -time.Hour, lies: true},
		"behind a time of steps": {age: time.Second, lies: true},
		"late, behind a lie":     {age: time.Hour, lies: true, between: func(q *Queue) { q.lastEmptyPoll.at = q.lastEmptyPoll.at.Add(-emptyPollLife) }},
		"from another host":      {age: time.Hour, lies: true, shared: true},
	} {
		t.Run(name, func(t *testing.T) {
			watcher, other, _ := restingQueue(t)
			watcher.onNetwork = c.shared
			claimed, err := other.Claim(t.Context(), 1, time.Now(), time.Time{})
			if err != nil || len(claimed) != 1 {
				t.Fatal(claimed, err)
			}
			item := claimed[0]
			at := time.Now().Add(-c.age)
			touch(t, watcher, at)
			if items, _, err := watcher.Changed(t.Context(), item.Seq); err != nil || len(items) > 0 {
				t.Fatalf("%d items before the change, %v", len(items), err)
			}
			// The file is as large after the change as before.
			item.State = queue.Imported
			if err := other.Record(t.Context(), []queue.Item{item}); err != nil {
				t.Fatal(err)
			}
			if c.lies {
				touch(t, watcher, at)
			}
			if c.between != nil {
				c.between(watcher)
			}
			items, _, err := watcher.Changed(t.Context(), item.Seq)
			if err != nil {
				t.Fatal(err)
			}
			wantOne(t, items, "a")
		})
	}
	t.Run("asked from the beginning", func(t *testing.T) {
		watcher, _, _ := restingQueue(t)
		items, _, err := watcher.Changed(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		wantOne(t, items, "a")
	})
	t.Run("a closed queue", func(t *testing.T) {
		watcher, _, seq := restingQueue(t)
		_ = watcher.Close()
		if _, _, err := watcher.Changed(t.Context(), seq); err == nil {
			t.Error("a queue that was closed has nothing new")
		}
	})
}

// TestLooksBecomeRarer protects idle processes from waking up, and those who watch an import from
// news that are late.
func TestLooksBecomeRarer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		q, other := openIn(t, dir), openIn(t, dir)
		var seq int64
		looks := func(since int64) {
			var err error
			if _, seq, err = q.Changed(t.Context(), since); err != nil {
				t.Fatal(err)
			}
		}
		waits := func() time.Duration {
			began := time.Now()
			if err := q.Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			return time.Since(began)
		}
		for _, step := range []struct {
			after string
			do    func()
			want  time.Duration
		}{
			{"the start", func() {}, pollInterval},
			{"a rest", func() { time.Sleep(idleAfter) }, idleInterval},
			{"a change", func() { addNamed(t, q, "a") }, pollInterval},
			{"another rest", func() { time.Sleep(idleAfter) }, idleInterval},
			{"a look at all there is", func() { looks(0) }, idleInterval},
			{"news of another process", func() { addNamed(t, other, "b"); looks(seq) }, pollInterval},
		} {
			step.do()
			if got := waits(); got != step.want {
				t.Errorf("after %s a wait takes %s, want %s", step.after, got, step.want)
			}
		}
	})
}
