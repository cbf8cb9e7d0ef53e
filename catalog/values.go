package catalog

import (
	"cmp"
	"slices"
	"strings"
)

// valueCounts are the values of a snapshot's columns, each counted on first use: counting reads
// every row, completion only the values.
type valueCounts [columns]lazy[[]choice]

// choice is a value of a column, its count, and the texts in lower case that find it.
type choice struct {
	value, scope string
	times        int
	forms        []string
}

// Values returns a column's distinct values that begin with prefix, ignoring case, the most
// frequent first. All spellings of an owner or a system are one value, which a query takes and by
// whose name it is found. limit 0 means all. The slice is the caller's.
func (s *Snapshot) Values(c Column, prefix string, limit int) []string {
	prefix = strings.ToLower(prefix)
	var found []string
	for _, choice := range s.choices(c) {
		if limit > 0 && len(found) == limit {
			break
		}
		if slices.ContainsFunc(choice.forms, func(form string) bool {
			return strings.HasPrefix(form, prefix) || strings.HasPrefix(referredName(form), prefix)
		}) {
			found = append(found, choice.value)
		}
	}
	return found
}

func referredName(form string) string { return form[strings.LastIndexByte(form, '/')+1:] }

func (s *Snapshot) choices(c Column) []choice {
	if c < 0 || int(c) >= columns {
		return nil
	}
	return s.counts[c].get(func() []choice {
		choices := s.count(c)
		if kind := c.refers(); kind != "" {
			choices = groupRefs(choices, kind)
		}
		return choices
	})
}

// groupRefs merges the spellings of each reference into its short form, or a longer one where several
// share that.
func groupRefs(spelled []choice, kind string) []choice {
	groups := map[string]*choice{}
	shared := map[string]int{}
	for _, c := range spelled {
		forms := refForms(c.forms[0], c.scope, kind)
		if group, known := groups[forms[0]]; known {
			group.times += c.times
			continue
		}
		c.forms = forms
		groups[forms[0]] = &c
		for _, form := range forms {
			shared[form]++
		}
	}
	choices := make([]choice, 0, len(groups))
	for _, c := range groups {
		c.value = distinctForm(c, kind, shared)
		choices = append(choices, *c)
	}
	sortChoices(choices)
	return choices
}

// distinctForm returns the shortest form in the catalog's spelling that no other reference has.
func distinctForm(c *choice, kind string, shared map[string]int) string {
	t, ok := parseTarget(c.value, c.scope, kind)
	if !ok {
		return c.value
	}
	if short := t.short(kind); shared[strings.ToLower(short)] == 1 {
		return short
	}
	return t.prefix(kind) + t.namespace + "/" + t.name
}

func sortChoices(choices []choice) {
	slices.SortFunc(choices, func(a, b choice) int {
		return cmp.Or(cmp.Compare(b.times, a.times), cmp.Compare(a.value, b.value))
	})
}

func (s *Snapshot) count(c Column) []choice {
	var choices []choice
	add := func(value, scope string, n int) {
		if value != "" && n > 0 {
			choices = append(choices, choice{value, scope, n, []string{strings.ToLower(value)}})
		}
	}
	if column, ok := c.dictionary(); ok {
		values := &s.rows.values[column]
		byID := make([]int, len(values.plain))
		for row := range s.Len() {
			byID[s.rows.id(row, column)]++
		}
		for id, n := range byID {
			add(values.plain[id], values.scopes[id], n)
		}
		sortChoices(choices)
		return choices
	}
	times := map[string]int{}
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
	for value, n := range times {
		add(value, "", n)
	}
	sortChoices(choices)
	return choices
}
