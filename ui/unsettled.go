package ui

import (
	"fmt"
	"iter"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
)

// unfinishedWords say what is left to do with the unfinished work of a queue.
func unfinishedWords(u importer.Unsettled) string {
	switch {
	case u.Unseen == 0:
		return fmt.Sprintf("%s not sent.", text.Entities(u.Unsent))
	case u.Unsent == 0:
		return fmt.Sprintf("%s sent but not verified.", text.Entities(u.Unseen))
	}
	return fmt.Sprintf("%d not sent, %d not verified.", u.Unsent, u.Unseen)
}

// lateWords say of late items since when they are missing. To go on would not help them.
func lateWords(now time.Time, u importer.Unsettled) string {
	when := "accepted at "
	if u.Late > 1 {
		when = "the first accepted at "
	}
	return fmt.Sprintf("%s, %s%s, %s not appeared in Conviso yet; look there.", text.Entities(u.Late), when, text.Clock(now, u.LateSince), text.Plural(u.Late, "has", "have"))
}

// joins reports whether an item belongs to an import that is under way. A late one does not: nobody
// waits for it.
func joins(item *importer.Item, now time.Time) bool { return item.State.Pending() && !item.Late(now) }

// ofJob are the items of a job. One that the queue has not shown yet was queued just now.
func ofJob(refs []catalog.Ref, items map[catalog.Ref]importer.Item) iter.Seq[importer.Item] {
	return func(yield func(importer.Item) bool) {
		for _, ref := range refs {
			item, ok := items[ref]
			if !ok {
				item = importer.Item{Ref: ref, State: importer.Queued}
			}
			if !yield(item) {
				return
			}
		}
	}
}

// resultWords sum up the items of an import that took so long.
func resultWords(now time.Time, items iter.Seq[importer.Item], lasted time.Duration) string {
	imported := 0
	for item := range items {
		if item.State == importer.Imported {
			imported++
		}
	}
	u := importer.UnsettledOf(items, now)
	words := fmt.Sprintf("%d imported, %d failed", imported, u.Failed)
	if n := u.Pending(); n > 0 {
		words += fmt.Sprintf(", %d not seen at Conviso yet", n)
	}
	if u.Late > 0 {
		words += fmt.Sprintf(", %d accepted at %s and not seen at Conviso yet", u.Late, text.Clock(now, u.LateSince))
	}
	return words + " in " + text.Took(lasted) + "."
}
