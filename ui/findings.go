package ui

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
)

// finding is a line of the review: what is unusual about some of a plan's entities.
type finding struct {
	// text is the engine's; note counts the causes where these differ from entity to entity.
	text, note string
	// refs are the entities, each with what is to be said of it.
	refs []string
}

// hiddenText is the finding that only a front end can make: what its list does not show.
const hiddenText = "not on the list as it is filtered now"

// planFindings are everything about a plan that its user may not know: what the list hides, and what the
// engine finds unusual. Listed reports whether an entity is on the list.
func planFindings(p *importer.Plan, listed func(catalog.Ref) bool) []finding {
	notes, causes := planNotes(p), planCauses(p)
	groups := reviewGroups(p, listed)
	all := make([]finding, 0, len(groups))
	for _, g := range groups {
		f := finding{text: g.Text, note: counted(g.Refs, causes)}
		for _, ref := range g.Refs {
			f.refs = append(f.refs, strings.TrimSpace(string(ref)+"  "+notes[ref]))
		}
		all = append(all, f)
	}
	return all
}

// reviewGroups are the engine's groups of a plan, after the one of what is not listed.
func reviewGroups(p *importer.Plan, listed func(catalog.Ref) bool) []importer.Group {
	hidden := importer.Group{Text: hiddenText}
	for i := range p.Items {
		if ref := p.Items[i].Ref; !listed(ref) {
			hidden.Refs = append(hidden.Refs, ref)
		}
	}
	summary := p.Summary()
	groups := summary.Groups()
	if len(hidden.Refs) > 0 {
		groups = slices.Insert(groups, 0, hidden)
	}
	return groups
}

// planNotes are what a plan has to say of single entities.
func planNotes(p *importer.Plan) map[catalog.Ref]string {
	notes := planCauses(p)
	for i := range p.Items {
		item := &p.Items[i]
		var parts []string
		for _, d := range item.Defaults {
			parts = append(parts, fmt.Sprintf("%s %q is sent as %s", fieldWord(d.Field), d.From, d.To))
		}
		for _, o := range item.Overrides {
			parts = append(parts, fmt.Sprintf("%s %q is sent as %s by %s", fieldWord(o.Field), o.From, o.To, o.Setting()))
		}
		if cause := notes[item.Ref]; cause != "" {
			parts = append(parts, "failed before: "+cause)
		}
		notes[item.Ref] = strings.Join(parts, "; ")
	}
	return notes
}

// planCauses are why entities of a plan failed before, or are left out of it.
func planCauses(p *importer.Plan) map[catalog.Ref]string {
	causes := map[catalog.Ref]string{}
	for i := range p.Items {
		if item := &p.Items[i]; item.FailedBefore != "" {
			causes[item.Ref] = text.Reason(item.Project.Name, item.FailedBefore)
		}
	}
	for _, skip := range p.Skipped {
		causes[skip.Ref] = string(skip.State)
		if skip.Reason != "" {
			causes[skip.Ref] += ": " + skip.Reason
		}
	}
	return causes
}

// fieldWord is a project's field as the catalog's users call it.
func fieldWord(field string) string {
	if field == "assetType" {
		return "type"
	}
	return field
}

// countedCauses is how many causes a line names before it stops.
const countedCauses = 3

// counted counts the causes of entities that all have one, the most frequent first: "422 tags 4,
// 403 forbidden 3".
func counted(refs []catalog.Ref, causes map[catalog.Ref]string) string {
	counts := map[string]int{}
	for _, ref := range refs {
		cause := causes[ref]
		if cause == "" {
			return ""
		}
		counts[cause]++
	}
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), strings.Compare(a, b))
	})
	var parts []string
	for i, name := range names {
		if i == countedCauses {
			parts = append(parts, fmt.Sprintf("%d more", len(names)-countedCauses))
			break
		}
		parts = append(parts, fmt.Sprintf("%s %d", name, counts[name]))
	}
	return strings.Join(parts, ", ")
}
