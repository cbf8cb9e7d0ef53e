package sqlite

import (
	"cmp"
	"database/sql"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
)

// formatTwo is the schema before the history, without what a file got later.
const formatTwo = `
CREATE TABLE items (instance TEXT NOT NULL, ref TEXT NOT NULL, seq INTEGER NOT NULL, name_key TEXT NOT NULL, project TEXT NOT NULL,
	state TEXT NOT NULL, lost INTEGER NOT NULL, attempts INTEGER NOT NULL, batch_max INTEGER NOT NULL, error TEXT NOT NULL,
	asset_id TEXT NOT NULL, baseline TEXT NOT NULL, strict INTEGER NOT NULL, reads INTEGER NOT NULL, added_at INTEGER NOT NULL,
	sent_at INTEGER NOT NULL, checked_at INTEGER NOT NULL, not_before INTEGER NOT NULL, sum INTEGER NOT NULL, PRIMARY KEY (instance, ref)) WITHOUT ROWID;
CREATE INDEX items_seq ON items (instance, seq);
CREATE INDEX items_work ON items (state, lost, not_before, sent_at);
CREATE INDEX items_name ON items (name_key, state, lost, asset_id);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
PRAGMA user_version = 2;
`

// writeFormatTwo makes a queue as the last version without a history left it; known says which assets were
// also remembered.
func writeFormatTwo(t testing.TB, dir string, items []queue.Item, known ...knownRow) {
	t.Helper()
	path := filepath.Join(dir, "queue.db")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := openDB(path)
	if err == nil {
		_, err = db.Exec(formatTwo + sideTables)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := transact(t.Context(), db, func(tx *sql.Tx) error {
		last := int64(0)
		insert, err := tx.Prepare("INSERT INTO items VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
		if err != nil {
			return err
		}
		defer insert.Close()
		for i := range items {
			r, err := toRow(&items[i])
			if err != nil {
				return err
			}
			last = max(last, r.seq)
			sum := checksum(r.instance, r.ref, r.nameKey, r.project, r.state, r.failure, r.assetID, r.baseline,
				strconv.FormatInt(r.seq, 10), strconv.FormatInt(r.addedAt, 10), strconv.FormatInt(r.sentAt, 10),
				strconv.FormatInt(r.checkedAt, 10), strconv.FormatInt(r.notBefore, 10), strconv.Itoa(r.attempts),
				strconv.Itoa(r.batchMax), strconv.Itoa(r.reads), strconv.FormatBool(r.lost), strconv.FormatBool(r.strict))
			if _, err := insert.Exec(r.instance, r.ref, r.seq, r.nameKey, r.project, r.state, r.lost, r.attempts, r.batchMax, r.failure, r.assetID,
				r.baseline, r.strict, r.reads, r.addedAt, r.sentAt, r.checkedAt, r.notBefore, int64(sum)); err != nil {
				return err
			}
		}
		if _, err := tx.Exec("INSERT INTO meta VALUES ('seq', ?)", last); err != nil {
			return err
		}
		return putKnown(tx, known)
	}); err != nil {
		t.Fatal(err)
	}
}

// manyItems are so many items, four in five of them imported, of two instances.
func manyItems(n int) []queue.Item {
	at := time.UnixMilli(1_795_000_000_123)
	items := make([]queue.Item, n)
	for i := range items {
		name := fmt.Sprintf("service-%06d", i)
		item := queue.Item{Instance: "one", Ref: catalog.NewRef("Component", "default", name), Seq: int64(i + 1), State: queue.Imported, Attempts: 1 + i%2,
			BatchMax: queue.BatchSize, AssetID: fmt.Sprint(1000 + i), AddedAt: at, SentAt: at.Add(time.Second), CheckedAt: at.Add(time.Duration(i) * time.Minute),
			Project: conviso.Project{ID: "Component:default/" + name, Name: strings.ToUpper(name[:1]) + name[1:], Description: strings.Repeat("text ", 20),
				RepoURL: "https://git.example/" + name, Tags: []string{"a", "b"}, Owner: "group:default/team-a", AssetType: "api"}}
		if i%5 == 4 {
			states := []queue.State{queue.Queued, queue.Failed, queue.Accepted, queue.Retrying, queue.Sending}
			item.State, item.AssetID = states[i/5%len(states)], ""
		}
		if i%7 == 3 {
			item.Instance, item.Strict, item.Baseline, item.Error = "two", true, []string{"7", "8"}, "asset 9 of the same name appeared as well"
		}
		items[i] = item
	}
	return items
}

// sameQueue fails the test unless a folder's queue has the items, the finished ones in the history.
func sameQueue(t *testing.T, dir string, items []queue.Item) {
	t.Helper()
	want := map[queue.ID]queue.Item{}
	for i := range items {
		item := items[i]
		if item.State == queue.Imported {
			item = queue.Finish(&item).Item
		}
		want[item.ID()] = item
	}
	for _, instance := range []string{"one", "two"} {
		q, err := Open(dir, "queue", instance)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = q.Close() })
		if note := q.Note(); note != "" {
			t.Fatalf("it is told to be damaged: %s", note)
		}
		got, _, err := q.Changed(t.Context(), 0)
		if err != nil || !slices.IsSortedFunc(got, func(a, b queue.Item) int { return cmp.Compare(a.Seq, b.Seq) }) {
			t.Fatalf("%d items in order of their changes, %v", len(got), err)
		}
		for _, item := range got {
			if !reflect.DeepEqual(item, want[item.ID()]) {
				t.Fatalf("got %+v\nwant %+v", item, want[item.ID()])
			}
			delete(want, item.ID())
			if ids, err := q.Claims(t.Context(), item.Key()); item.State == queue.Imported && (err != nil || !slices.Contains(ids, item.AssetID)) {
				t.Fatalf("%s claims %v, %v", item.Ref, ids, err)
			}
		}
		open, _, err := q.Items(t.Context(), math.MaxInt64)
		if i := slices.IndexFunc(open, func(i queue.Item) bool { return i.State == queue.Imported }); err != nil || i >= 0 {
			t.Fatalf("a finished item is read with the others: %d, %v", i, err)
		}
	}
	if len(want) > 0 {
		t.Fatalf("%d items are missing", len(want))
	}
	checkSound(t, filepath.Join(dir, "queue.db"))
}

// TestMovesFinished protects the queues that users have: what an older version has finished is the history
// of this one, and nothing else of it changes. What was asked of the platform stays known, the rest of what
// is known is the history's.
func TestMovesFinished(t *testing.T) {
	dir, items := t.TempDir(), manyItems(40)
	asked := queue.Known{Ref: items[1].Ref, AssetID: items[1].AssetID, Fate: queue.FateDeleted, AskedAt: time.UnixMilli(5)}
	other := queue.Known{Ref: items[2].Ref, AssetID: "another"}
	byName := queue.Known{Ref: "component:default/by-name", AssetID: "77"}
	writeFormatTwo(t, dir, items, knownRow{"one", queue.Known{Ref: items[0].Ref, AssetID: items[0].AssetID}}, knownRow{"one", asked}, knownRow{"one", other}, knownRow{"one", byName})
	for range 2 {
		sameQueue(t, dir, items)
	}
	q := openIn(t, dir)
	want := []queue.Known{byName, asked, other}
	if known, err := q.Known(t.Context()); err != nil || !reflect.DeepEqual(known, want) {
		t.Errorf("known is %+v, %v\nwant %+v", known, err, want)
	}
}

// TestMoveBrokenOff protects a queue whose process ends while it moves what is finished: the next one goes on.
func TestMoveBrokenOff(t *testing.T) {
	for _, moved := range []int{0, 1, 17} {
		dir, items := t.TempDir(), manyItems(40)
		writeFormatTwo(t, dir, items)
		db, err := openDB(filepath.Join(dir, "queue.db"))
		if err == nil {
			err = upgrade(db)
		}
		if err == nil {
			err = transact(t.Context(), db, func(tx *sql.Tx) error { return moveSome(t.Context(), tx, moved) })
		}
		if err != nil {
			t.Fatal(err)
		}
		// The file is this version's already: an older one leaves it alone.
		if version, err := versionOf(db); err != nil || version != queueVersion {
			t.Errorf("after %d it has format %d, %v", moved, version, err)
		}
		_ = db.Close()
		sameQueue(t, dir, items)
	}
}

// TestMoveDamaged protects from a damaged row of an older version's file becoming an import without an asset.
func TestMoveDamaged(t *testing.T) {
	dir, items := t.TempDir(), manyItems(40)
	writeFormatTwo(t, dir, items)
	db, err := openDB(filepath.Join(dir, "queue.db"))
	if err == nil {
		_, err = db.Exec("UPDATE items SET asset_id = '9' WHERE ref = ?", string(items[0].Ref))
	}
	if err != nil {
		t.Fatal(err)
	}
	_ = db.Close()
	q := openIn(t, dir)
	got := itemsOf(t, q)
	if item := got[items[0].Ref]; q.Note() == "" || item.State != queue.Failed || item.Error != noteDamaged {
		t.Errorf("it became %+v, and the user reads %q", item, q.Note())
	}
	if item := got[items[1].Ref]; item.State != queue.Imported || item.AssetID != items[1].AssetID {
		t.Errorf("an intact one became %+v", item)
	}
}

// TestHistoryIsRescued protects what was imported from damage elsewhere in it: the rest is kept as it was, with
// its checksums, what was queued again is kept besides, and the user is told.
func TestHistoryIsRescued(t *testing.T) {
	dir, items := t.TempDir(), manyItems(40)
	writeFormatTwo(t, dir, items)
	q := openIn(t, dir)
	if n, err := q.Add(t.Context(), []queue.Entry{{Ref: items[1].Ref, Project: items[1].Project}}, time.Now()); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	if err := q.use(func(db *sql.DB) error {
		_, err := db.Exec("UPDATE history SET packed = packed || x'00' WHERE ref = ?", string(items[0].Ref))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	// What is sent does not depend on it, and is not held up by its size.
	if _, err := q.Recover(t.Context()); err != nil || q.Note() != "" {
		t.Fatalf("%v, %q", err, q.Note())
	}
	h, err := q.Finished(t.Context())
	if err != nil || !strings.Contains(q.Note(), "1 could not be read") {
		t.Fatalf("%v, and the user reads %q", err, q.Note())
	}
	got := itemsOf(t, q)
	for i := range items {
		want := &items[i]
		if want.Instance != "one" || want.State != queue.Imported {
			continue
		}
		switch at, ok := h.Find(want.Ref); {
		case i == 0:
			if ok || got[want.Ref].State != queue.Failed {
				t.Errorf("what is damaged is %+v", got[want.Ref])
			}
		case !ok || h.AssetID(at) != want.AssetID:
			t.Errorf("%s is lost", want.Ref)
		case i == 1 && got[want.Ref].State != queue.Retrying:
			t.Errorf("what was queued again is %+v", got[want.Ref])
		}
	}
	sums := map[catalog.Ref]queue.Sums{}
	if err := q.look(t.Context(), func(tx *sql.Tx) error {
		all, err := selectFinished(t.Context(), tx, "WHERE instance = 'one'")
		for _, f := range all {
			sums[f.Item.Ref] = f.Sums
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if want := queue.Finish(&items[2]).Sums; sums[items[2].Ref] != want {
		t.Errorf("checksums became %x, want %x", sums[items[2].Ref], want)
	}
}

// TestForgetsInOrder protects a run from waiting for years of history: one call takes a part, the next goes on.
func TestForgetsInOrder(t *testing.T) {
	dir, items := t.TempDir(), manyItems(2*forgetAtOnce)
	writeFormatTwo(t, dir, items)
	q := openIn(t, dir)
	left := func() (n int) {
		for _, item := range itemsOf(t, q) {
			if item.State == queue.Imported && !item.CheckedAt.IsZero() {
				n++
			}
		}
		return n
	}
	before := left()
	cut := items[3*forgetAtOnce/2].CheckedAt
	for range 2 {
		if err := q.Forget(t.Context(), cut); err != nil {
			t.Fatal(err)
		}
		now := left()
		if now >= before || before-now > forgetAtOnce {
			t.Errorf("of %d it left %d", before, now)
		}
		before = now
	}
	if err := q.Forget(t.Context(), cut); err != nil || left() != before {
		t.Errorf("what is younger was taken, %v", err)
	}
}
