package status

import (
	"iter"
	"time"

	"conviso-importer/conviso/importer/queue"
)

// Unsettled counts unsettled and failed items, so that all front ends count the same.
type Unsettled struct {
	Unsent, Unseen int // Unsent were never sent; Unseen were sent and are being read back
	Late           int // not waited for any more; see Item.Late
	Failed         int
	Waiting        int // to be sent, for the first time or again: they can be taken back
	// Since is when the oldest unsent or unseen item was queued, LateSince when the oldest late one
	// was sent; zero for none.
	Since, LateSince time.Time
}

// UnsettledOf counts items as of now.
func UnsettledOf(items iter.Seq[queue.Item], now time.Time) Unsettled {
	var u Unsettled
	for item := range items {
		if item.Waits() {
			u.Waiting++
		}
		switch {
		case item.State == queue.Failed:
			u.Failed++
		case !item.State.Pending():
		case item.Late(now):
			u.Late++
			u.LateSince = earlier(u.LateSince, item.SentAt)
		default:
			if item.SentAt.IsZero() {
				u.Unsent++
			} else {
				u.Unseen++
			}
			u.Since = earlier(u.Since, item.AddedAt)
		}
	}
	return u
}

// Pending is the number of unfinished items.
func (u Unsettled) Pending() int { return u.Unsent + u.Unseen }

// earlier returns the earlier time; a zero a is ignored.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}
