package importer

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/safego"
)

const (
	// maxAsked bounds the look-ups for one list, askers those at a time.
	maxAsked = 200
	askers   = 8
	// askAgain is the age from which an answer is asked for again.
	askAgain = 24 * time.Hour
	// askFor is the age up to which a list is worth asking for what it lacks.
	askFor = time.Hour
	// rememberAtOnce is how many assets one transaction takes, so that nobody waits long for the file.
	rememberAtOnce = 2000
)

// Known maps entities to the assets that they were shown as imported by.
type Known map[catalog.Ref]queue.Known

// knowledge is what the queue's file has of known assets. Its map is replaced, never changed.
type knowledge struct {
	mu     sync.Mutex
	loaded bool
	byRef  Known
	// noted are the lists by which assets were remembered last.
	noted View
	// asked counts the look-ups for the list askedFor.
	askedFor *conviso.AssetSet
	asked    int
	settling sync.Mutex // one Settle at a time
}

func (k *knowledge) load(ctx context.Context, q queue.Queue) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.loaded {
		return nil
	}
	all, err := q.Known(ctx)
	if err != nil {
		return err
	}
	k.loaded, k.byRef = true, make(Known, len(all))
	for _, known := range all {
		k.byRef[known.Ref] = known
	}
	return nil
}

func (k *knowledge) all() Known {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.byRef
}

// add remembers assets, in the file too.
func (k *knowledge) add(ctx context.Context, q queue.Queue, known []queue.Known) error {
	if len(known) == 0 {
		return nil
	}
	k.mu.Lock()
	next := maps.Clone(k.byRef)
	if next == nil {
		next = Known{}
	}
	for _, one := range known {
		next[one.Ref] = one
	}
	k.byRef = next
	k.mu.Unlock()
	for some := range slices.Chunk(known, rememberAtOnce) {
		if err := q.Remember(ctx, some); err != nil {
			return err
		}
	}
	return nil
}

// Settle remembers the assets by which a view shows entities as imported, and asks the platform what became of
// known ones that its complete list lacks. It returns the view as it is then. It is best effort: what was not
// answered stays unknown, and what could not be written is asked for again by the next run.
func (e *Engine) Settle(ctx context.Context, v *View) *View {
	if e.identity.Offline || v.Catalog == nil || v.Assets == nil || !v.Assets.Complete || e.known.load(ctx, e.queue) != nil {
		return v
	}
	e.known.settling.Lock()
	defer e.known.settling.Unlock()
	if v.Statuses.resolver.known == nil {
		// It was resolved before the file was read.
		v = e.resolvedAgain(v, v.Assets)
	}
	_ = e.known.add(ctx, e.queue, e.news(v))
	lost := v.Statuses.lost(time.Time{})
	if len(v.Shrunk) > 0 || !e.young(v.Assets.ReadAt, askFor) || len(lost)+len(v.Statuses.lost(e.now().Add(-askAgain))) == 0 {
		return v
	}
	if len(lost) > maxAsked {
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
	answers := e.ask(ctx, v.Assets, slices.Concat(lost, v.Statuses.lost(e.now().Add(-askAgain))))
	if len(answers) == 0 {
		return v
	}
	_ = e.known.add(ctx, e.queue, answers)
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
	if e.known.noted.Catalog == v.Catalog && e.known.noted.Assets == v.Assets {
		return nil
	}
	e.known.noted = View{Catalog: v.Catalog, Assets: v.Assets}
	var fresh []queue.Known
	known := e.known.all()
	for row := range v.Statuses.In(Imported).Rows() {
		ref, id := v.Catalog.Ref(row), v.Statuses.At(row).AssetID
		asset, listed := v.Assets.ByID(id)
		// One of another name is known already, or is that which absorbed it.
		if listed && conviso.NameKey(asset.Name) == v.Statuses.resolver.names.Key(row) && known[ref].AssetID != id {
			fresh = append(fresh, queue.Known{Ref: ref, AssetID: id})
		}
	}
	return fresh
}

// ask asks for what became of assets, at most maxAsked for one list, and returns the answers.
func (e *Engine) ask(ctx context.Context, list *conviso.AssetSet, lost []queue.Known) []queue.Known {
	k := &e.known
	if k.askedFor != list {
		k.askedFor, k.asked = list, 0
	}
	lost = lost[:min(len(lost), max(0, maxAsked-k.asked))]
	k.asked += len(lost)
	answers := make([]queue.Known, len(lost))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(askers)
	for i, one := range lost {
		group.Go(safego.Func(ctx, func() error {
			asset, found, err := e.platform.AssetByID(ctx, one.AssetID)
			if err != nil {
				return err
			}
			one.Fate, one.NowID, one.NowName, one.AskedAt = queue.FateDeleted, "", "", e.now()
			if found {
				one.Fate, one.NowID, one.NowName = queue.FateThere, asset.ID, asset.Name
			}
			answers[i] = one
			return nil
		}))
	}
	_ = group.Wait() // Those before an error count.
	return slices.DeleteFunc(answers, func(k queue.Known) bool { return k.Fate == "" })
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
