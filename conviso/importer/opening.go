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

// Opening is how a table looked when its lists were up to date: the first rows in the order in
// which it begins, and the figures of all. A table opens with it, which takes milliseconds
// whatever the size of the catalog, and has the lists a moment later. It is a picture and no
// evidence: nothing may be marked, planned or sent by it.
type Opening struct {
	// Entities are the first rows, Statuses theirs.
	Entities []catalog.Entity
	Statuses []Status
	// Counts are the rows of the whole list in each state, Total is how many it has.
	Counts map[State]int
	Total  int
	// Kinds is how many kinds of entities it has, as far as more than one matters.
	Kinds int
	// CatalogReadAt and AssetsReadAt are when the lists were read.
	CatalogReadAt, AssetsReadAt time.Time
}

// maxOpeningRows bounds the rows of an Opening: all of them are read before the first page shows.
const maxOpeningRows = 1000

// NewOpening makes the opening of a list, whose rows stand in order, with its first rows.
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

// Picture returns the opening as a list and its statuses. The list has the first rows alone, in
// their order; the statuses count all.
func (o *Opening) Picture() (*catalog.Snapshot, *Statuses) {
	snap := catalog.NewSnapshot(o.Entities, o.CatalogReadAt, o.Total, true)
	s := &Statuses{told: o.Statuses, states: make([]uint8, len(o.Statuses)), counts: o.Counts}
	for row := range s.states {
		s.states[row] = stateNumber(o.Statuses[row].State)
	}
	return snap, s
}

// safe makes what was read from disk fit to be shown, and reports whether it can be true.
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

// openings keeps the openings of lists in the cache.
type openings struct {
	cache *cache.Cache[*Opening]
	scope string
}

// newOpenings keeps nothing without a store. Scope tells one catalog, platform and company from
// another.
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

// ReadOpening has the store read an opening ahead, so that the engine's Opening finds it at hand.
func ReadOpening(store *cache.Store, id Identity, kinds []string) {
	o := newOpenings(store, id)
	_, _, _ = o.cache.Get(o.key(normalKinds(kinds)))
}

// Opening returns how the list of the kinds in use looked last, nil where nothing is known.
func (e *Engine) Opening() *Opening {
	if e.openings.cache == nil {
		return nil
	}
	o, _, _ := e.openings.cache.Get(e.openings.key(e.Kinds()))
	return o
}

// KeepOpening keeps an opening of the kinds in use for the next start. That it cannot be written
// costs that start a moment; the store itself says what is wrong with it.
func (e *Engine) KeepOpening(o *Opening) {
	if e.openings.cache != nil {
		_ = e.openings.cache.Put(e.openings.key(e.Kinds()), o, o.CatalogReadAt)
	}
}
