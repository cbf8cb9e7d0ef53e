package importer

import (
	"fmt"
	"slices"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/status"
	"conviso-importer/internal/text"
)

// View is the catalog joined with the import status at one moment. It is immutable.
type View struct {
	Catalog  *catalog.Snapshot    // nil if it was not read
	Kinds    []string             // Catalog's kinds, lower case and sorted
	Assets   *conviso.AssetSet    // nil if never read; then statuses are unknown
	Items    map[catalog.Ref]Item // this catalog's queue as of Seq, but for what was finished before; see Item
	Seq      int64
	Statuses *Statuses // those of Catalog's rows; nil without one
	Shrunk   []Shrunk  // newer lists that are not believed; Catalog and Assets are those before them
}

// OthersWords says how many entities of other kinds the catalog's answer had, which were left out; empty for none.
func (v *View) OthersWords() string {
	if v.Catalog == nil || v.Catalog.Others == 0 {
		return ""
	}
	n := v.Catalog.Others
	return fmt.Sprintf("%s of other kinds in the catalog's answer %s left out", text.Entities(n), text.Plural(n, "was", "were"))
}

// Presence looks an entity up in the view's list.
func (v *View) Presence(ref catalog.Ref) Presence { return status.PresenceOf(ref, v.Catalog, v.Kinds) }

// Missing returns the entities without a row, in order.
func (v *View) Missing(refs []catalog.Ref) []catalog.Ref {
	var missing []catalog.Ref
	for _, ref := range refs {
		if v.Presence(ref) != Present {
			missing = append(missing, ref)
		}
	}
	return missing
}

// Status returns an entity's status; Unknown with a reason if it has no row.
func (v *View) Status(ref catalog.Ref) Status {
	if v.Catalog != nil {
		if row, ok := v.Catalog.Row(ref); ok {
			s := v.Statuses.At(row)
			s.Note = v.Statuses.Note(row)
			return s
		}
	}
	return Status{State: Unknown, Reason: v.Presence(ref).Reason(ref)}
}

// Item returns what the queue has of an entity, finished or not.
func (v *View) Item(ref catalog.Ref) (Item, bool) {
	if item, ok := v.Items[ref]; ok {
		return item, true
	}
	return v.Statuses.Finished(ref)
}

// Find prepares a query over the rows in within (nil: all) in the given order (nil: the catalog's).
// A nil f means statuses without marks.
func (v *View) Find(q catalog.Query, f catalog.Facts, within catalog.RowSet, order []int32) *catalog.Finder {
	if f == nil {
		f = v.Statuses.Facts(nil)
	}
	return v.Catalog.Find(q, f, within, order)
}

// Rows returns the rows that match a query, in the catalog's order.
func (v *View) Rows(q catalog.Query) []int {
	if v.Catalog == nil {
		return nil
	}
	return v.Catalog.SearchWith(q, v.Statuses.Facts(nil))
}

// Select requests everything that matches a query, in bulk.
func (v *View) Select(q catalog.Query) Request { return v.request(q, nil) }

// SelectNew is Select of new entities and of clashes, which the plan reports as skipped.
func (v *View) SelectNew(q catalog.Query) Request { return v.request(q, []State{New, Clash}) }

func (v *View) request(q catalog.Query, states []State) Request {
	r := Request{InBulk: true}
	for _, row := range v.Rows(q) {
		if states == nil || slices.Contains(states, v.Statuses.State(row)) {
			r.Bulk = append(r.Bulk, v.Catalog.Ref(row))
		}
	}
	return r
}

// Doubled finds names with more assets than imported entities, as when two people import at the
// same moment. It maps an imported entity's asset to all assets of its name.
func (v *View) Doubled() map[string][]string {
	if v.Assets == nil {
		return map[string][]string{}
	}
	return v.Statuses.Doubled()
}

// BulkNote is why bulk imports leave an entity out, or what they do with its repository; empty for neither.
func (v *View) BulkNote(ref catalog.Ref) string {
	if v.Catalog == nil {
		return ""
	}
	row, ok := v.Catalog.Row(ref)
	if !ok {
		return ""
	}
	return v.Statuses.BulkNote(row)
}

// NotMarkable is why an entity cannot be marked now, or empty. Those not read yet can be.
func (v *View) NotMarkable(ref catalog.Ref) string {
	switch presence := v.Presence(ref); {
	case v.Catalog == nil:
		return "nothing is read yet"
	case presence == Present:
		row, _ := v.Catalog.Row(ref)
		if state := v.Statuses.State(row); !state.Markable() {
			return string(state) + " already"
		}
	case presence != NotRead:
		return presence.Reason(ref)
	}
	return ""
}
