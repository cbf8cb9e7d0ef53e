package sqlite

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"conviso-importer/conviso/importer/queue"
	"conviso-importer/conviso/importer/queue/queuetest"
)

// openOutside opens a queue with a mark outside of its folder.
func openOutside(t *testing.T, dir, outside string) *Queue {
	t.Helper()
	q, err := OpenWith(dir, "queue", "one", Options{Outside: outside})
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// TestOlderThanSent checks when a file counts as older than what was sent from it: restored, deleted soon after, and
// not otherwise. What is told is told once.
func TestOlderThanSent(t *testing.T) {
	const sends = 3
	for name, c := range map[string]struct {
		change func(t *testing.T, path, backup, mark string)
		note   string
		lost   int
	}{
		"nothing has happened": {func(*testing.T, string, string, string) {}, "", 0},
		"a restored file":      {func(t *testing.T, path, backup, _ string) { rename(t, backup, path) }, "restored backup", sends},
		"a deleted file": {func(t *testing.T, path, _, _ string) {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}, "has gone after", 0},
		"a file deleted long after": {func(t *testing.T, path, _, mark string) {
			write(t, mark, "1000 1000\n")
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}, "", 0},
		"no mark any more": {func(t *testing.T, path, backup, mark string) { rename(t, backup, path); write(t, mark, "no mark") }, "", 0},
		"a mark that is too long": {func(t *testing.T, path, backup, mark string) {
			rename(t, backup, path)
			write(t, mark, strings.Repeat("9", mostMark+1))
		}, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			dir, outside := queuetest.MemoryDir(t), queuetest.MemoryDir(t)
			path := filepath.Join(dir, "queue.db")
			q := openOutside(t, dir, outside)
			if _, err := q.Add(t.Context(), queuetest.Entries("a", sends), time.Now()); err != nil {
				t.Fatal(err)
			}
			doc, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			backup := filepath.Join(outside, "backup")
			write(t, backup, string(doc))
			claimed, err := q.Claim(t.Context(), sends, time.Now(), time.Time{})
			if err != nil || len(claimed) == 0 {
				t.Fatal(claimed, err)
			}
			for i := range claimed {
				claimed[i].State = queue.Accepted
			}
			if err := q.Record(t.Context(), claimed); err != nil {
				t.Fatal(err)
			}
			_ = q.Close()
			marks, err := filepath.Glob(filepath.Join(outside, "*.sent"))
			if err != nil || len(marks) != 1 {
				t.Fatal(marks, err)
			}
			c.change(t, path, backup, marks[0])
			for again := range 2 {
				q = openOutside(t, dir, outside)
				note := q.Note()
				work, err := q.Work(t.Context())
				if err != nil || work.Lost != c.lost {
					t.Errorf("time %d: %+v, %v", again, work, err)
				}
				if want := c.note; again == 0 && (want == "") != (note == "") || again == 0 && !strings.Contains(note, want) || again > 0 && note != "" {
					t.Errorf("time %d, the user reads %q", again, note)
				}
				_ = q.Close()
			}
		})
	}
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestDoubtEndsWithASend protects an item that is sent after it was doubted: what was read of it before does not
// replace what is known since.
func TestDoubtEndsWithASend(t *testing.T) {
	q := openIn(t, queuetest.MemoryDir(t))
	now := time.Now()
	if _, err := q.Add(t.Context(), queuetest.Entries("a", 1), now); err != nil {
		t.Fatal(err)
	}
	if n, err := q.Doubt(t.Context(), now); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	before, err := q.Pending(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// The assets do not show it, so it waits to be sent.
	absent := slices.Clone(before)
	absent[0].State, absent[0].Lost = queue.Queued, false
	if err := q.Record(t.Context(), absent); err != nil {
		t.Fatal(err)
	}
	if claimed, err := q.Claim(t.Context(), 1, now, time.Time{}); err != nil || len(claimed) != 1 || claimed[0].Error != "" {
		t.Fatal(claimed, err)
	}
	if err := q.Record(t.Context(), before); err != nil {
		t.Fatal(err)
	}
	for ref, item := range itemsOf(t, q) {
		if item.State != queue.Sending || item.Lost || item.Attempts != 2 {
			t.Errorf("%s is %+v", ref, item)
		}
	}
}
