package importer

import (
	"slices"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer/measure"
)

// reading is the catalog's list of some kinds; the engine's mu guards its lists.
type reading struct {
	source CatalogSource
	kinds  []string
	guard  *measure.Guard
	// snap is the last complete list that is believed, doubted one that is not.
	snap, doubted *catalog.Snapshot
}

// newReading returns the list of some kinds, whose complete loads are judged.
func (e *Engine) newReading(source CatalogSource, kinds []string) *reading {
	list := &reading{source: source, kinds: kinds,
		guard: measure.New(e.queue, "catalog "+e.identity.CatalogURL+" "+strings.Join(kinds, ","))}
	source.Judge(func(snap *catalog.Snapshot) bool { return e.judgeCatalog(list, snap) })
	return list
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
		e.list = e.newReading(e.ofKinds(kinds), kinds)
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
