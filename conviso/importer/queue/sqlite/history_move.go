package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"conviso-importer/conviso/importer/queue"
)

// moveAtOnce is how many items one transaction moves, so that nobody waits long for the file.
const moveAtOnce = 5000

// moveFinished moves imported items of an older version's file into the history. What is left by a crash in
// the middle is moved by the next opening; until then it is read where it is.
func moveFinished(db *sql.DB) error {
	ctx := context.Background() //nolint:forbidigo // An opening is not given up.
	for {
		var left bool
		if err := db.QueryRow("SELECT EXISTS (SELECT 1 FROM items WHERE state = ?)", string(queue.Imported)).Scan(&left); err != nil || !left {
			return err
		}
		if err := transact(ctx, db, func(tx *sql.Tx) error { return moveSome(ctx, tx, moveAtOnce) }); err != nil {
			return err
		}
	}
}

func moveSome(ctx context.Context, tx *sql.Tx, limit int) error {
	items, err := selectItems(ctx, tx, "WHERE state = ? LIMIT ?", string(queue.Imported), limit)
	if err != nil {
		return err
	}
	done := make([]queue.Finished, len(items))
	for i := range items {
		if items[i].State != queue.Imported {
			return fmt.Errorf("%w: the record of %s fails its checksum", errDamaged, items[i].Ref)
		}
		done[i] = queue.Finish(&items[i])
	}
	if err := putFinished(tx, done); err != nil {
		return err
	}
	// What the history has need not be known a second time.
	err = forEach(tx, "DELETE FROM known WHERE instance = ? AND ref = ? AND asset_id = ? AND asked_at = 0", done, func(f *queue.Finished) []any {
		return []any{f.Item.Instance, string(f.Item.Ref), f.Item.AssetID}
	})
	if absentTable(err) {
		return nil
	}
	return err
}

// readFinished salvages the history, from both ends and by the index.
func (s *salvage) readFinished(db *sql.DB) {
	for _, order := range []string{"ORDER BY seq", "ORDER BY seq DESC", "INDEXED BY history_ref ORDER BY instance, ref",
		"INDEXED BY history_ref ORDER BY instance DESC, ref DESC"} {
		s.readFinishedBy(db, "SELECT "+finishedColumns+" FROM history "+order)
	}
}

func (s *salvage) readFinishedBy(db *sql.DB, query string) {
	rows, err := db.Query(query)
	if err != nil {
		return // An older version's file has none.
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var r finishedRow
		if r.scan(rows) != nil {
			continue
		}
		f, ok := r.finished()
		if id := f.Item.ID(); !ok {
			addDamaged(s.pastDamaged, damagedItem(r.instance, f.Item.Ref, r.seq))
		} else if known, found := s.finished[id]; !found || known.Item.Seq < f.Item.Seq {
			s.finished[id] = f
		}
	}
	_ = rows.Err() // An error is expected in a damaged file.
}

// writeFinished writes the salvaged history under new numbers, in the order of the old ones.
func (s *salvage) writeFinished(tx *sql.Tx) error {
	if len(s.finished) == 0 {
		return nil
	}
	all := slices.SortedFunc(maps.Values(s.finished), func(a, b queue.Finished) int { return cmp.Compare(a.Item.Seq, b.Item.Seq) })
	seq, err := takeSeqs(tx, len(all))
	if err != nil {
		return err
	}
	for i := range all {
		all[i].Item.Seq = seq + int64(i)
	}
	return putFinished(tx, all)
}

// readPastNames finds the history's items whose rows are gone by the index alone.
func (s *salvage) readPastNames(db *sql.DB) {
	s.readNames(db, s.pastDamaged, "SELECT instance, ref FROM history INDEXED BY history_ref ORDER BY instance, ref")
	s.readNames(db, s.pastDamaged, "SELECT instance, ref FROM history INDEXED BY history_ref ORDER BY instance DESC, ref DESC")
}

// joinDamaged drops what was read in another way from what is damaged. An item that is queued again has two
// rows; where that in items is damaged it has failed, whatever the history says.
func (s *salvage) joinDamaged() {
	for id, item := range s.pastDamaged {
		if _, intact := s.finished[id]; !intact {
			addDamaged(s.damaged, item)
		}
	}
	for id, item := range s.items {
		delete(s.damaged, id)
		if past, ok := s.finished[id]; ok && past.Item.Seq > item.Seq {
			delete(s.items, id) // It was finished since, as one of the copies says.
		}
	}
}
