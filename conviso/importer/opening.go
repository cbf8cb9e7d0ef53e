package importer

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"conviso-importer/cache"
	"conviso-importer/catalog"
	"conviso-importer/internal/safetext"
)

// Opening is how the table looked when its lists were last up to date: its first rows and all
// counters. It lets a table open in milliseconds whatever the catalog's size. It is no evidence:
// nothing may be marked, planned or sent by it.
type Opening struct {
	Entities                    []catalog.Entity
	Statuses                    []Status
	Counts                      map[State]int // the rows of the whole list by state, Total its length
	Total                       int
	Kinds                       int // the number of kinds in the list; only more than one matters
	CatalogReadAt, AssetsReadAt time.Time
}

// maxOpeningRows bounds the rows, which are all read before the first page shows.
const maxOpeningRows = 1000

// NewOpening takes the first rows of a list in the given order.
func NewOpening(snap *catalog.Snapshot, statuses *Statuses, order []int32, assetsReadAt time.Time, rows int) *Opening {
	o := &Opening{Counts: map[State]int{}, Total: snap.Len(),
		Kinds: len(snap.Values(catalog.ColumnKind, "", 2)), CatalogReadAt: snap.ReadAt, AssetsReadAt: assetsReadAt}
	for _, row := range order[:min(rows, maxOpeningRows, len(order))] {
		o.Entities = append(o.Entities, snap.At(int(row)))
		o.Statuses = append(o.Statuses, statuses.At(int(row)))
	}
	for _, state := range allStates() {
		if n := statuses.Count(state); n > 0 {
			o.Counts[state] = n
		}
	}
	return o
}

// Picture returns the opening as a list of its rows; the statuses count the whole list.
func (o *Opening) Picture() (*catalog.Snapshot, *Statuses) {
	snap := catalog.NewSnapshot(o.Entities, o.CatalogReadAt, o.Total, true)
	s := &Statuses{fixed: o.Statuses, states: make([]uint8, len(o.Statuses)), counts: o.Counts}
	for row := range s.states {
		s.states[row] = stateNumber(o.Statuses[row].State)
	}
	return snap, s
}

// safe sanitizes what was read from disk and reports whether it is plausible.
func (o *Opening) safe() bool {
	if len(o.Statuses) != len(o.Entities) || o.Total < len(o.Entities) {
		return false
	}
	refs, states := map[catalog.Ref]bool{}, allStates()
	for i := range o.Entities {
		o.Entities[i] = o.Entities[i].Safe()
		refs[o.Entities[i].Ref] = true
		s := &o.Statuses[i]
		s.Reason, s.AssetID = safetext.Line(s.Reason), safetext.Line(s.AssetID)
		if !slices.Contains(states[:], s.State) {
			return false
		}
	}
	all := 0
	for _, n := range o.Counts {
		if n < 0 {
			return false
		}
		all += n
	}
	return len(refs) == len(o.Entities) && all == o.Total
}

type openings struct {
	cache *cache.Cache[*Opening]
	scope string
}

// newOpenings returns openings that store nothing if store is nil; their key is the catalog,
// platform and company.
func newOpenings(store *cache.Store, id Identity) openings {
	if store == nil {
		return openings{}
	}
	codec := cache.JSON[*Opening](1)
	codec.Decode = decodeOpening
	return openings{cache: cache.New(store, "screen", codec),
		scope: strings.Join([]string{id.CatalogURL, id.PlatformURL, id.Company.ID}, " ")}
}

func decodeOpening(doc []byte) (*Opening, error) {
	var o Opening
	if err := json.Unmarshal(doc, &o); err != nil {
		return nil, err
	}
	if !o.safe() {
		return nil, errors.New("its rows and figures do not belong together")
	}
	return &o, nil
}

func (o openings) key(kinds []string) string { return o.scope + " " + strings.Join(kinds, ",") }

// ReadOpening prefetches an opening for Engine.Opening.
func ReadOpening(store *cache.Store, id Identity, kinds []string) {
	o := newOpenings(store, id)
	_, _, _ = o.cache.Get(o.key(normalKinds(kinds)))
}

// Opening returns the last opening of the kinds in use, or nil.
func (e *Engine) Opening() *Opening {
	if e.openings.cache == nil {
		return nil
	}
	o, _, _ := e.openings.cache.Get(e.openings.key(e.Kinds()))
	return o
}

// KeepOpening stores an opening for the next start. Errors are ignored: the store reports them
// itself, and the next start is only slower.
func (e *Engine) KeepOpening(o *Opening) {
	if e.openings.cache != nil {
		_ = e.openings.cache.Put(e.openings.key(e.Kinds()), o, o.CatalogReadAt)
	}
}
