package sqlite

import (
	"context"
	"slices"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer/queue"
)

// cancelAtOnce is how many items one transaction takes back, so that a sender does not wait long for the file.
const cancelAtOnce = 500

// Cancel implements queue.Queue.
func (q *Queue) Cancel(ctx context.Context, refs []catalog.Ref) ([]queue.Item, error) {
	var all []queue.Item
	for some := range slices.Chunk(refs, cancelAtOnce) {
		args := make([]any, 0, len(some)+1)
		args = append(args, q.instance)
		for _, ref := range some {
			args = append(args, string(ref))
		}
		var found []queue.Item
		err := q.inTx(ctx, func(tx *change) (err error) {
			found, err = selectItems(ctx, tx, "WHERE instance = ? AND ref IN (?"+strings.Repeat(",?", len(some)-1)+")", args...)
			if err != nil {
				return err
			}
			var taken []*queue.Item
			for i := range found {
				if found[i].TakeBack() {
					taken = append(taken, &found[i])
				}
			}
			return put(tx, taken...)
		})
		if err != nil {
			return all, err
		}
		all = append(all, found...)
	}
	return all, nil
}
