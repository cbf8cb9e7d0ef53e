package status

import (
	"slices"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
)

// Namer decides an entity's asset name: its own, or the template's for shared names.
type Namer struct {
	// ClashTemplate holds {name} and {namespace} or {kind}, e.g. "{namespace}-{name}". Without it,
	// entities that share a name are a clash.
	ClashTemplate string
}

// Names are the asset names of a snapshot's rows, and what bulk imports must choose from. They are immutable.
type Names struct {
	snap  *catalog.Snapshot
	namer Namer
	alike catalog.RowSet  // the rows that the template names
	same  *catalog.Groups // the rows that share a name
	// byRef are the rows that share a name or a repository, sorted by ref; contested is the same as a set.
	byRef     []int32
	contested catalog.RowSet
}

// Names decides the name of every row. The snapshot must be complete, or shared names are missed.
func (n Namer) Names(snap *catalog.Snapshot) *Names {
	out := &Names{snap: snap, namer: n}
	out.same = catalog.GroupTexts(snap.Len(), func(to []byte, row int) []byte {
		if lower, ok := snap.LowerName(row); ok && conviso.IsNameKey(lower) {
			return append(to, lower...)
		}
		return append(to, conviso.NameKey(snap.Name(row))...)
	})
	if n.ClashTemplate != "" {
		out.alike = out.same.Rows
		out.same = catalog.GroupTexts(snap.Len(), func(to []byte, row int) []byte { return append(to, out.Key(row)...) })
	}
	out.contested = slices.Clone(out.same.Rows)
	out.contested.Or(snap.Repositories().Rows)
	out.order()
	return out
}

func (n *Names) order() {
	rows := make([]refRow, 0, n.contested.Len())
	for row := range n.contested.Rows() {
		rows = append(rows, refRow{n.snap.Ref(row), int32(row)})
	}
	slices.SortFunc(rows, func(a, b refRow) int { return strings.Compare(string(a.ref), string(b.ref)) })
	n.byRef = make([]int32, len(rows))
	for i := range rows {
		n.byRef[i] = rows[i].row
	}
}

type refRow struct {
	ref catalog.Ref
	row int32
}

// Of reports whether they are the names of a snapshot.
func (n *Names) Of(snap *catalog.Snapshot) bool { return n.snap == snap }

// Name returns a row's asset name.
func (n *Names) Name(row int) string {
	if n.alike.Has(row) {
		e := n.snap.At(row)
		return strings.NewReplacer("{name}", e.Name, "{namespace}", e.Namespace, "{kind}", strings.ToLower(e.Kind)).Replace(n.namer.ClashTemplate)
	}
	return n.snap.Name(row)
}

// Key returns a row's name in its compared form.
func (n *Names) Key(row int) string { return conviso.NameKey(n.Name(row)) }

// Sharing returns how many rows have the row's key, itself included.
func (n *Names) Sharing(row int) int { return n.same.Sharing(row) }
