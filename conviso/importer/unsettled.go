package importer

import (
	"iter"
	"time"
)

// Unsettled counts the items of a queue that are not as they should be in the end. Front ends and
// commands offer to go on with unfinished work by it, so that they all count the same items.
type Unsettled struct {
	// Unsent were never sent. Unseen were sent and are still looked for on the platform.
	Unsent, Unseen int
	// Late were taken by the platform so long ago that no drain waits for them any more, see
	// Item.Late. They are not unfinished work: only a person can find out what became of them.
	Late int
	// Failed were refused.
	Failed int
	// Since is when the oldest of the unsent and unseen ones was queued, LateSince when the oldest
	// late one was sent; each is zero where there is none.
	Since, LateSince time.Time
}

// UnsettledOf counts the unsettled ones among items as of now.
func UnsettledOf(items iter.Seq[Item], now time.Time) Unsettled {
	var u Unsettled
	for item := range items {
		switch {
		case item.State == Failed:
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

// Pending is how many items are unfinished work: to be sent, or to be looked for.
func (u Unsettled) Pending() int { return u.Unsent + u.Unseen }

// earlier is the earlier of two times, of which the first may be zero for none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}
