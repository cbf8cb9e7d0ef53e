package backstage

import (
	"bytes"
	"encoding/json"
	"slices"

	"conviso-importer/catalog"
)

// listResponse is a response of by-query, or of by-refs, which has only items.
type listResponse struct {
	body     []byte
	decoder  *fastDecoder // decodes the items into entities; if nil, items keeps them as JSON
	items    [][]byte     // the JSON of the items, deferred those that decoder did not accept
	deferred []deferredItem
	// entities are safe to show and have a kind and a name. The next document overwrites them.
	entities   []catalog.Entity
	size       int
	failed     error // the error of an item that is no JSON
	isList     bool  // there was a list of items
	TotalItems int
	PageInfo   json.RawMessage
}

// deferredItem is an item to decode later into entities[at].
type deferredItem struct {
	at  int
	raw []byte
}

func (a *listResponse) reset() {
	*a = listResponse{body: a.body, decoder: a.decoder, items: a.items[:0], deferred: a.deferred[:0], entities: a.entities[:0]}
}

// complete decodes the deferred items and drops those that are no entities.
func (a *listResponse) complete() {
	for _, item := range a.deferred {
		e, err := a.decoder.any(item.raw)
		if err != nil {
			a.failed = err
			return
		}
		a.entities[item.at] = e
	}
	a.entities = slices.DeleteFunc(a.entities, func(e catalog.Entity) bool { return e.Kind == "" || e.Name == "" })
}

// cursor returns the next page's cursor, empty on the last page; false if there is no list.
func (a *listResponse) cursor() (string, bool) {
	if !a.isList || !bytes.HasPrefix(a.PageInfo, []byte("{")) {
		return "", false
	}
	var info struct {
		NextCursor any `json:"nextCursor"`
	}
	if err := json.Unmarshal(a.PageInfo, &info); err != nil {
		return "", false
	}
	if info.NextCursor == nil {
		return "", true
	}
	next, ok := info.NextCursor.(string)
	return next, ok && next != ""
}

// records returns the items; null is nil.
func (a *listResponse) records() ([]*record, error) {
	records := make([]*record, 0, len(a.items))
	for _, raw := range a.items {
		var r *record
		if err := unmarshal(raw, &r); err != nil {
			return nil, err
		}
		records = append(records, r)
	}
	return records, nil
}
