package importer

import (
	"context"
	"slices"
	"sync"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/known"
	"conviso-importer/conviso/importer/queue"
)

const (
	// askAgain is the age from which an answer is asked for again.
	askAgain = 24 * time.Hour
	// askFor is the age up to which a list is worth asking for what it lacks.
	askFor = time.Hour
)

// Known is an alias, so that front ends need not import package known.
type Known = known.Assets

// settling is the state of Settle.
type settling struct {
	mu    sync.Mutex
	noted View // the lists by which assets were remembered last
}

// Settle remembers the assets by which a view shows entities as imported, and asks the platform what became of
// known ones that its complete list lacks, and by name for what a list that moved leaves open. It returns the view as it is then. It is best effort: what was not
// answered stays unknown, and what could not be written is asked for again by the next run.
func (e *Engine) Settle(ctx context.Context, v *View) *View {
	if e.identity.Offline || v.Catalog == nil || v.Assets == nil || !v.Assets.Complete && !v.Assets.Moved || e.remembered(ctx) != nil {
		return v
	}
	e.settling.mu.Lock()
	defer e.settling.mu.Unlock()
	if !v.Statuses.Remembered() {
		// It was resolved before the file was read.
		v = e.resolvedAgain(v, v.Assets)
	}
	_ = e.known.Add(ctx, e.news(v))
	if len(v.Shrunk) > 0 || !e.young(v.Assets.ReadAt, askFor) {
		return v
	}
	if v = e.askByName(ctx, v, nil); v.Assets.Moved {
		return v
	}
	v = e.settleTies(ctx, v)
	lost := v.Statuses.Lost(time.Time{})
	if len(lost)+len(v.Statuses.Lost(e.now().Add(-askAgain))) == 0 {
		return v
	}
	if len(lost) > known.MaxAsked {
		// So many may be a fault of the list.
		set, err := e.LoadAssets(ctx, nil)
		if err != nil {
			return v
		}
		v = e.resolvedAgain(v, set)
		if v.Shrunk = e.Shrunk(ctx); len(v.Shrunk) > 0 {
			return v
		}
		lost = v.Statuses.Lost(time.Time{})
	}
	if !e.known.Ask(ctx, v.Assets, slices.Concat(lost, v.Statuses.Lost(e.now().Add(-askAgain)))) {
		return v
	}
	return e.resolvedAgain(v, v.Assets)
}

func (e *Engine) resolvedAgain(v *View, assets *conviso.AssetSet) *View {
	next := *v
	next.Assets = assets
	next.Statuses = e.Resolve(v.Catalog, assets, v.Items)
	return &next
}

// news returns the assets of a view's imported entities that are not known, once for the same lists.
func (e *Engine) news(v *View) []queue.Known {
	if e.settling.noted.Catalog == v.Catalog && e.settling.noted.Assets == v.Assets {
		return nil
	}
	e.settling.noted = View{Catalog: v.Catalog, Assets: v.Assets}
	return v.Statuses.News(e.known.All())
}
