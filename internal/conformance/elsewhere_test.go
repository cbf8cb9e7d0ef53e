package conformance

import "conviso-importer/internal/demo"

// elsewhereStories are about assets that did not come from Backstage: one of an entity's name, and one that an
// annotation names.
func elsewhereStories() []story {
	elsewhere := func(w *world) {
		w.platform.AddAssets(w.company, demo.Asset{ID: "7", Name: "billing", Integration: "GITHUB"},
			demo.Asset{ID: "8", Name: "acme/repository", Integration: "GITHUB"})
		w.catalog.Add(demo.Entity{Name: "monolith", Owner: "team-pay", Type: "service", Lifecycle: "production",
			Annotations: map[string]string{"conviso.com/asset-id": "8"}},
			demo.Entity{Name: "mislabelled", Owner: "team-pay", Type: "service", Lifecycle: "production",
				Annotations: map[string]string{"conviso.com/asset-id": "99"}})
		w.look()
	}
	const also, none = "not merged: Conviso also has billing from GITHUB", "names no asset of Conviso in conviso.com/asset-id"
	return []story{
		{
			name:     "another source has the name",
			prepare:  elsewhere,
			table:    typed("a", "6 marked", "i", "y imports 6", "y", "Import finished"),
			lines:    typed("a", "6 marked", "i", "yes imports 6", "yes", "Import finished"),
			commands: []step{run("import --all-new --dry-run", 0), run("import --all-new", 3)},
			sent:     "batch billing checkout ledger mislabelled",
			says:     []string{also, none},
			apart:    []difference{{front: commands, has: []string{sameName, twin}}},
		},
		{
			name:    "another source has the name, looked at in details after a review",
			prepare: elsewhere,
			table: typed("a", "6 marked", "i", "y imports 6", "esc", "12 of 12", "/billing enter", "1 of 12",
				"enter", "Conviso also has billing from GITHUB (asset 7)", "esc", "1 of 12"),
			lines: typed("a", "6 marked", "i", "yes imports 6", "no", "Nothing was sent", "/billing", "of 1.",
				"d 1", "Conviso also has billing from GITHUB (asset 7)"),
			commands: []step{run("import --all-new --dry-run", 0)},
			says:     []string{"Conviso also has billing from GITHUB"},
			apart:    []difference{{front: commands, has: []string{sameName, twin}}},
		},
		{
			name:     "an annotation names its asset",
			prepare:  elsewhere,
			table:    typed("/monolith enter", "1 of 12", "space", "imported already", "enter", "by its annotation conviso.com/asset-id", "esc", "1 of 12"),
			lines:    typed("/monolith", "of 1.", "1", "imported already", "d 1", "by its annotation conviso.com/asset-id"),
			commands: []step{run("import monolith", 0)},
			says:     []string{"imported"},
		},
	}
}
