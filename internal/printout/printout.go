// Package printout is the form in which entities with their import status leave the program, as
// the output of a command or as a file: its fields, its JSON and its CSV. It must not know where
// that goes.
package printout

import (
	"fmt"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
)

// Item is one entity with its status. Its fields, in order, are the CSV columns.
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

// New returns the item of an entity whose strings are safe to show.
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
	case importer.Failed, importer.Retrying, importer.Clash, importer.Unknown, importer.Gone:
		item.Error = status.Reason
	case importer.New, importer.Imported, importer.Queued, importer.Sending, importer.Accepted, importer.Skipped:
	}
	return item
}

// Of returns the items of a view's rows. An imported one with surplus assets has an error.
func Of[R int | int32](v *importer.View, rows []R) []Item {
	items := make([]Item, len(rows))
	surplus := v.Doubled()
	for i, row := range rows {
		items[i] = New(v.Catalog.At(int(row)), v.Statuses.At(int(row)))
		if ids := surplus[items[i].AssetID]; items[i].Status == string(importer.Imported) && len(ids) > 0 {
			items[i].Error = fmt.Sprintf("%d assets of this name are on the platform (%s), more than were imported from here; look there whether one is too many",
				len(ids), strings.Join(ids[:min(len(ids), 5)], ", "))
		}
	}
	return items
}
