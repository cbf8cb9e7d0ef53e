package sqlite

import (
	"bytes"
	"database/sql"
	"slices"
	"testing"
	"time"

	"conviso-importer/conviso/importer/queue"
)

// TestRescueKeepsKnown protects what was deleted on purpose from coming back, and the measure of a list from being
// forgotten, where the queue's file is damaged elsewhere.
func TestRescueKeepsKnown(t *testing.T) {
	q, err := Open(t.TempDir(), "queue", "backstage-one")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = q.Close() }()
	known := []queue.Known{{Ref: "component:default/a", AssetID: "1", Fate: queue.FateDeleted, AskedAt: time.UnixMilli(1_795_000_000_123)},
		{Ref: "component:default/b", AssetID: "2"}}
	measure := bytes.Repeat([]byte{7}, 9000)
	if err := q.Remember(t.Context(), known); err != nil {
		t.Fatal(err)
	}
	if err := q.SetBlob(t.Context(), "assets", measure); err != nil {
		t.Fatal(err)
	}
	if _, err := q.Add(t.Context(), []queue.Entry{{Ref: "component:default/c"}}, time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := q.use(func(db *sql.DB) error { _, err := db.Exec("UPDATE items SET sum = sum + 1"); return err }); err != nil {
		t.Fatal(err)
	}
	if _, err := q.Recover(t.Context()); err != nil {
		t.Fatal(err)
	}
	if q.Note() == "" {
		t.Fatal("nothing was rescued")
	}
	if got, err := q.Known(t.Context()); err != nil || !slices.Equal(got, known) {
		t.Errorf("known is %+v, %v", got, err)
	}
	if got, err := q.Blob(t.Context(), "assets"); err != nil || !bytes.Equal(got, measure) {
		t.Errorf("%d bytes came back, %v", len(got), err)
	}
	// A row that is not what was written counts as missing.
	if err := q.use(func(db *sql.DB) error {
		_, err := db.Exec("UPDATE known SET asset_id = '3' WHERE asset_id = '1'")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if got, err := q.Known(t.Context()); err != nil || !slices.Equal(got, known[1:]) {
		t.Errorf("known is %+v, %v", got, err)
	}
}
