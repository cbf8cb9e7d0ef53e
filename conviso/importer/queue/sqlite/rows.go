package sqlite

import (
	"database/sql"

	"conviso-importer/conviso/importer/queue"
)

// put writes items, each under a change number of its own.
func put(tx *sql.Tx, items ...*queue.Item) error {
	if len(items) == 0 {
		return nil
	}
	seq, err := takeSeqs(tx, len(items))
	if err != nil {
		return err
	}
	insert, err := tx.Prepare("INSERT OR REPLACE INTO items (" + itemColumns + ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
	if err != nil {
		return err
	}
	defer func() { _ = insert.Close() }()
	for n, item := range items {
		item.Seq = seq + int64(n)
		r, err := toRow(item)
		if err != nil {
			return err
		}
		if _, err := insert.Exec(r.instance, r.ref, r.seq, r.nameKey, r.project, r.state, r.lost, r.attempts, r.batchMax,
			r.failure, r.assetID, r.baseline, r.strict, r.reads, r.addedAt, r.sentAt, r.checkedAt, r.notBefore, r.sum); err != nil {
			return err
		}
	}
	return nil
}

func pointers(items []queue.Item) []*queue.Item {
	all := make([]*queue.Item, len(items))
	for i := range items {
		all[i] = &items[i]
	}
	return all
}
