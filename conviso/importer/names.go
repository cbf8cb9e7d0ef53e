package importer

import (
	"slices"
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
	// alike are the rows whose own names are shared; the template, if there is one, names them.
	alike  catalog.RowSet
	shared shared
}

// shared are the keys that several rows have, by number: texts are many and dear to compare while a
// key waits for all of a large list.
type shared struct {
	rows catalog.RowSet
	// numbers are those of the rows' keys, of use for the rows of the set alone; counts says
	// how many rows have each.
	numbers, counts []int32
	// byRef are the rows of the set, those of a key together and in the order of their refs.
	byRef []int32
}

// Names decides the name of every row; the snapshot must be complete for a name to be known
// as unshared.
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

// sharing finds the rows whose key another row has too.
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

// add notes that a row has the key of another one, the first that has it.
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

// order fills byRef, so that a choice among the rows of a key compares no texts.
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

// refRow is a row with its ref.
type refRow struct {
	ref catalog.Ref
	row int32
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

// Sharing is the number of rows that have the row's key, itself among them.
func (n *Names) Sharing(row int) int {
	if !n.shared.rows.Has(row) {
		return 1
	}
	return int(n.shared.counts[n.shared.numbers[row]])
}
