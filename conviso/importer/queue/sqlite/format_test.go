package sqlite

import (
	"bytes"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
)

// fixtureItems are what testdata/queue-v1.db and queue-v2.db hold, one of each state and
// more, in the order of their changes. Each file was made once, by code of its format.
func fixtureItems() []queue.Item {
	at := func(minutes int) time.Time {
		return time.UnixMilli(1_795_000_000_123).Add(time.Duration(minutes) * time.Minute)
	}
	project := func(name string) conviso.Project {
		return conviso.Project{ID: "Component:default/" + name, Name: name, Description: "keeps\tits \"text\"", URL: "https://live.example/" + name,
			RepoURL: "https://git.example/" + name, Lifecycle: "production", Tags: []string{"go", "team-ü"}, Owner: "group:default/team-a", AssetType: "api"}
	}
	ref := func(name string) catalog.Ref { return catalog.NewRef("Component", "default", name) }
	twin := project("Queued")
	twin.ID = "System:legacy/queued"
	return []queue.Item{
		{Instance: "backstage-one", Ref: ref("queued"), Seq: 1, Project: project("Queued"), State: queue.Queued, BatchMax: 25, AddedAt: at(0)},
		{Instance: "backstage-one", Ref: ref("sending"), Seq: 2, Project: project("sending"), State: queue.Sending, Attempts: 1, BatchMax: 25,
			Baseline: []string{}, AddedAt: at(1), SentAt: at(2)},
		{Instance: "backstage-one", Ref: ref("retrying"), Seq: 3, Project: project("retrying"), State: queue.Retrying, Attempts: 2, BatchMax: 12,
			Error: "502 Bad Gateway", AddedAt: at(1), SentAt: at(3), NotBefore: at(4)},
		{Instance: "backstage-one", Ref: ref("lost"), Seq: 4, Project: project("lost"), State: queue.Retrying, Lost: true, Attempts: 3, BatchMax: 6,
			Error: "the answer did not come", Baseline: []string{"7", "8"}, Strict: true, Reads: 4, AddedAt: at(1), SentAt: at(5), CheckedAt: at(6)},
		{Instance: "backstage-one", Ref: ref("accepted"), Seq: 5, Project: project("accepted"), State: queue.Accepted, Attempts: 1, BatchMax: 25,
			Reads: 2, AddedAt: at(1), SentAt: at(7), CheckedAt: at(8)},
		{Instance: "backstage-one", Ref: ref("failed"), Seq: 6, Project: project("failed"), State: queue.Failed, Attempts: 4, BatchMax: 1,
			Error: "its name is taken", AddedAt: at(1), SentAt: at(9), CheckedAt: at(10)},
		{Instance: "backstage-one", Ref: ref("imported"), Seq: 7, Project: project("imported"), State: queue.Imported, Attempts: 1, BatchMax: 25,
			AssetID: "4711", AddedAt: at(1), SentAt: at(11), CheckedAt: at(12)},
		{Instance: "backstage-two", Ref: ref("queued"), Seq: 8, Project: twin, State: queue.Queued, BatchMax: 25, Strict: true,
			Baseline: []string{"4712"}, AddedAt: at(13), NotBefore: at(14)},
		{Instance: "backstage-two", Ref: ref("imported"), Seq: 9, Project: project("imported"), State: queue.Imported, BatchMax: 25,
			AssetID: "4713", AddedAt: at(13), CheckedAt: at(15)},
	}
}

// fixture copies a queue's file from testdata into a folder of the test's.
func fixture(t *testing.T, name string) (dir string) {
	t.Helper()
	doc, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "queue.db"), doc, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestReadsEveryVersion protects the queues that users have: what a format holds is read by
// this version, and by every later one, as it was written, and can be worked on.
func TestReadsEveryVersion(t *testing.T) {
	for _, name := range []string{"queue-v1.db", "queue-v2.db"} {
		t.Run(name, func(t *testing.T) { readsVersion(t, fixture(t, name)) })
	}
}

func readsVersion(t *testing.T, dir string) {
	t.Helper()
	want := fixtureItems()
	var got []queue.Item
	for _, instance := range []string{"backstage-one", "backstage-two"} {
		q, err := Open(dir, "queue", instance)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = q.Close() })
		items, _, err := q.Changed(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, items...)
		if value, err := q.Meta(t.Context(), "auto.here"); err != nil || value != "true" {
			t.Errorf("auto.here is %q, %v", value, err)
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%d items, want %d", len(got), len(want))
	}
	for i := range want {
		if want[i].State == queue.Imported {
			// A format may keep less of it.
			want[i] = queue.Finish(&want[i]).Item
		}
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("got %+v\nwant %+v", got[i], want[i])
		}
	}
	q, err := Open(dir, "queue", "backstage-one")
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	if n, err := q.Recover(t.Context()); err != nil || n != 1 {
		t.Errorf("%d were recovered, %v, want the one that was on its way", n, err)
	}
	if n, err := q.Add(t.Context(), []queue.Entry{{Ref: want[5].Ref, Project: want[5].Project}, {Ref: want[0].Ref}}, time.Now()); err != nil || n != 1 {
		t.Errorf("%d were added, %v, want the failed one", n, err)
	}
	claimed, err := q.Claim(t.Context(), queue.BatchSize, time.Now(), time.Time{})
	if err != nil || len(claimed) == 0 || claimed[0].Seq <= int64(len(want)) {
		t.Errorf("claimed %+v, %v", claimed, err)
	}
	checkSound(t, filepath.Join(dir, "queue.db"))
}

// TestUpgradeFromTwo protects the rows of a file of the second format: they keep their checksums although they have
// more columns now, which hold what is written from then on, and a rescue still reads a file without these columns.
func TestUpgradeFromTwo(t *testing.T) {
	dir := fixture(t, "queue-v2.db")
	path := filepath.Join(dir, "queue.db")
	old, err := readDamaged(path)
	if err != nil || len(old.items) != len(fixtureItems()) || len(old.damaged) != 0 {
		t.Errorf("of a file without the new columns %d items were read, %d as damaged, %v", len(old.items), len(old.damaged), err)
	}
	q, err := Open(dir, "queue", "backstage-one")
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	agreed := queue.Agreed{Clash: true, Sharers: []string{"pay"}}
	e := queue.Entry{Ref: catalog.NewRef("Component", "default", "fresh"), Project: conviso.Project{Name: "fresh"}, Agreed: agreed}
	if n, err := q.Add(t.Context(), []queue.Entry{e}, time.Now()); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	there := time.UnixMilli(1_795_000_000_123)
	for sent := false; !sent; {
		claimed, err := q.Claim(t.Context(), queue.BatchSize, time.Now(), there)
		if err != nil || len(claimed) == 0 {
			t.Fatal(len(claimed), err)
		}
		for _, item := range claimed {
			sent = sent || item.Ref == e.Ref
		}
	}
	if got := itemsOf(t, q)[e.Ref]; !reflect.DeepEqual(got.Agreed, agreed) || !got.PlatformAt.Equal(there) {
		t.Errorf("kept as %+v", got)
	}
	checkSound(t, path)
	saved, err := readDamaged(path)
	if got := saved.items[queue.ID{Instance: "backstage-one", Ref: e.Ref}]; err != nil || !reflect.DeepEqual(got.Agreed, agreed) {
		t.Errorf("rescued as %+v, %v", got, err)
	}
}

// TestOlderItemsAreCleaned protects against secrets and local paths that an older version queued: they are
// neither sent nor shown.
func TestOlderItemsAreCleaned(t *testing.T) {
	for repo, want := range map[string]string{
		"https://jane:obvious-fake@git.test/acme/pay/tree/main/": "https://git.test/acme/pay",
		"file:/srv/catalog": "", "https://git.test/acme/pay": "https://git.test/acme/pay", "": "",
	} {
		old := queue.Item{Ref: "component:default/pay", State: queue.Queued, Error: "https://h.test/?token=obvious-fake is no URL",
			Project: conviso.Project{Name: "pay", RepoURL: repo, URL: "https://obvious-fake@h.test/", Tags: []string{"go", "//a:obvious-fake@b"}}}
		row, err := toRow(&old)
		if err != nil {
			t.Fatal(err)
		}
		got := row.item()
		if text := fmt.Sprintf("%+v", got); got.Project.RepoURL != want || strings.Contains(text, "obvious-fake") || got.Project.URL != "https://h.test/" {
			t.Errorf("%s: %s", repo, text)
		}
	}
}

// TestReadsKilledVersionOne protects a queue of the first format whose process was killed: a
// part of it is only in the write-ahead log beside the file.
func TestReadsKilledVersionOne(t *testing.T) {
	used, dir := fixture(t, "queue-v1.db"), t.TempDir()
	db, err := sql.Open("sqlite", filepath.Join(used, "queue.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("PRAGMA synchronous(FULL); UPDATE meta SET value = 'only in the log' WHERE key = 'auto.here'"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"queue.db", "queue.db-wal"} {
		doc, err := os.ReadFile(filepath.Join(used, name))
		if err != nil || len(doc) == 0 {
			t.Fatalf("%s holds %d bytes, %v", name, len(doc), err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), doc, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	q, err := Open(dir, "queue", "backstage-one")
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	if value, err := q.Meta(t.Context(), "auto.here"); err != nil || value != "only in the log" {
		t.Errorf("auto.here is %q, %v", value, err)
	}
	if items, _, err := q.Changed(t.Context(), 0); err != nil || len(items) != 7 {
		t.Errorf("%d items, %v, want 7", len(items), err)
	}
	if note := q.Note(); note != "" {
		t.Errorf("a sound file is told to be damaged: %s", note)
	}
}

// TestLeavesNewerQueue protects the promises of a later version, whose rows this one cannot
// know: its file is refused by name, not a byte of it changes and no journal is left beside it.
func TestLeavesNewerQueue(t *testing.T) {
	for _, version := range []uint32{queueVersion + 1, 99, 1<<31 - 1} {
		leavesNewer(t, "queue-v2.db", version)
	}
}

func leavesNewer(t *testing.T, name string, version uint32) {
	t.Helper()
	dir := fixture(t, name)
	path := filepath.Join(dir, "queue.db")
	doc, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// The database's header keeps user_version there.
	binary.BigEndian.PutUint32(doc[60:], version)
	if err := os.WriteFile(path, doc, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		q, err := Open(dir, "queue", "backstage-one")
		if !errors.Is(err, queue.ErrNewer) || q != nil {
			t.Errorf("version %d: %v, want queue.ErrNewer", version, err)
		}
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, doc) {
		t.Errorf("version %d: the file was changed, %v", version, err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		// The lock that everybody takes who opens the file holds nothing.
		if e.Name() != "queue.db" && e.Name() != "queue.db"+repairLock {
			t.Errorf("version %d: %s was left beside the file", version, e.Name())
		}
	}
}

// TestLeavesNewerQueueWithLog is the same for a file that keeps a write-ahead log, as that of
// the first format does and that of a later one may: to ask it for its version must not turn
// it into a file with another journal.
func TestLeavesNewerQueueWithLog(t *testing.T) {
	leavesNewer(t, "queue-v1.db", queueVersion+1)
}
