package catalog

import (
	"cmp"
	"slices"
	"strings"
)

// valueCounts are the values of a snapshot's columns, each counted on first use: counting reads
// every row, completion only the values.
type valueCounts [columns]lazy[[]choice]

// choice is a value of a column, its count and its spellings in lower case.
type choice struct {
	value     string
	times     int
	spellings []string
}

// Values returns a column's distinct values that begin with prefix, ignoring case, the most
// frequent first. A reference is also found by its name. Spellings of one owner are one value,
// which selects all of them in a query. limit 0 means all. The slice is the caller's.
func (s *Snapshot) Values(c Column, prefix string, limit int) []string {
	prefix = strings.ToLower(prefix)
	var found []string
	for _, choice := range s.choices(c) {
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

func referredName(value string) string { return value[strings.LastIndexByte(value, '/')+1:] }

func (s *Snapshot) choices(c Column) []choice {
	if c < 0 || int(c) >= columns {
		return nil
	}
	return s.counts[c].get(func() []choice {
		choices := s.count(c)
		if c == ColumnOwner {
			choices = groupOwners(choices)
		}
		return choices
	})
}

// groupOwners merges the spellings of each owner: into the spelling if there is one, otherwise
// into the name, which selects all of them.
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

// ownerKey is equal for all spellings of an owner: in lower case, and the name alone for a group of the default
// namespace. A bare name counts as such a group whatever its entity's namespace, as in a query.
func ownerKey(owner string) string {
	name := strings.ToLower(ShortOwner(owner))
	if strings.ContainsAny(name, ":/") {
		return strings.ToLower(owner)
	}
	return name
}

func sortChoices(choices []choice) {
	slices.SortFunc(choices, func(a, b choice) int {
		return cmp.Or(cmp.Compare(b.times, a.times), cmp.Compare(a.value, b.value))
	})
}

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
