package importer

import (
	"cmp"
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
	if v.Statuses.resolver.known == nil {
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
	lost := v.Statuses.lost(time.Time{})
	if len(lost)+len(v.Statuses.lost(e.now().Add(-askAgain))) == 0 {
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
		lost = v.Statuses.lost(time.Time{})
	}
	if !e.known.Ask(ctx, v.Assets, slices.Concat(lost, v.Statuses.lost(e.now().Add(-askAgain)))) {
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
	var fresh []queue.Known
	before := e.known.All()
	for row := range v.Statuses.In(Imported).Rows() {
		ref, id := v.Catalog.Ref(row), v.Statuses.At(row).AssetID
		if at, ok := v.Statuses.resolver.past.at(row); ok && v.Statuses.resolver.past.AssetID(at) == id {
			continue // The history has it.
		}
		named := slices.ContainsFunc(v.Assets.Named(v.Statuses.resolver.names.Key(row)), func(a conviso.Asset) bool { return a.ID == id })
		// One of another name is known already, or is that which absorbed it.
		if named && before[ref].ID != id {
			fresh = append(fresh, queue.Known{Ref: ref, AssetID: id})
		}
	}
	return fresh
}

// lost returns the known assets that the complete list lacks, by ref: those whose fate is not known, or with a
// time those whose fate was asked for before it.
func (s *Statuses) lost(before time.Time) []queue.Known {
	var lost []queue.Known
	for _, k := range s.resolver.missing {
		if (k.Fate == "") == before.IsZero() && (before.IsZero() || k.AskedAt.Before(before)) {
			lost = append(lost, k)
		}
	}
	slices.SortFunc(lost, func(a, b queue.Known) int { return cmp.Compare(a.Ref, b.Ref) })
	return lost
}
