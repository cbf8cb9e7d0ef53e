package importer

import (
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
)

// Namer decides under which asset name an entity goes: its own name, or, for entities that
// share one, what the template makes of it.
type Namer struct {
	// ClashTemplate holds {name} and {namespace} or {kind}, e.g. "{namespace}-{name}". Empty:
	// entities that share a name keep it and are a clash.
	ClashTemplate string
}

// Names are the asset names of a snapshot's rows.
type Names struct {
	names []string
	keys  []string
	rows  map[string]int
}

// Names decides the name of every row; the snapshot must be complete for a name to be known
// as unshared.
func (n Namer) Names(snap *catalog.Snapshot) *Names {
	size := snap.Len()
	out := &Names{names: make([]string, size), keys: make([]string, size), rows: make(map[string]int, size)}
	for row := range size {
		out.names[row] = snap.At(row).Name
		out.keys[row] = conviso.NameKey(out.names[row])
		out.rows[out.keys[row]]++
	}
	if n.ClashTemplate == "" {
		return out
	}
	shared := out.rows
	out.rows = make(map[string]int, size)
	for row := range size {
		if shared[out.keys[row]] > 1 {
			out.names[row] = n.expand(snap.At(row))
			out.keys[row] = conviso.NameKey(out.names[row])
		}
		out.rows[out.keys[row]]++
	}
	return out
}

func (n Namer) expand(e catalog.Entity) string {
	return strings.NewReplacer("{name}", e.Name, "{namespace}", e.Namespace, "{kind}", strings.ToLower(e.Kind)).Replace(n.ClashTemplate)
}

// Name is the asset name of a row.
func (n *Names) Name(row int) string { return n.names[row] }

// Key is the row's name as names are compared.
func (n *Names) Key(row int) string { return n.keys[row] }

// Sharing is the number of rows whose name has the key.
func (n *Names) Sharing(key string) int { return n.rows[key] }
