package importer

import (
	"slices"
	"strings"

	"conviso-importer/catalog"
)

// reading is the catalog's list of some kinds: where it comes from, and the last complete
// read of it, which the engine's mu guards.
type reading struct {
	source CatalogSource
	kinds  []string
	snap   *catalog.Snapshot
}

// Kinds returns the kinds of entity that the catalog's list has now, in lower case and in
// order.
func (e *Engine) Kinds() []string { return slices.Clone(e.reading().kinds) }

// UseKinds makes the catalog's list one of other kinds for what is read and planned from now
// on; a load under way keeps those that it began with. It returns at once: Cached and
// LoadCatalog bring the list. Auto-import stays with the kinds that the engine was made
// with, since what is sent while nobody looks must not follow what somebody looks at. An
// engine made without Config.OfKinds has these alone.
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

// reading is the list that is in use.
func (e *Engine) reading() *reading {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.list
}

// normalKinds is kinds in lower case, in order, each once.
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
