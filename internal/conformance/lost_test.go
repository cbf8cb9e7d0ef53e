package conformance

import (
	"fmt"
	"slices"

	"conviso-importer/conviso/importer"
	"conviso-importer/internal/demo"
)

// look reads both lists as an earlier run did.
func (w *world) look() {
	w.t.Helper()
	opened := w.open()
	defer opened.Close()
	if _, err := opened.Engine.Read(w.t.Context(), importer.ReadOptions{}); err != nil {
		w.t.Fatal(err)
	}
}

// lostStories are about assets that the platform does not list any more.
func lostStories() []story {
	gone := func(w *world) {
		w.look()
		w.platform.RemoveAsset("2")
		w.look()
	}
	empties := func(w *world) {
		for _, a := range w.platform.Assets(w.company) {
			w.platform.RemoveAsset(a.ID)
		}
	}
	many := func(w *world) {
		for i := range 40 {
			w.platform.AddAssets(w.company, demo.Asset{ID: fmt.Sprint(100 + i), Name: fmt.Sprint("other-", i)})
		}
	}
	const deleted = "review 1: 1 imported before and deleted at Conviso; sent again, they are made again"
	return []story{
		{
			name:     "gone, everything new is imported",
			prepare:  gone,
			table:    typed("7", "1 of 10", "1", "10 of 10", "a", "5 marked", "i", "y imports 5", "y", "Import finished"),
			lines:    typed("f gone", "Only gone", "f all", "of 10", "a", "5 marked", "i", "yes imports 5", "yes", "Import finished"),
			commands: []step{run("import --all-new --dry-run", 0), run("import --all-new", 3)},
			sent:     "batch billing checkout ledger",
			apart:    []difference{{front: commands, has: []string{sameName, twin}}},
		},
		{
			name:     "gone, named",
			prepare:  gone,
			table:    typed("7", "1 of 10", "space", "is gone: its asset 2 was deleted", "i", "y imports 1", "y", "Import finished"),
			lines:    typed("f gone", "Only gone", "1", "is gone: its asset 2 was deleted", "i", "yes imports 1", "yes", "Import finished"),
			commands: []step{run("import mailer --dry-run", 0), run("import mailer", 0)},
			sent:     "mailer",
			says:     []string{deleted[len("review 1: 1 "):]},
		},
		{
			name: "absorbed, everything new is imported",
			prepare: func(w *world) {
				w.look()
				w.platform.AbsorbAsset("2", "1")
			},
			table:    typed("a", "5 marked", "i", "y imports 5", "y", "Import finished"),
			lines:    typed("a", "5 marked", "i", "yes imports 5", "yes", "Import finished"),
			commands: []step{run("import --all-new --dry-run", 0), run("import --all-new", 3)},
			sent:     "batch billing checkout ledger",
			apart:    []difference{{front: commands, has: []string{sameName, twin}}},
		},
		{
			name:    "a list that shrank",
			prepare: func(w *world) { many(w); w.look() },
			table: slices.Concat([]step{{happens: empties}}, typed("r", "is not believed", "a", "5 marked", "i", "! Nothing was planned",
				"esc", "10 of 10", ":accept enter", "! Not accepted yet")),
			lines: slices.Concat([]step{{happens: empties}}, typed("r", "is not believed", "a", "5 marked", "i", "! Nothing was planned",
				"accept", "! Not accepted yet")),
			commands: []step{{happens: empties}, run("import --all-new", 3), run("import --all-new --accept-shrunk", 3)},
			says:     []string{"Conviso's list lost 42 of 42 assets", "is not believed", "nothing is imported in bulk"},
		},
		{
			// Without a cache nothing is known from before, so that a single one may be there already.
			name:     "a list that shrank, and the cache is lost",
			prepare:  func(w *world) { many(w); w.look(); empties(w) },
			shrunk:   true,
			table:    typed("a", "Nothing was marked", "j space", "1 selected", "i", "esc back", "esc", "10 of 10"),
			lines:    typed("a", "Nothing was marked", "2", "1 marked", "i", "! Conviso's list lost"),
			commands: []step{run("import --all-new", 3), run("import billing", 3)},
			says:     []string{"Conviso's list lost 42 of 42 assets", "is not believed", "nothing is imported in bulk"},
		},
	}
}
