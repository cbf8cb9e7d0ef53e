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
func (q *Queue) Cancel(ctx context.Context, refs []catalog.Ref) (taken, others []queue.Item, err error) {
	for some := range slices.Chunk(refs, cancelAtOnce) {
		args := make([]any, 0, len(some)+1)
		args = append(args, q.instance)
		for _, ref := range some {
			args = append(args, string(ref))
		}
		var back, left []queue.Item
		err := q.inTx(ctx, func(tx *change) error {
			back, left = nil, nil
			where := "WHERE instance = ? AND ref IN (?" + strings.Repeat(",?", len(some)-1) + ")"
			found, err := selectItems(ctx, tx, where, args...)
			if err != nil {
				return err
			}
			done, err := selectFinished(ctx, tx, where+" AND "+notReplaced, args...)
			if err != nil {
				return err
			}
			for i := range done {
				left = append(left, done[i].Item)
			}
			for _, item := range found {
				if item.TakeBack() {
					back = append(back, item)
				} else {
					left = append(left, item)
				}
			}
			slices.SortFunc(left, func(a, b queue.Item) int { return strings.Compare(string(a.Ref), string(b.Ref)) })
			return put(tx, pointers(back)...)
		})
		if err != nil {
			return taken, others, err
		}
		taken, others = append(taken, back...), append(others, left...)
	}
	return taken, others, nil
}
