package importer

import (
	"slices"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/internal/rowindex"
)

// Namer decides an entity's asset name: its own, or the template's for shared names.
type Namer struct {
	// ClashTemplate holds {name} and {namespace} or {kind}, e.g. "{namespace}-{name}". Without it,
	// entities that share a name are a clash.
	ClashTemplate string
}

// Names are the asset names of a snapshot's rows. They are immutable.
type Names struct {
	snap   *catalog.Snapshot
	namer  Namer
	alike  catalog.RowSet // the rows that the template names
	shared shared
}

// shared numbers the name keys that several rows have, because comparing strings is too slow for a
// key press in a large list.
type shared struct {
	rows            catalog.RowSet
	numbers, counts []int32 // numbers maps a row of the set to its key's number, counts a number to its rows
	byRef           []int32 // the rows grouped by number, each group sorted by ref
}

// Names decides the name of every row. The snapshot must be complete, or shared names are missed.
func (n Namer) Names(snap *catalog.Snapshot) *Names {
	out := &Names{snap: snap, namer: n}
	out.shared = sharing(snap.Len(), func(row int) string { return conviso.NameKey(snap.Name(row)) })
	if n.ClashTemplate != "" {
		out.alike = out.shared.rows
		out.shared = sharing(snap.Len(), out.Key)
	}
	out.shared.order(snap.Ref)
	return out
}

func sharing(rows int, key func(row int) string) shared {
	s := shared{rows: catalog.NewRowSet(rows)}
	index := rowindex.New(rows)
next:
	for row := range rows {
		own := key(row)
		hash := index.Hash(own)
		for other := range index.Likely(hash) {
			if key(other) == own {
				s.add(row, other)
				continue next
			}
		}
		index.Add(hash, row)
	}
	return s
}

// add records that row has the key of first.
func (s *shared) add(row, first int) {
	if !s.rows.Has(first) {
		if s.numbers == nil {
			s.numbers = make([]int32, 64*len(s.rows))
		}
		s.rows.Add(first)
		s.numbers[first] = int32(len(s.counts))
		s.counts = append(s.counts, 1)
	}
	s.rows.Add(row)
	s.numbers[row] = s.numbers[first]
	s.counts[s.numbers[row]]++
}

func (s *shared) order(ref func(row int) catalog.Ref) {
	next, at := make([]int32, len(s.counts)), int32(0)
	for number, count := range s.counts {
		next[number] = at
		at += count
	}
	s.byRef = make([]int32, at)
	for row := range s.rows.Rows() {
		number := s.numbers[row]
		s.byRef[next[number]] = int32(row)
		next[number]++
	}
	var refs []refRow
	for number, count := range s.counts {
		group := s.byRef[next[number]-count : next[number]]
		refs = refs[:0]
		for _, row := range group {
			refs = append(refs, refRow{ref(int(row)), row})
		}
		slices.SortFunc(refs, func(a, b refRow) int { return strings.Compare(string(a.ref), string(b.ref)) })
		for i := range refs {
			group[i] = refs[i].row
		}
	}
}

type refRow struct {
	ref catalog.Ref
	row int32
}

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
func (n *Names) Sharing(row int) int {
	if !n.shared.rows.Has(row) {
		return 1
	}
	return int(n.shared.counts[n.shared.numbers[row]])
}
