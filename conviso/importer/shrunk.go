package importer

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/measure"
	"conviso-importer/internal/text"
)

// Shrunk is a complete list that lost so much that it is not believed: what was known before stays.
type Shrunk struct {
	measure.Doubt

	Catalog bool // Backstage's list; else Conviso's
}

// Words describe the loss and what is needed to believe it.
func (s *Shrunk) Words(now time.Time) string {
	whose, what := "Conviso's", "assets"
	if s.Catalog {
		whose, what = "Backstage's", "entities"
	}
	words := fmt.Sprintf("%s list lost %d of %d %s at %s and is not believed: it changes no status, and nothing is imported in bulk",
		whose, s.Lost, s.Of, what, text.Clock(now, s.Since))
	if s.Agreed.IsZero() {
		return words + "; read it again after " + text.Clock(now, s.Next().Add(time.Minute-1))
	}
	return words + "; a second read agrees with it"
}

// ShrunkError reports lists that are not believed, so that nothing is imported in bulk.
type ShrunkError struct {
	Lists []Shrunk
	now   time.Time
}

// Agreed reports whether second reads agree with all lists, so that they can be accepted.
func (e *ShrunkError) Agreed() bool {
	for i := range e.Lists {
		if e.Lists[i].Agreed.IsZero() {
			return false
		}
	}
	return true
}

func (e *ShrunkError) Error() string {
	words := make([]string, len(e.Lists))
	for i := range e.Lists {
		words[i] = e.Lists[i].Words(e.now)
	}
	return strings.Join(words, "; ")
}

// errNotShrunk is returned by AcceptShrunk if every list is believed.
var errNotShrunk = errors.New("every list is believed; there is nothing to accept")

// Shrunk returns the lists that are not believed: the company's assets and the entities of the kinds in use.
func (e *Engine) Shrunk(ctx context.Context) []Shrunk { return e.shrunk(ctx, e.reading()) }

func (e *Engine) shrunk(ctx context.Context, list *reading) []Shrunk {
	var all []Shrunk
	if d := e.assetsGuard.Doubt(ctx); d != nil {
		all = append(all, Shrunk{Doubt: *d})
	}
	if d := list.guard.Doubt(ctx); d != nil {
		all = append(all, Shrunk{Doubt: *d, Catalog: true})
	}
	return all
}

// Believed returns a ShrunkError if a list is not believed: nothing goes in bulk then.
func (v *View) Believed(now time.Time) error { return believed(v.Shrunk, now) }

func believed(lists []Shrunk, now time.Time) error {
	if len(lists) == 0 {
		return nil
	}
	return &ShrunkError{Lists: lists, now: now}
}

// AcceptShrunk takes the lists that shrank for right, as a person says they are; the next reads then replace what
// was known. Each needs a second read that agrees, at least a minute after the first: without it the error is a
// ShrunkError.
func (e *Engine) AcceptShrunk(ctx context.Context) error {
	list := e.reading()
	lists := e.shrunk(ctx, list)
	if len(lists) == 0 {
		return errNotShrunk
	}
	if err := (&ShrunkError{Lists: lists, now: e.now()}); !err.Agreed() {
		return fmt.Errorf("not accepted yet: %w", err)
	}
	e.assetsGuard.Accept(ctx)
	list.guard.Accept(ctx)
	return nil
}

// judgeAssets judges a complete set and notes it if it is not believed.
func (e *Engine) judgeAssets(set *conviso.AssetSet) bool {
	ctx := context.Background() //nolint:forbidigo // Local data; the read that it judges has ended.
	if e.assetsGuard.Judge(ctx, set.IDs(), set.ReadAt) {
		return true
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.doubted = set
	return false
}

// isDoubted reports whether a set was read and is not believed: it proves what is there, and no absence.
func (e *Engine) isDoubted(set *conviso.AssetSet) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return set != nil && e.doubted == set
}

// beliefs returns what is known in place of a doubted set: the set before it, or it as a part.
func (e *Engine) beliefs(doubted *conviso.AssetSet) *conviso.AssetSet {
	before, _ := e.assets.Cached()
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.latest == nil {
		e.latest, e.latestWhole = before, false
	}
	if e.latest == nil {
		return conviso.NewAssetSet(doubted.All(), doubted.ReadAt, false)
	}
	return e.latest
}

// judgeCatalog is judgeAssets for a list of entities.
func (e *Engine) judgeCatalog(list *reading, snap *catalog.Snapshot) bool {
	ctx := context.Background() //nolint:forbidigo // As above.
	refs := func(yield func(string) bool) {
		for ref := range snap.Refs() {
			if !yield(string(ref)) {
				return
			}
		}
	}
	if list.guard.Judge(ctx, refs, snap.ReadAt) {
		return true
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	list.doubted = snap
	return false
}

// entities returns what is known after a complete load: the list, or where it is not believed the one before it,
// else the list as a part.
func (e *Engine) entities(ctx context.Context, list *reading, loaded *catalog.Snapshot) *catalog.Snapshot {
	e.mu.Lock()
	doubted := list.doubted == loaded
	e.mu.Unlock()
	var before *catalog.Snapshot
	if doubted {
		before, _ = list.source.Cached(ctx)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case !doubted:
		list.snap = loaded
	case list.snap == nil && before == nil:
		return loaded.Part()
	case list.snap == nil:
		list.snap = before
	}
	return list.snap
}
