package importer

import "database/sql"

// put writes items, each under a change number of its own.
func put(tx *sql.Tx, items ...*Item) error {
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

func pointers(items []Item) []*Item {
	all := make([]*Item, len(items))
	for i := range items {
		all[i] = &items[i]
	}
	return all
}
