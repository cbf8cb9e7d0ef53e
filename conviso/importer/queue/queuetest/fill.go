package queuetest

import (
	"context"
	"slices"
	"strings"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/demo"
)

// Finished returns the items by which assets were imported, a millisecond apart.
func Finished(instance string, assets []demo.Asset) []queue.Item {
	items := make([]queue.Item, 0, len(assets))
	for i := range assets {
		project := assets[i].ImportedAs()
		ref, err := catalog.ParseRef(project)
		if err != nil {
			continue // It was not imported.
		}
		at := assets[i].CreatedAt.Add(time.Duration(i) * time.Millisecond)
		items = append(items, queue.Item{Instance: instance, Ref: ref, State: queue.Imported, Attempts: 1, BatchMax: queue.BatchSize, AssetID: assets[i].ID,
			Project: conviso.Project{ID: project, Name: assets[i].Name, Description: strings.Repeat("What it is for. ", 6), Lifecycle: "production",
				RepoURL: "https://git.example.com/acme/" + assets[i].Name, Tags: []string{"go", "team-a"}, Owner: "group:default/team-a", AssetType: "api"},
			AddedAt: at, SentAt: at, CheckedAt: at.Add(time.Second), User: "jane", Host: "build-7"})
	}
	return items
}

// Fill records items that a queue does not have, some thousands at a time.
func Fill(ctx context.Context, q queue.Queue, items []queue.Item) error {
	for some := range slices.Chunk(items, 5000) {
		if err := q.Record(ctx, some); err != nil {
			return err
		}
	}
	return nil
}
