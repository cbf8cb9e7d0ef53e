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
	for last := start; ; {
		page, err := read(last)
		if err != nil {
			return nil, err
		}
		items = append(items, page...)
		if len(page) < pageSize {
			break
		}
		next := page[len(page)-1]
		if cmp.Or(cmp.Compare(next.Instance, last.Instance), cmp.Compare(next.Seq, last.Seq)) <= 0 {
			return nil, fmt.Errorf("%w: its items are not in order", errDamaged)
		}
		last = next
	}
	if len(items) < pageSize {
		return items, nil
	}
	slices.SortStableFunc(items, func(a, b queue.Item) int { return cmp.Compare(a.Seq, b.Seq) })
	return newestOfEach(items), nil
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
