package importer

import (
	"context"

	"conviso-importer/catalog"
)

// TakenBack is what came of taking items back.
type TakenBack struct {
	Taken    []Item
	OnTheWay []Item // sent, and so too late for it
	Others   []Item // nothing of them waited: they are settled
}

// TakeBack takes back what waits to be sent of these entities. Whoever sends goes on with what is left, in this
// process or another one. With an error TakenBack says what was done before it.
func (e *Engine) TakeBack(ctx context.Context, refs []catalog.Ref) (TakenBack, error) {
	if e.identity.ReadOnly {
		return TakenBack{}, ErrReadOnly
	}
	taken, others, err := e.queue.Cancel(ctx, refs)
	back := TakenBack{Taken: taken}
	for _, item := range others {
		if item.State.Pending() {
			back.OnTheWay = append(back.OnTheWay, item)
		} else {
			back.Others = append(back.Others, item)
		}
	}
	return back, err
}

// TakeBackAll is TakeBack of everything of this catalog that is unfinished, but for late items: nobody waits for them.
func (e *Engine) TakeBackAll(ctx context.Context) (TakenBack, error) {
	items, err := e.queue.Pending(ctx)
	if err != nil {
		return TakenBack{}, err
	}
	now := e.now()
	var refs []catalog.Ref
	for i := range items {
		if items[i].Instance == e.identity.InstanceID && !items[i].Late(now) {
			refs = append(refs, items[i].Ref)
		}
	}
	return e.TakeBack(ctx, refs)
}
