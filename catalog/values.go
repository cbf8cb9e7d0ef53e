package catalog

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// tallies are the values of a snapshot's columns, each column counted when it is first asked
// for. Counting walks through every row; what is typed after that only looks at the values.
type tallies [columns]lazy[[]string]

// Values returns the different values that a column has in the snapshot and that begin with
// prefix, in any case, the most frequent first and of the same number in the order of their
// letters. A reference, such as group:default/team-pay, is found by its name too. limit
// bounds the answer; 0 means all. The slice is the caller's.
func (s *Snapshot) Values(c Column, prefix string, limit int) []string {
	prefix = strings.ToLower(prefix)
	var found []string
	for _, value := range s.tally(c) {
		if limit > 0 && len(found) == limit {
			break
		}
		folded := strings.ToLower(value)
		if strings.HasPrefix(folded, prefix) || strings.HasPrefix(referredName(folded), prefix) {
			found = append(found, value)
		}
	}
	return found
}

// referredName is the name in an entity reference; a value that is none is its own name.
func referredName(value string) string { return value[strings.LastIndexByte(value, '/')+1:] }

// tally returns a column's values, the most frequent first.
func (s *Snapshot) tally(c Column) []string {
	if c < 0 || c >= columns {
		return nil
	}
	return s.tallies[c].get(func() []string { return s.count(c) })
}

func (s *Snapshot) count(c Column) []string {
	times := map[string]int{}
	if column, ok := c.dictionary(); ok {
		byID := make([]int, len(s.rows.values[column].plain))
		for row := range s.Len() {
			byID[s.rows.id(row, column)]++
		}
		for id, n := range byID {
			if n > 0 {
				times[s.rows.values[column].plain[id]] = n
			}
		}
	} else {
		for row := range s.Len() {
			e := s.rows.at(row)
			if c != ColumnTags {
				times[c.value(&e)]++
				continue
			}
			for _, tag := range e.Tags {
				times[tag]++
			}
		}
	}
	delete(times, "")
	values := slices.Collect(maps.Keys(times))
	slices.SortFunc(values, func(a, b string) int {
		return cmp.Or(cmp.Compare(times[b], times[a]), cmp.Compare(a, b))
	})
	return values
}
