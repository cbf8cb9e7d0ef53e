package catalog

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"maps"
	"slices"
	"strings"
	"sync"
)

// orders are a snapshot's rows in the order of each column, made when they are first asked for.
type orders struct {
	byRef     lazy[[]int32]
	asc, desc [columns]lazy[[]int32]
}

// lazy is a value that is made once, by whoever asks first; the others wait for it.
type lazy[V any] struct {
	once  sync.Once
	value V
}

func (l *lazy[V]) get(make func() V) V {
	l.once.Do(func() { l.value = make() })
	return l.value
}

// Order lists every row by a column, in any case. Rows without a value come last in both
// directions, since they are never what is looked for; rows of equal value stand in the order of
// their refs, so that the same rows always come out the same. A snapshot keeps its orders, so
// that the second time costs nothing; the first may take half a second at a million rows, and
// several goroutines may ask at once. The slice must not be changed.
func (s *Snapshot) Order(by Column, descending bool) []int32 {
	if by < 0 || by >= columns {
		return s.orders.byRef.get(s.orderByRef)
	}
	made := &s.orders.asc[by]
	if descending {
		made = &s.orders.desc[by]
	}
	return made.get(func() []int32 {
		if column, ok := by.dictionary(); ok {
			return s.byRank(s.orders.byRef.get(s.orderByRef), column, by, descending)
		}
		return s.byText(by, descending)
	})
}

// Sort puts rows into the order of a column, as Order has it.
func (s *Snapshot) Sort(rows []int, by Column, descending bool) {
	wanted := NewRowSet(s.Len())
	for _, row := range rows {
		wanted.Add(row)
	}
	rows = rows[:0]
	for _, row := range s.Order(by, descending) {
		if wanted.Has(int(row)) {
			rows = append(rows, int(row))
		}
	}
}

// byRank orders rows by a dictionary's column: its values are ranked, and the rows dealt out to
// them in the order of refs.
func (s *Snapshot) byRank(refs []int32, column int, by Column, descending bool) []int32 {
	ranks, n := s.rows.values[column].ranks(by, descending)
	return s.deal(refs, n, func(row int) uint32 { return ranks[s.rows.id(row, column)] })
}

// ranks gives every value its place among the n different sort keys.
func (v *values) ranks(by Column, descending bool) (ranks []uint32, n int) {
	keys := make([]string, len(v.plain))
	ids := make([]uint32, len(v.plain))
	for id, folded := range v.folded {
		keys[id], ids[id] = folded, uint32(id)
		if by == ColumnOwner {
			keys[id] = strings.ToLower(ShortOwner(v.plain[id]))
		}
	}
	slices.SortFunc(ids, func(a, b uint32) int { return compareKeys(keys[a], keys[b], descending) })
	ranks = make([]uint32, len(ids))
	for i, id := range ids {
		if i > 0 && keys[id] != keys[ids[i-1]] {
			n++
		}
		ranks[id] = uint32(n)
	}
	return ranks, n + 1
}

// compareKeys compares two values in lower case; one that is empty comes last.
func compareKeys(a, b string, descending bool) int {
	switch {
	case a == b:
		return 0
	case a == "" || b == "" || descending:
		return -cmp.Compare(a, b)
	}
	return cmp.Compare(a, b)
}

// deal orders rows by a rank below n, those of the same rank as they were.
func (s *Snapshot) deal(rows []int32, n int, rank func(row int) uint32) []int32 {
	next := make([]int32, n+1)
	for _, row := range rows {
		next[rank(int(row))+1]++
	}
	for i := range n {
		next[i+1] += next[i]
	}
	dealt := make([]int32, len(rows))
	for _, row := range rows {
		r := rank(int(row))
		dealt[next[r]] = row
		next[r]++
	}
	return dealt
}

// orderByRef orders rows by their references: by the name, and then dealt out by what stands
// before it, which few rows tell apart.
func (s *Snapshot) orderByRef() []int32 {
	all := make([]int32, s.Len())
	for row := range all {
		all[row] = int32(row)
	}
	prefixes, ok := s.prefixes()
	if !ok {
		refs := func(row int, room []byte) []byte { return s.rows.appendRef(room[:0], row) }
		return sortedByText(all, refs, false)
	}
	names := func(row int, _ []byte) []byte { return part(s.rows.rowText(row), partName) }
	kinds := uint32(len(s.rows.values[dictKind].plain))
	return s.deal(sortedByText(all, names, false), len(prefixes), func(row int) uint32 {
		return prefixes[s.rows.id(row, dictNamespace)*kinds+s.rows.id(row, dictKind)]
	})
}

// prefixes ranks what stands before the name in the rows' references, by the numbers of
// namespace and kind. It is not ok where that does not decide their order.
func (s *Snapshot) prefixes() (ranks map[uint32]uint32, ok bool) {
	if len(s.rows.odd) > 0 {
		return nil, false
	}
	kinds := uint32(len(s.rows.values[dictKind].plain))
	texts, ranks := map[uint32]string{}, map[uint32]uint32{}
	for row := range s.Len() {
		key := s.rows.id(row, dictNamespace)*kinds + s.rows.id(row, dictKind)
		if _, known := texts[key]; !known {
			texts[key] = s.rows.folded(row, dictKind) + ":" + s.rows.folded(row, dictNamespace) + "/"
		}
	}
	keys := slices.SortedFunc(maps.Keys(texts), func(a, b uint32) int { return cmp.Compare(texts[a], texts[b]) })
	for i, key := range keys {
		if i > 0 && strings.HasPrefix(texts[key], texts[keys[i-1]]) {
			// Equal ones, or a name with a slash.
			return nil, false
		}
		ranks[key] = uint32(i)
	}
	return ranks, true
}

// byText orders rows by a column of free text.
func (s *Snapshot) byText(by Column, descending bool) []int32 {
	return sortedByText(s.orders.byRef.get(s.orderByRef), func(row int, room []byte) []byte {
		switch odd := s.rows.oddAt(row); {
		case odd != nil:
			return append(room[:0], strings.ToLower(by.value(odd))...)
		case by == ColumnTitle:
			return part(s.rows.rowText(row), partTitle)
		case by == ColumnDescription:
			return part(s.rows.rowText(row), partDescription)
		case by == ColumnTags:
			tags := bytes.TrimSuffix(tagText(s.rows.rowText(row)), []byte{separator})
			for tag := range bytes.SplitSeq(tags, []byte{separator}) {
				if len(room) > 0 {
					room = append(room, ", "...)
				}
				room = append(room, tag...)
			}
			return room
		}
		return part(s.rows.rowText(row), partName)
	}, descending)
}

// textKey is a row with the beginning of the text by which it is sorted, which saves most visits
// to the text itself.
type textKey struct {
	start uint64
	// place is where the row stood before.
	place int32
	empty bool
}

// sortedByText returns rows in the order of their text, those of the same text as they were and
// those without any last. Text may use the room that it is given, which is empty.
func sortedByText(rows []int32, text func(row int, room []byte) []byte, descending bool) []int32 {
	left, right := make([]byte, 0, 256), make([]byte, 0, 256)
	keys := make([]textKey, len(rows))
	for place, row := range rows {
		var start [8]byte
		value := text(int(row), left[:0])
		copy(start[:], value)
		keys[place] = textKey{start: binary.BigEndian.Uint64(start[:]), place: int32(place), empty: len(value) == 0}
	}
	sign := 1
	if descending {
		sign = -1
	}
	slices.SortFunc(keys, func(a, b textKey) int {
		switch {
		case a.empty != b.empty && a.empty:
			return 1
		case a.empty != b.empty:
			return -1
		case a.start != b.start:
			return sign * cmp.Compare(a.start, b.start)
		}
		one, other := text(int(rows[a.place]), left[:0]), text(int(rows[b.place]), right[:0])
		return cmp.Or(sign*bytes.Compare(one, other), cmp.Compare(a.place, b.place))
	})
	sorted := make([]int32, len(rows))
	for i, k := range keys {
		sorted[i] = rows[k.place]
	}
	return sorted
}
