package importer

import (
	"context"
	"time"

	"conviso-importer/conviso/importer/queue"
)

// platformTime returns bounds of the time by the platform's clock; see conviso.Client.PlatformTime.
func (e *Engine) platformTime() (earliest, latest time.Time, ok bool) {
	if p, known := e.platform.(interface {
		PlatformTime() (earliest, latest time.Time, ok bool)
	}); known {
		return p.PlatformTime()
	}
	return time.Time{}, time.Time{}, false
}

// claim claims the next items, with their time by the platform's clock where that is known. It is the latest that it
// may be, so that nothing seems to have been sent earlier than it was.
func (r *runner) claim(ctx context.Context) ([]Item, error) {
	_, there, _ := r.e.platformTime()
	return r.e.queue.Claim(ctx, BatchSize, r.e.now(), there)
}

// itemSend identifies one sending of an item.
type itemSend struct {
	id queue.ID
	at int64 // SentAt in milliseconds
}

func sendOf(item *Item) itemSend { return itemSend{item.ID(), item.SentAt.UnixMilli()} }

// waitedFrom returns from when on an item is certainly waited for, by the runner's clock: since it was sent, where
// this runner has sent it. For an earlier run's item that is what both the platform's clock and this machine's
// say, since either may have been set; without the platform's it begins with the first look of this process.
func (r *runner) waitedFrom(item *Item) time.Time {
	from, ok := r.e.waited[sendOf(item)]
	if ok {
		return from
	}
	from = r.clock()
	if there, _, known := r.e.platformTime(); known && !item.PlatformAt.IsZero() {
		from = from.Add(-max(0, min(there.Sub(item.PlatformAt), r.e.now().Sub(item.SentAt))))
	}
	r.e.waited[sendOf(item)] = from
	return from
}
