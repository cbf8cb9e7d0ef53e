package sqlite

import (
	"bytes"
	crand "crypto/rand"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/sqlfile"
)

const (
	damageKey   = "auto-import:one"
	damageValue = `{"flag":true,"here":true}`
)

// nothingRead is what the user is told of a file that has lost everything.
const nothingRead = "no item in it could be read"

// sampleQueue is the file of a closed queue with items in every state, and the items.
func sampleQueue(t *testing.T) (file []byte, items map[catalog.Ref]queue.Item) {
	t.Helper()
	dir, now := t.TempDir(), time.Now()
	q := openIn(t, dir)
	var entries []queue.Entry
	for i := range 24 {
		name := fmt.Sprintf("service-%02d", i)
		entries = append(entries, queue.Entry{Ref: catalog.NewRef("component", "default", name), Baseline: []string{"7"},
			Project: conviso.Project{ID: "Component:default/" + name, Name: name, Description: strings.Repeat("text ", 20), Tags: []string{"a"}}})
	}
	if _, err := q.Add(t.Context(), entries, now); err != nil {
		t.Fatal(err)
	}
	claimed, err := q.Claim(t.Context(), 15, now, time.Time{})
	if err != nil || len(claimed) != 15 {
		t.Fatalf("claimed %d, %v", len(claimed), err)
	}
	for i := range claimed[3:] {
		claimed[3+i].State = []queue.State{queue.Accepted, queue.Imported, queue.Failed, queue.Retrying}[i%4]
		claimed[3+i].Lost = claimed[3+i].State == queue.Retrying
	}
	if err := q.Record(t.Context(), claimed[3:]); err != nil {
		t.Fatal(err)
	}
	if err := q.SetMeta(t.Context(), damageKey, damageValue); err != nil {
		t.Fatal(err)
	}
	items = itemsOf(t, q)
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	if file, err = os.ReadFile(filepath.Join(dir, "queue.db")); err != nil {
		t.Fatal(err)
	}
	return file, items
}

func openIn(t *testing.T, dir string) *Queue {
	t.Helper()
	q, err := Open(dir, "queue", "one")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = q.Close() })
	return q
}

func itemsOf(t *testing.T, q *Queue) map[catalog.Ref]queue.Item {
	t.Helper()
	items, _, err := q.Changed(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	return byRef(items)
}

func byRef(items []queue.Item) map[catalog.Ref]queue.Item {
	found := make(map[catalog.Ref]queue.Item, len(items))
	for _, item := range items {
		found[item.Ref] = item
	}
	return found
}

// placed makes a folder with a queue of these bytes.
func placed(t *testing.T, file []byte) (dir string) {
	t.Helper()
	dir = filepath.Join(scratch(t), crand.Text())
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "queue.db"), file, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// fate is what became of the items of a damaged queue.
type fate struct{ intact, doubtful, failed, missing int }

// survey opens a damaged queue and fails the test where something is lost without a word: each
// item is as it was, or looked for before it is sent again, or failed with the reason, or else
// the user is told and the damaged file is kept as it was.
func survey(t *testing.T, dir string, file []byte, want map[catalog.Ref]queue.Item) fate {
	t.Helper()
	q, err := Open(dir, "queue", "one")
	if errors.Is(err, queue.ErrNewer) {
		// A wrong bit in the version's number: it is said, and the file is as it was.
		if got, err := os.ReadFile(filepath.Join(dir, "queue.db")); err != nil || !bytes.Equal(got, file) {
			t.Fatalf("a file that was refused has changed, %v", err)
		}
		return fate{doubtful: len(want)}
	}
	if err != nil {
		t.Fatalf("it cannot be opened: %v", err)
	}
	defer q.Close()
	got := itemsOf(t, q)
	note := q.Note()
	var f fate
	for ref, item := range want {
		now, there := got[ref]
		pending := item.State == queue.Queued || item.State == queue.Sending || item.State == queue.Retrying
		switch {
		case there && reflect.DeepEqual(now, item):
			f.intact++
		case note == "":
			t.Fatalf("%s was %+v and is %+v (%v), and nobody is told", ref, item, now, there)
		case !there:
			f.missing++
		case now.State == queue.Failed && now.Error == noteDamaged:
			f.failed++
		case now.State == queue.Retrying && now.Lost && reflect.DeepEqual(now.Project, item.Project):
			f.doubtful++
		case now.State == item.State && !pending && reflect.DeepEqual(now.Project, item.Project):
			f.intact++
		default:
			t.Fatalf("%s was %+v and is %+v", ref, item, now)
		}
	}
	if value, err := q.Meta(t.Context(), damageKey); err != nil || value != damageValue && (value != "" || note == "") {
		t.Fatalf("the fact is %q, %v, and the user read %q", value, err, note)
	}
	if note != "" {
		kept(t, dir, file)
		if honest := strings.Contains(note, nothingRead); honest != (len(got) == 0) {
			t.Fatalf("%d items are known, and the user reads %q", len(got), note)
		}
	}
	defer os.RemoveAll(dir)
	if _, err := q.Add(t.Context(), []queue.Entry{{Ref: "component:default/later", Project: conviso.Project{Name: "later"}}}, time.Now()); err != nil {
		t.Fatalf("it takes nothing any more: %v", err)
	}
	return f
}

// kept fails the test unless the damaged file is there as it was, alone.
func kept(t *testing.T, dir string, file []byte) {
	t.Helper()
	aside, err := sqlfile.Aside(filepath.Join(dir, "queue.db"))
	if err != nil || len(aside) != 1 {
		t.Fatalf("set aside are %q, %v", aside, err)
	}
	if got, err := os.ReadFile(aside[0]); err != nil || !bytes.Equal(got, file) {
		t.Fatalf("the damaged file is not what it was, %v", err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "queue.db.*scratch*")); err != nil || len(left) > 0 {
		t.Fatalf("left behind: %q, %v", left, err)
	}
}

// surveyAll surveys so many damaged files, some at once, and sums up.
func surveyAll(t *testing.T, count int, want map[catalog.Ref]queue.Item, bad func(i int) []byte) fate {
	t.Helper()
	const parts = 4
	fates := make([]fate, parts)
	t.Run("files", func(t *testing.T) {
		for part := range parts {
			t.Run(fmt.Sprint(part), func(t *testing.T) {
				t.Parallel()
				for i := part; i < count; i += parts {
					file := bad(i)
					fates[part] = fates[part].plus(survey(t, placed(t, file), file, want))
				}
			})
		}
	})
	var sum fate
	for _, f := range fates {
		sum = sum.plus(f)
	}
	return sum
}

// TestTruncatedQueue protects the promises in a file that a disk has cut short.
func TestTruncatedQueue(t *testing.T) {
	file, items := sampleQueue(t)
	cuts := lengths(len(file))
	sum := surveyAll(t, len(cuts), items, func(i int) []byte { return file[:cuts[i]] })
	t.Logf("%d bytes, %d lengths: %+v", len(file), len(cuts), sum)
	if sum.doubtful == 0 || sum.missing == 0 || sum.intact == 0 {
		t.Errorf("the cuts were all alike: %+v", sum)
	}
}

// TestFlippedQueue protects the promises in a file with a wrong bit.
func TestFlippedQueue(t *testing.T) {
	file, items := sampleQueue(t)
	random := rand.New(rand.NewPCG(1, 3))
	bits := make([]int, flips)
	for i := range bits {
		bits[i] = random.IntN(len(file) * 8)
	}
	sum := surveyAll(t, flips, items, func(i int) []byte {
		bad := bytes.Clone(file)
		bad[bits[i]/8] ^= 1 << (bits[i] % 8)
		return bad
	})
	t.Logf("%d flips: %+v", flips, sum)
	if sum.missing > flips*len(items)/100 {
		t.Errorf("a wrong bit costs too much: %+v", sum)
	}
}

func (f fate) plus(g fate) fate {
	return fate{f.intact + g.intact, f.doubtful + g.doubtful, f.failed + g.failed, f.missing + g.missing}
}

// TestDamagedQueues protects the user of a file that has lost more than a bit.
func TestDamagedQueues(t *testing.T) {
	file, items := sampleQueue(t)
	cases := map[string]struct {
		damage func([]byte) []byte
		// rescued is the least number of items that are still known.
		rescued int
	}{
		"empty":               {func([]byte) []byte { return nil }, 0},
		"not a database":      {func([]byte) []byte { return []byte(strings.Repeat("no database ", 1000)) }, 0},
		"no head":             {func(b []byte) []byte { copy(b, make([]byte, 4096)); return b }, 0},
		"a head of noise":     {func(b []byte) []byte { copy(b, bytes.Repeat([]byte{0xa5}, 4096)); return b }, 0},
		"a page of zeros":     {func(b []byte) []byte { copy(b[2*4096:], make([]byte, 4096)); return b }, len(items) / 2},
		"the second half off": {func(b []byte) []byte { return b[:len(b)/2] }, 1},
		"another version's":   {func(b []byte) []byte { copy(b[60:], []byte{0, 0, 0, 0}); return b }, len(items)},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			bad := c.damage(bytes.Clone(file))
			f := survey(t, placed(t, bad), bad, items)
			if len(items)-f.missing < c.rescued {
				t.Errorf("%+v, want at least %d known", f, c.rescued)
			}
		})
	}
}

// TestRescueOnce protects a damaged file from two processes that meet it at once: one of them
// sets it aside, and both go on with the same new one.
func TestRescueOnce(t *testing.T) {
	file, _ := sampleQueue(t)
	bad := bytes.Clone(file)
	copy(bad[4096:], make([]byte, 100))
	dir := placed(t, bad)
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() {
			q, err := Open(dir, "queue", "one")
			if err != nil {
				t.Error(err)
				return
			}
			defer q.Close()
			ref := catalog.NewRef("component", "default", fmt.Sprint("later-", i))
			if _, err := q.Add(t.Context(), []queue.Entry{{Ref: ref}}, time.Now()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	kept(t, dir, bad)
	got := itemsOf(t, openIn(t, dir))
	for i := range 4 {
		if _, ok := got[catalog.NewRef("component", "default", fmt.Sprint("later-", i))]; !ok {
			t.Errorf("later-%d is gone", i)
		}
	}
}

// TestRescueBrokenOff protects what a rescue had ready when its process died: before the
// damaged file was set aside, and after.
func TestRescueBrokenOff(t *testing.T) {
	file, items := sampleQueue(t)
	t.Run("after", func(t *testing.T) {
		dir := placed(t, file)
		path := filepath.Join(dir, "queue.db")
		if err := os.Rename(path, path+readyFile); err != nil {
			t.Fatal(err)
		}
		q := openIn(t, dir)
		if got := itemsOf(t, q); len(got) != len(items) || !strings.Contains(q.Note(), "an earlier run has rescued") {
			t.Errorf("%d of %d items; %q", len(got), len(items), q.Note())
		}
	})
	t.Run("before", func(t *testing.T) {
		dir := placed(t, file)
		path := filepath.Join(dir, "queue.db")
		losePage(t, path)
		bad, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, rest := range []string{readyFile + partFile, readyFile} {
			if err := os.WriteFile(path+rest, []byte("half"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if f := survey(t, dir, bad, items); f.missing > 0 {
			t.Errorf("%+v", f)
		}
	})
}

// TestForeignJournal protects a new queue from the journal of one that was moved away: SQLite
// would play it into the new one.
func TestForeignJournal(t *testing.T) {
	dir := t.TempDir()
	journal := filepath.Join(dir, "queue.db-journal")
	if err := os.WriteFile(journal, bytes.Repeat([]byte{0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7}, 1024), 0o600); err != nil {
		t.Fatal(err)
	}
	q := openIn(t, dir)
	if _, err := q.Add(t.Context(), []queue.Entry{{Ref: "component:default/a"}}, time.Now()); err != nil || len(itemsOf(t, q)) != 1 {
		t.Errorf("%v, %d items", err, len(itemsOf(t, q)))
	}
}
