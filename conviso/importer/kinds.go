package importer

import (
	"slices"
	"strings"

	"conviso-importer/catalog"
)

// reading is the catalog's list of some kinds and its last complete read, guarded by the engine's mu.
type reading struct {
	source CatalogSource
	kinds  []string
	snap   *catalog.Snapshot
}

// Kinds returns the kinds in use, lower case and sorted.
func (e *Engine) Kinds() []string { return slices.Clone(e.reading().kinds) }

// UseKinds changes the kinds of later reads and plans; a load under way keeps its own. It does not
// read: call Cached and LoadCatalog. Auto-import keeps the kinds given to NewEngine, since
// unattended sends must not follow the screen. Without Config.OfKinds it does nothing.
func (e *Engine) UseKinds(kinds []string) {
	kinds = normalKinds(kinds)
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case len(kinds) == 0, slices.Equal(kinds, e.list.kinds):
	case slices.Equal(kinds, e.started.kinds):
		e.list = e.started
	case e.ofKinds != nil:
		e.list = &reading{source: e.ofKinds(kinds), kinds: kinds}
	}
}

func (e *Engine) reading() *reading {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.list
}

// normalKinds returns kinds in lower case, sorted and without duplicates.
func normalKinds(kinds []string) []string {
	normal := make([]string, 0, len(kinds))
	for _, kind := range kinds {
		if kind = strings.ToLower(strings.TrimSpace(kind)); kind != "" {
			normal = append(normal, kind)
		}
	}
	slices.Sort(normal)
	return slices.Compact(normal)
}
