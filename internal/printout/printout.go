// Package printout is the form in which entities with their import status leave the program, as
// the output of a command or as a file: its fields, its JSON and its CSV. It must not know where
// that goes.
package printout

import (
	"fmt"
	"iter"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
)

// Item is one entity with its status; its fields, in this order, are the CSV columns.
type Item struct {
	Ref         string   `json:"ref"`
	Kind        string   `json:"kind"`
	Namespace   string   `json:"namespace"`
	Name        string   `json:"name"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Owner       string   `json:"owner"`
	Type        string   `json:"type"`
	Lifecycle   string   `json:"lifecycle"`
	Tags        []string `json:"tags"`
	Status      string   `json:"status"`
	AssetID     string   `json:"assetId"`
	Error       string   `json:"error"`
}

// New is the item of an entity, whose strings are safe to show.
func New(e catalog.Entity, status importer.Status) Item {
	item := Item{
		Ref: string(e.Ref), Kind: e.Kind, Namespace: e.Namespace, Name: e.Name, Title: e.Title, Description: e.Description,
		Owner: e.Owner, Type: e.Type, Lifecycle: e.Lifecycle, Tags: e.Tags,
		Status: string(status.State), AssetID: status.AssetID,
	}
	if item.Tags == nil {
		item.Tags = []string{}
	}
	switch status.State {
	case importer.Failed, importer.Retrying, importer.Clash, importer.Unknown:
		item.Error = status.Reason
	case importer.New, importer.Imported, importer.Queued, importer.Sending, importer.Accepted, importer.Skipped:
	}
	return item
}

// Picture is what is known of a catalog and of its import at one moment. Assets are nil where
// they were not read; Items is the queue.
type Picture struct {
	Snap     *catalog.Snapshot
	Assets   *conviso.AssetSet
	Statuses *importer.Statuses
	Items    iter.Seq[importer.Item]
}

// Of are the items of some of a picture's rows, in their order. An imported one whose name has
// more assets than it should says so.
func Of[R int | int32](p Picture, rows []R) []Item {
	items := make([]Item, len(rows))
	surplus := p.doubled()
	for i, row := range rows {
		items[i] = New(p.Snap.At(int(row)), p.Statuses.At(int(row)))
		if ids := surplus[items[i].AssetID]; items[i].Status == string(importer.Imported) && len(ids) > 0 {
			items[i].Error = fmt.Sprintf("%d assets of this name are on the platform (%s), more than were imported from here; look there whether one is too many",
				len(ids), strings.Join(ids[:min(len(ids), 5)], ", "))
		}
	}
	return items
}

// doubled finds names that have more assets than entities were imported under them, as when
// two people import the same at the same moment. It maps an imported entity's asset to the
// ids of all assets of its name. The queue knows of entities that the snapshot lacks: those of
// other kinds, and those that have left the catalog.
func (p *Picture) doubled() map[string][]string {
	found := map[string][]string{}
	if p.Assets == nil {
		return found
	}
	imported := map[string]map[string]bool{}
	count := func(state importer.State, id string) {
		if asset, ok := p.Assets.ByID(id); ok && state == importer.Imported {
			key := conviso.NameKey(asset.Name)
			if imported[key] == nil {
				imported[key] = map[string]bool{}
			}
			imported[key][id] = true
		}
	}
	for row := range p.Statuses.Len() {
		if p.Statuses.State(row) == importer.Imported {
			count(importer.Imported, p.Statuses.At(row).AssetID)
		}
	}
	for item := range p.Items {
		if _, listed := p.Snap.Row(item.Ref); !listed {
			count(item.State, item.AssetID)
		}
	}
	for key, own := range imported {
		named := p.Assets.Named(key)
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
