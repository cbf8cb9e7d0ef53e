package importer

import (
	"slices"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
)

// View is the catalog joined with its import status at one moment. It does not change, so that
// any number of goroutines may read it.
type View struct {
	// Catalog is the list of entities; nil where none was read.
	Catalog *catalog.Snapshot
	// Kinds are the kinds of entities that Catalog lists, in lower case and in order.
	Kinds []string
	// Assets are the platform's; nil where they were never read, so that statuses are unknown.
	Assets *conviso.AssetSet
	// Items is the queue of this catalog, settled items included, as of the change Seq.
	Items map[catalog.Ref]Item
	Seq   int64
	// Statuses are those of the rows of Catalog; nil without one.
	Statuses *Statuses
}

// Presence is what the view's list tells about an entity.
func (v *View) Presence(ref catalog.Ref) Presence { return PresenceOf(ref, v.Catalog, v.Kinds) }

// Missing returns those of the entities that have no row, in their order.
func (v *View) Missing(refs []catalog.Ref) []catalog.Ref {
	var missing []catalog.Ref
	for _, ref := range refs {
		if v.Presence(ref) != Present {
			missing = append(missing, ref)
		}
	}
	return missing
}

// Status is what is known of an entity; unknown, with the reason, where it has no row.
func (v *View) Status(ref catalog.Ref) Status {
	if v.Catalog != nil {
		if row, ok := v.Catalog.Row(ref); ok {
			return v.Statuses.At(row)
		}
	}
	return Status{State: Unknown, Reason: v.Presence(ref).Reason(ref)}
}

// Find prepares the answer to a query over the rows in within (nil: all), in the order given (nil:
// the catalog's). Facts that are nil are the statuses alone, without marks.
func (v *View) Find(q catalog.Query, f catalog.Facts, within catalog.RowSet, order []int32) *catalog.Finder {
	if f == nil {
		f = v.Statuses.Facts(nil)
	}
	return v.Catalog.Find(q, f, within, order)
}

// Rows returns the rows that a query means, in the catalog's order.
func (v *View) Rows(q catalog.Query) []int {
	if v.Catalog == nil {
		return nil
	}
	return v.Catalog.SearchWith(q, v.Statuses.Facts(nil))
}

// Select asks for everything that a query means, as a group.
func (v *View) Select(q catalog.Query) Request { return v.request(q, nil) }

// SelectNew is Select of what is new. Clashes are asked for too: the plan says of them that they
// were left out.
func (v *View) SelectNew(q catalog.Query) Request { return v.request(q, []State{New, Clash}) }

func (v *View) request(q catalog.Query, states []State) Request {
	var r Request
	for _, row := range v.Rows(q) {
		if states == nil || slices.Contains(states, v.Statuses.State(row)) {
			r.Bulk = append(r.Bulk, v.Catalog.Ref(row))
		}
	}
	return r
}

// Doubled finds names that have more assets than entities were imported under them, as when two
// people import the same at the same moment. It maps an imported entity's asset to the ids of all
// assets of its name. The queue knows of entities that the catalog's list lacks: those of other
// kinds, and those that have left the catalog.
func (v *View) Doubled() map[string][]string {
	found := map[string][]string{}
	if v.Assets == nil {
		return found
	}
	imported := map[string]map[string]bool{}
	count := func(id string) {
		if asset, ok := v.Assets.ByID(id); ok {
			key := conviso.NameKey(asset.Name)
			if imported[key] == nil {
				imported[key] = map[string]bool{}
			}
			imported[key][id] = true
		}
	}
	for row := range v.Statuses.In(Imported).Rows() {
		count(v.Statuses.At(row).AssetID)
	}
	for ref, item := range v.Items {
		if _, listed := v.Catalog.Row(ref); !listed && item.State == Imported {
			count(item.AssetID)
		}
	}
	for key, own := range imported {
		named := v.Assets.Named(key)
		if len(named) <= len(own) {
			continue
		}
		var ids []string
		for _, asset := range named {
			ids = append(ids, asset.ID)
		}
		for id := range own {
			found[id] = ids
		}
	}
	return found
}

// ByRef indexes items by their refs.
func ByRef(items []Item) map[catalog.Ref]Item {
	byRef := make(map[catalog.Ref]Item, len(items))
	for i := range items {
		byRef[items[i].Ref] = items[i]
	}
	return byRef
}
