package importer

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/catalog/repository"
	"conviso-importer/conviso/importer/judge"
	"conviso-importer/conviso/importer/mapping"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/ahead"
	"conviso-importer/internal/doing"
)

// PlanVersion is the format of plan files.
const PlanVersion = 1

// freshFor is the maximum age of the assets for a plan: other people import too.
const freshFor = time.Minute

// detailChunk is the number of details per request while planning, and of entities in a part; detailsAhead is that
// of requests at a time.
const (
	detailChunk  = 250
	detailsAhead = 4
)

// Plan decides what an import would send. It refreshes lists that are too old and reads the details of
// what would be sent. It writes nothing. Before the plan is sent, all assets are read, see adopt.
func (e *Engine) Plan(ctx context.Context, r Request) (*Plan, error) {
	view, err := e.planView(ctx, &r)
	if err != nil {
		return nil, err
	}
	return e.planBy(ctx, view, r)
}

// planView returns a view that is fit to plan by.
func (e *Engine) planView(ctx context.Context, r *Request) (*View, error) {
	if e.identity.Offline {
		return nil, ErrOffline
	}
	list := e.reading()
	snap, err := e.completeSnapshot(ctx, list)
	if err != nil {
		return nil, err
	}
	assets, err := e.currentAssets(ctx, ReadOptions{MaxAge: freshFor})
	if err != nil {
		return nil, err
	}
	view, err := e.view(ctx, list, snap, assets)
	for range queue.LooksBeforeAgain {
		if err != nil || !view.wantsLook(r.Named, e.now()) {
			break
		}
		// An item that the platform accepted may be sent again only if it is certainly absent.
		if assets, err = e.LoadAssets(ctx, nil); err == nil {
			view, err = e.view(ctx, list, snap, assets)
		}
	}
	if err == nil && len(r.Named) > 0 {
		view = e.askByName(ctx, view, r.Named)
	}
	return view, err
}

// wantsLook reports whether a late entity was not read back often enough to be sent again.
func (v *View) wantsLook(refs []catalog.Ref, now time.Time) bool {
	return slices.ContainsFunc(refs, func(ref catalog.Ref) bool {
		item, ok := v.Items[ref]
		return ok && item.Late(now) && item.Reads < queue.LooksBeforeAgain
	})
}

// planBy is Plan by a current view.
func (e *Engine) planBy(ctx context.Context, view *View, r Request) (*Plan, error) {
	b, err := e.planner(ctx, view, &r)
	if err != nil {
		return nil, err
	}
	if err := b.add(ctx, r, nil); err != nil {
		return nil, err
	}
	b.noteShared()
	if len(b.plan.Items) > 0 {
		if b.plan.CreateIntegration, err = e.lacksIntegration(ctx); err != nil {
			return nil, err
		}
	}
	return b.plan, nil
}

// planner returns a builder whose plan is empty.
func (e *Engine) planner(ctx context.Context, view *View, r *Request) (*planBuilder, error) {
	if open := len(view.open(r.Named)); open > 0 && r.Listed {
		return nil, fmt.Errorf("nothing was planned: %w", &MovedError{Open: open})
	}
	given, uncompared := view, ""
	if r.InBulk || len(r.Bulk) > 0 {
		if err := cmp.Or(view.Believed(e.now()), view.Moved()); err != nil {
			return nil, fmt.Errorf("nothing was planned: %w", err)
		}
		var err error
		if view, uncompared, err = e.compared(ctx, view); err != nil {
			return nil, err
		}
	}
	items, err := e.queue.Pending(ctx)
	if err != nil {
		return nil, err
	}
	b := &planBuilder{
		now: e.now(), doing: &e.doing,
		plan: &Plan{
			Version: PlanVersion, MadeAt: e.now(), PlatformURL: e.identity.PlatformURL, CompanyID: e.identity.Company.ID,
			InstanceID: e.identity.InstanceID, BackstageURL: e.identity.CatalogAppURL, Sharing: cmp.Or(r.Sharing, e.sharing),
			Items: []PlanItem{}, Skipped: []PlanSkip{}, after: view.Seq + 1, assets: view.Assets, listed: r.Listed,
			Uncompared: uncompared, Compared: view != given,
		},
		view:         view,
		names:        view.Statuses.Names(),
		mapping:      e.mapping,
		taken:        map[string]catalog.Ref{},
		details:      e.catalog.Details,
		repositories: repositories{goes: map[uint64]catalog.Ref{}, settled: map[uint64]catalog.Ref{}},
		setting:      e.sharing, left: map[catalog.Ref]bool{}, told: r.told,
	}
	b.repositories.settle(view)
	for i := range items {
		if _, again := b.again(items[i].Ref); again && items[i].Instance == b.plan.InstanceID {
			// It is not in flight any more.
			continue
		}
		b.taken[items[i].Key()] = items[i].Ref
		b.repositories.settled[repository.Key(items[i].Project.RepoURL)] = items[i].Ref
	}
	return b, nil
}

// planBuilder fills a plan, named refs first.
type planBuilder struct {
	now     time.Time
	doing   *doing.Board
	plan    *Plan
	view    *View
	names   *Names
	mapping mapping.Tables
	taken   map[string]catalog.Ref // maps a name key to the entity planned or in flight under it
	details func(context.Context, []catalog.Ref) (map[catalog.Ref]catalog.Detail, error)

	repositories repositories
	setting      Sharing
	told         map[catalog.Ref]queue.Agreed
	cutOff       int                  // the number of items that were cut off the plan
	left         map[catalog.Ref]bool // left when they were marked in bulk, because of their repository
}

// add decides about the entities in order. The details are read some requests ahead; after each request each, if
// not nil, is called with the number of entities behind it.
func (b *planBuilder) add(ctx context.Context, r Request, each func(left int) error) error {
	named := map[catalog.Ref]bool{}
	for _, ref := range r.Named {
		named[ref] = true
	}
	candidates := b.candidates(&r, named)
	several := detailsAhead
	if r.Limit > 0 {
		several = 1
	}
	work := b.doing.Begin("reading the details of what goes")
	defer work.End()
	chunks, done := slices.Collect(slices.Chunk(candidates, detailChunk)), 0
	for chunk, err := range ahead.Fetch(ctx, chunks, several, b.read) {
		if err != nil {
			return err
		}
		for i, ref := range chunk.refs {
			if b.full(&r, candidates[done+i:]) {
				return nil
			}
			detail, ok := chunk.details[ref]
			if !ok {
				b.skip(ref, ref.Name(), Unknown, CauseGone, "the catalog does not have it any more")
				continue
			}
			b.take(ref, detail, named[ref])
		}
		done += len(chunk.refs)
		work.At(done, len(candidates))
		if b.full(&r, candidates[done:]) {
			return nil
		}
		if each != nil {
			if err := each(len(candidates) - done); err != nil {
				return err
			}
		}
	}
	return nil
}

// candidates are the entities that may go by their status, in the order in which they are decided.
func (b *planBuilder) candidates(r *Request, named map[catalog.Ref]bool) []catalog.Ref {
	seen := map[catalog.Ref]bool{}
	bulk, left := r.Bulk, slices.Clone(r.LeftOut)
	if b.plan.Sharing != b.setting {
		bulk, left = slices.Concat(bulk, left), nil
	}
	for _, ref := range left {
		b.left[ref] = true
	}
	slices.Sort(left)
	var candidates []catalog.Ref
	// The first ref of a shared name wins, whatever the list's order.
	for _, ref := range slices.Concat(r.Named, slices.Sorted(slices.Values(bulk)), left) {
		if seen[ref] {
			continue
		}
		seen[ref] = true
		if b.eligible(ref, named[ref]) {
			candidates = append(candidates, ref)
		}
	}
	return candidates
}

// detailed are entities with their details.
type detailed struct {
	refs    []catalog.Ref
	details map[catalog.Ref]catalog.Detail
}

func (b *planBuilder) read(ctx context.Context, refs []catalog.Ref) (detailed, error) {
	details, err := b.details(ctx, refs)
	return detailed{refs: refs, details: details}, err
}

// eligible reports whether an entity may go by its status, and skips it otherwise.
func (b *planBuilder) eligible(ref catalog.Ref, named bool) bool {
	row, ok := b.view.Catalog.Row(ref)
	if !ok {
		presence, cause := b.view.Presence(ref), CauseGone
		if presence == OtherKind {
			cause = CauseKind
		}
		b.skip(ref, ref.Name(), Unknown, cause, presence.Reason(ref))
		return false
	}
	status, agreed := b.view.Statuses.At(row), b.agreed(ref, named)
	_, again := b.again(ref)
	switch cause, why := heldCause(b.view.Catalog.Annotated(row)); {
	case !judge.Goes(status.State, agreed), status.State == Accepted && !again:
		b.skip(ref, b.names.Name(row), status.State, CauseStatus, status.Reason)
	case why != "" && !agreed.Held:
		b.skip(ref, b.names.Name(row), status.State, cause, why)
	default:
		return true
	}
	return false
}

// agreed is what whoever asks for an entity has agreed to before there is a plan: by hand to everything, since the
// plan tells it; for a list that was looked over, to what that said; in bulk to nothing.
func (b *planBuilder) agreed(ref catalog.Ref, named bool) queue.Agreed {
	switch {
	case b.told != nil:
		return b.told[ref]
	case named:
		return queue.Agreed{Clash: true, Gone: true, Late: true, Shared: true, Held: true}
	}
	return queue.Agreed{}
}

// agreed is what whoever sends the plan has agreed to for an item: what the plan says of it.
func (p *Plan) agreed(item *PlanItem) queue.Agreed {
	return queue.Agreed{Clash: item.Named && item.Clash, Gone: item.Gone != "", Late: !item.TakenAt.IsZero(), Held: item.Held != "",
		Shared: p.Sharing == ShareSend || item.Named && item.SharesWith != "", Sharers: item.sharers}
}

// again returns an entity's late item if it may be sent again.
func (b *planBuilder) again(ref catalog.Ref) (Item, bool) {
	item, ok := b.view.Items[ref]
	return item, ok && item.Late(b.now) && item.Reads >= queue.LooksBeforeAgain
}

func (b *planBuilder) take(ref catalog.Ref, d catalog.Detail, named bool) {
	row, _ := b.view.Catalog.Row(ref)
	status := b.view.Statuses.At(row)
	key := b.names.Key(row)
	other, busy := b.taken[key]
	annotated := catalog.ReadAnnotations(d.Annotations)
	t := b.mapping.Trace(d, b.names.Name(row))
	agreed := b.agreed(ref, named)
	// What was read just now may say something else than the list.
	cause, why := heldCause(annotated)
	switch {
	case why != "" && !agreed.Held:
		b.skip(ref, b.names.Name(row), status.State, cause, why)
		return
	case busy && !agreed.Clash:
		b.skip(ref, b.names.Name(row), Clash, CauseTwin, fmt.Sprintf("%s of the same name goes first", other))
		return
	case !agreed.Shared && b.covered(ref, row, status.State, t.Project.RepoURL):
		return
	}
	b.taken[key] = ref
	b.repositories.take(ref, t.Project.RepoURL)
	item := PlanItem{Ref: ref, Project: t.Project, Defaults: t.Defaults, Overrides: t.Overrides,
		Named: named, OptOut: annotated.OptOut, Orphan: annotated.Orphan, Held: why,
		RepoFrom: t.Repository.From, RepoProblem: t.Repository.Problem,
		Clash: status.State == Clash || busy || b.names.Sharing(row) > 1}
	if status.State == Failed {
		item.FailedBefore = status.Reason
	}
	if status.State == Gone {
		item.Gone = status.Reason
	}
	item.Beside = b.view.Statuses.Beside(row)
	if late, again := b.again(ref); again {
		item.TakenAt = late.SentAt
	}
	b.plan.Items = append(b.plan.Items, item)
}

func (b *planBuilder) skip(ref catalog.Ref, name string, state State, cause Cause, reason string) {
	b.plan.Skipped = append(b.plan.Skipped, PlanSkip{Ref: ref, Name: name, State: state, Cause: cause, Reason: reason})
}

// full reports whether the plan has as many as it may, and then skips the rest.
func (b *planBuilder) full(r *Request, rest []catalog.Ref) bool {
	if r.Limit <= 0 || b.cutOff+len(b.plan.Items) < r.Limit {
		return false
	}
	for _, ref := range rest {
		b.skip(ref, ref.Name(), New, CauseLimit, fmt.Sprintf("over the limit of one run (%d)", r.Limit))
	}
	return true
}
