package sqlite

import (
	"cmp"
	"fmt"
	"slices"

	"conviso-importer/conviso/importer/queue"
)

// pageSize is how many items one read takes at most, some ten milliseconds long. Whoever reads holds up the
// sender meanwhile: SQLite commits when no other process reads, and a process has one connection.
const pageSize = 500

// paged reads items page by page, in the order of instance and Seq, from behind start, and returns them by Seq.
// An item that changes between two pages gets a new Seq, so it comes again further behind and counts as it is
// there. What is behind the last page has changed since.
func paged(start queue.Item, read func(last queue.Item) ([]queue.Item, error)) ([]queue.Item, error) {
	var items []queue.Item
	err := eachPage(start, read, func(page []queue.Item) error {
		items = append(items, page...)
		return nil
	})
	if err != nil || len(items) < pageSize {
		return items, err
	}
	slices.SortStableFunc(items, func(a, b queue.Item) int { return cmp.Compare(a.Seq, b.Seq) })
	return newestOfEach(items), nil
}

func eachPage(start queue.Item, read func(last queue.Item) ([]queue.Item, error), do func([]queue.Item) error) error {
	for last := start; ; {
		page, err := read(last)
		if err == nil && len(page) > 0 {
			err = do(page)
		}
		if err != nil || len(page) < pageSize {
			return err
		}
		next := page[len(page)-1]
		if cmp.Or(cmp.Compare(next.Instance, last.Instance), cmp.Compare(next.Seq, last.Seq)) <= 0 {
			return fmt.Errorf("%w: its items are not in order", errDamaged)
		}
		last.Instance, last.Seq = next.Instance, next.Seq
	}
}

// newestOfEach drops what is followed by a newer state of the same item.
func newestOfEach(items []queue.Item) []queue.Item {
	seen := make(map[queue.ID]bool, len(items))
	kept := len(items)
	for i := len(items) - 1; i >= 0; i-- {
		if id := items[i].ID(); !seen[id] {
			seen[id] = true
			kept--
			items[kept] = items[i]
		}
	}
	return items[kept:]
}
