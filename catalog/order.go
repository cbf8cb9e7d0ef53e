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

// orders are a snapshot's rows sorted by each column, computed on demand.
type orders struct {
	byRef     lazy[[]int32]
	asc, desc [columns]lazy[[]int32]
}

// lazy is a value computed once, by the first caller; others wait.
type lazy[V any] struct {
	once  sync.Once
	value V
}

func (l *lazy[V]) get(value func() V) V {
	l.once.Do(func() { l.value = value() })
	return l.value
}

// Order returns every row sorted by a column, ignoring case. Rows without a value come last in both directions;
// equal values are ordered by ref. The snapshot caches the order; the first call may take 1.5 s at a million
// rows. It is safe for concurrent use. The caller must not change the slice.
func (s *Snapshot) Order(by Column, descending bool) []int32 {
	if by < 0 || int(by) >= columns {
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

// Sort sorts rows by a column, as Order does.
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

// byRank sorts rows by a dictionary column: it ranks the values and counting-sorts the rows.
func (s *Snapshot) byRank(refs []int32, column int, by Column, descending bool) []int32 {
	ranks, n := s.rows.values[column].ranks(by, descending)
	return countingSort(refs, n, func(row int) uint32 { return ranks[s.rows.id(row, column)] })
}

// ranks maps every value id to the rank of its sort key, of n different ones.
func (v *values) ranks(by Column, descending bool) (ranks []uint32, n int) {
	keys := make([]string, len(v.plain))
	ids := make([]uint32, len(v.plain))
	for id, folded := range v.folded {
		keys[id], ids[id] = folded, uint32(id)
		if kind := by.refers(); kind != "" {
			keys[id] = shownRef(folded, v.scopes[id], kind)
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

func compareKeys(a, b string, descending bool) int {
	switch {
	case a == b:
		return 0
	case a == "" || b == "" || descending:
		return -cmp.Compare(a, b)
	}
	return cmp.Compare(a, b)
}

// countingSort is stable; ranks are in [0, n).
func countingSort(rows []int32, n int, rank func(row int) uint32) []int32 {
	next := make([]int32, n+1)
	for _, row := range rows {
		next[rank(int(row))+1]++
	}
	for i := range n {
		next[i+1] += next[i]
	}
	sorted := make([]int32, len(rows))
	for _, row := range rows {
		r := rank(int(row))
		sorted[next[r]] = row
		next[r]++
	}
	return sorted
}

// orderByRef sorts by name, then by a counting sort of the few different prefixes.
func (s *Snapshot) orderByRef() []int32 {
	all := make([]int32, s.Len())
	for row := range all {
		all[row] = int32(row)
	}
	prefixes, ok := s.prefixes()
	if !ok {
		refs := func(row int, buf []byte) []byte { return s.rows.appendRef(buf[:0], row) }
		return sortedByText(all, refs, false)
	}
	names := func(row int, buf []byte) []byte { return s.rows.lowerName(row, buf) }
	kinds := uint32(len(s.rows.values[dictKind].plain))
	return countingSort(sortedByText(all, names, false), len(prefixes), func(row int) uint32 {
		return prefixes[s.rows.id(row, dictNamespace)*kinds+s.rows.id(row, dictKind)]
	})
}

// prefixes ranks the part before the name of the rows' references, by the ids of namespace and
// kind. It is not ok if the prefix does not decide the order.
func (s *Snapshot) prefixes() (ranks map[uint32]uint32, ok bool) {
	for _, o := range s.rows.irregular {
		if _, ok := s.rows.namePart(o.entity.Ref, o.row); !ok {
			return nil, false
		}
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
			// Equal prefixes, or a name with a slash.
			return nil, false
		}
		ranks[key] = uint32(i)
	}
	return ranks, true
}

func (s *Snapshot) byText(by Column, descending bool) []int32 {
	return sortedByText(s.orders.byRef.get(s.orderByRef), func(row int, buf []byte) []byte {
		switch {
		case s.rows.hasSeparator(row):
			return append(buf[:0], strings.ToLower(by.value(s.rows.irregularAt(row)))...)
		case by == ColumnTitle:
			return part(s.rows.rowText(row), partTitle)
		case by == ColumnDescription:
			return part(s.rows.rowText(row), partDescription)
		case by == ColumnTags:
			tags := bytes.TrimSuffix(tagText(s.rows.rowText(row)), []byte{separator})
			for tag := range bytes.SplitSeq(tags, []byte{separator}) {
				if len(buf) > 0 {
					buf = append(buf, ", "...)
				}
				buf = append(buf, tag...)
			}
			return buf
		}
		return part(s.rows.rowText(row), partName)
	}, descending)
}

// textKey is a row with the beginning of its text, which saves most reads of the text itself.
type textKey struct {
	start, more uint64
	place       int32 // keeps the sort stable
	empty       bool
}

// sortedByText returns rows sorted by text, stable, with empty texts last. text may use the
// empty buffer that it gets.
func sortedByText(rows []int32, text func(row int, buf []byte) []byte, descending bool) []int32 {
	left, right := make([]byte, 0, 256), make([]byte, 0, 256)
	keys := make([]textKey, len(rows))
	for place, row := range rows {
		var start [16]byte
		value := text(int(row), left[:0])
		copy(start[:], value)
		keys[place] = textKey{start: binary.BigEndian.Uint64(start[:8]), more: binary.BigEndian.Uint64(start[8:]), place: int32(place), empty: len(value) == 0}
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
		case a.more != b.more:
			return sign * cmp.Compare(a.more, b.more)
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
