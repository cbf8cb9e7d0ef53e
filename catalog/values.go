package catalog

import (
	"cmp"
	"slices"
	"strings"
)

// tallies are the values of a snapshot's columns, each column counted when it is first asked
// for. Counting walks through every row; what is typed after that only looks at the values.
type tallies [columns]lazy[[]choice]

// choice is a value of a column, how often it occurs, and its spellings in lower case.
type choice struct {
	value     string
	times     int
	spellings []string
}

// Values returns the different values that a column has in the snapshot and that begin with
// prefix, in any case, the most frequent first and of the same number in the order of their
// letters. A reference, such as group:default/team-pay, is found by its name too. Spellings of
// one owner are one value, which selects all of them in a query. limit bounds the answer; 0
// means all. The slice is the caller's.
func (s *Snapshot) Values(c Column, prefix string, limit int) []string {
	prefix = strings.ToLower(prefix)
	var found []string
	for _, choice := range s.tally(c) {
		if limit > 0 && len(found) == limit {
			break
		}
		if slices.ContainsFunc(choice.spellings, func(spelling string) bool {
			return strings.HasPrefix(spelling, prefix) || strings.HasPrefix(referredName(spelling), prefix)
		}) {
			found = append(found, choice.value)
		}
	}
	return found
}

// referredName is the name in an entity reference; a value that is none is its own name.
func referredName(value string) string { return value[strings.LastIndexByte(value, '/')+1:] }

// tally returns a column's values, the most frequent first.
func (s *Snapshot) tally(c Column) []choice {
	if c < 0 || int(c) >= columns {
		return nil
	}
	return s.tallies[c].get(func() []choice {
		choices := s.count(c)
		if c == ColumnOwner {
			choices = groupOwners(choices)
		}
		return choices
	})
}

// groupOwners makes one value of the spellings of each owner: the spelling itself where there is
// one, and the name alone, which selects all of them, where there are several.
func groupOwners(spelled []choice) []choice {
	groups := map[string]*choice{}
	for _, c := range spelled {
		group, known := groups[ownerKey(c.value)]
		if !known {
			groups[ownerKey(c.value)] = &c
			continue
		}
		if group.spellings[0] != c.spellings[0] {
			group.value = ShortOwner(group.value)
		}
		group.times += c.times
		group.spellings = append(group.spellings, c.spellings...)
	}
	choices := make([]choice, 0, len(groups))
	for _, group := range groups {
		choices = append(choices, *group)
	}
	sortChoices(choices)
	return choices
}

// ownerKey is the same for all spellings of an owner: in lower case, and for a group of the
// default namespace its name alone. A bare name counts as such a group whatever the namespace of
// its entity, as a query does not tell them apart either.
func ownerKey(owner string) string {
	name := strings.ToLower(ShortOwner(owner))
	if strings.ContainsAny(name, ":/") {
		return strings.ToLower(owner)
	}
	return name
}

// sortChoices orders values, the most frequent first.
func sortChoices(choices []choice) {
	slices.SortFunc(choices, func(a, b choice) int {
		return cmp.Or(cmp.Compare(b.times, a.times), cmp.Compare(a.value, b.value))
	})
}

// count returns the values of a column as they are spelled, the most frequent first.
func (s *Snapshot) count(c Column) []choice {
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
	choices := make([]choice, 0, len(times))
	for value, n := range times {
		choices = append(choices, choice{value, n, []string{strings.ToLower(value)}})
	}
	sortChoices(choices)
	return choices
}
