package importer

import (
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/internal/rowindex"
)

// Namer decides under which asset name an entity goes: its own name, or, for entities that
// share one, what the template makes of it.
type Namer struct {
	// ClashTemplate holds {name} and {namespace} or {kind}, e.g. "{namespace}-{name}". Empty:
	// entities that share a name keep it and are a clash.
	ClashTemplate string
}

// Names are the asset names of a snapshot's rows. They do not change once made.
type Names struct {
	snap  *catalog.Snapshot
	namer Namer
	// alike are the rows whose own names are shared, shared those whose asset names are, which
	// the template may have changed; counts is how many rows have each shared name.
	alike, shared catalog.RowSet
	counts        map[string]int
}

// Names decides the name of every row; the snapshot must be complete for a name to be known
// as unshared.
func (n Namer) Names(snap *catalog.Snapshot) *Names {
	out := &Names{snap: snap, namer: n}
	out.shared, out.counts = sharing(snap.Len(), func(row int) string { return conviso.NameKey(snap.Name(row)) })
	if n.ClashTemplate != "" {
		out.alike = out.shared
		out.shared, out.counts = sharing(snap.Len(), out.Key)
	}
	return out
}

// sharing finds the rows whose key another row has too, and how many rows have each such key.
func sharing(rows int, key func(row int) string) (shared catalog.RowSet, counts map[string]int) {
	shared, counts = catalog.NewRowSet(rows), map[string]int{}
	index := rowindex.New(rows)
next:
	for row := range rows {
		own := key(row)
		hash := index.Hash(own)
		for other := range index.Likely(hash) {
			if key(other) == own {
				shared.Add(other)
				shared.Add(row)
				counts[own] = max(1, counts[own]) + 1
				continue next
			}
		}
		index.Add(hash, row)
	}
	return shared, counts
}

func (n Namer) expand(e catalog.Entity) string {
	return strings.NewReplacer("{name}", e.Name, "{namespace}", e.Namespace, "{kind}", strings.ToLower(e.Kind)).Replace(n.ClashTemplate)
}

// Name is the asset name of a row.
func (n *Names) Name(row int) string {
	if n.alike.Has(row) {
		return n.namer.expand(n.snap.At(row))
	}
	return n.snap.Name(row)
}

// Key is the row's name as names are compared.
func (n *Names) Key(row int) string { return conviso.NameKey(n.Name(row)) }

// Sharing is the number of rows whose name has the key of one of them.
func (n *Names) Sharing(key string) int { return max(1, n.counts[key]) }
