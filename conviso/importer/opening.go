package importer

import (
	"encoding/json"
	"errors"
	"strings"

	"conviso-importer/cache"
)

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
	if !o.Safe() {
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
