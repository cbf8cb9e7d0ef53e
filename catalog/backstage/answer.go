package backstage

import (
	"bytes"
	"encoding/json"
	"slices"

	"conviso-importer/catalog"
)

// listAnswer is the answer of by-query, and of by-refs, which has items alone.
type listAnswer struct {
	// body is the answer as it came.
	body []byte
	// quick reads the items as entities; without it they stay as they came.
	quick *quick
	// items are the parts of body that are the items' JSON, and left those that quick did not take.
	items [][]byte
	left  []leftItem
	// entities are the items as entities, safe to show. One that has no kind or no name is none.
	// The next document's take their place.
	entities []catalog.Entity
	// size is how many items there are.
	size int
	// failed says which of them is no JSON.
	failed error
	// isList is false where there is no list of items.
	isList     bool
	TotalItems int
	PageInfo   json.RawMessage
}

// leftItem is an item that stands at a place of the entities when it is read.
type leftItem struct {
	at  int
	raw []byte
}

// reset empties the answer for another document in its body.
func (a *listAnswer) reset() {
	*a = listAnswer{body: a.body, quick: a.quick, items: a.items[:0], left: a.left[:0], entities: a.entities[:0]}
}

// complete reads the items that were left and leaves out those that are no entities.
func (a *listAnswer) complete() {
	for _, item := range a.left {
		e, err := a.quick.any(item.raw)
		if err != nil {
			a.failed = err
			return
		}
		a.entities[item.at] = e
	}
	a.entities = slices.DeleteFunc(a.entities, func(e catalog.Entity) bool { return e.Kind == "" || e.Name == "" })
}

// cursor returns the next page's cursor, empty on the last page; false when the answer has
// not the shape of a list.
func (a *listAnswer) cursor() (string, bool) {
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

// records returns the items; one that is null is nil.
func (a *listAnswer) records() ([]*record, error) {
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
