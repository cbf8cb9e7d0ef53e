package ui

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
)

// What is known of an entity, as plain names and values: the table lays it out, line mode reads
// it out.

// fact is a name and its value in the details. One without a name is a remark.
type fact struct{ name, value string }

// part is some of the facts under a title.
type part struct {
	title string
	facts []fact
}

const (
	// alteredWords warn of names that cannot be shown.
	alteredWords = "Its names hold characters that are not shown as they are: they could move the cursor or hide text."
	// optOutWords tell of the annotation that keeps an entity out of bulk imports.
	optOutWords = "Its annotation keeps it out of bulk imports; marked by hand it goes."
	sentTitle   = "What an import sends"
	pastTitle   = "History on this machine"
)

// entityFacts say what the entity is.
func entityFacts(e *catalog.Detail) []fact {
	owner := e.Owner
	if e.OwnerRef != "" && e.OwnerRef != owner {
		owner = strings.TrimSpace(owner + " (" + e.OwnerRef + ")")
	}
	return []fact{{"title", e.Title}, {"owner", owner},
		{"system", e.System}, {"type", e.Type}, {"lifecycle", e.Lifecycle}, {"tags", strings.Join(e.Tags, ", ")}}
}

// statusFacts say why an entity's status is what it is.
func statusFacts(now time.Time, s importer.Status) []fact {
	facts := []fact{{"why", s.Reason}, {"asset", s.AssetID}}
	if !s.CheckedAt.IsZero() {
		facts = append(facts, fact{"checked", text.Age(now, s.CheckedAt)})
	}
	return facts
}

// sourced is a value that is sent, and where it came from as far as that is known.
type sourced struct {
	fact

	origin *importer.Origin
}

// projectFacts are the fields of a project whose strings are safe, each with where its value
// came from as far as origins tell. Empty fields without an origin are left out, but for the
// addresses, whose lack is worth knowing.
func projectFacts(p *conviso.Project, origins []importer.Origin) []sourced {
	var all []sourced
	for _, f := range []fact{
		{"id", p.ID}, {"name", p.Name}, {"assetType", p.AssetType}, {"lifecycle", p.Lifecycle}, {"owner", p.Owner},
		{"repoUrl", p.RepoURL}, {"url", p.URL}, {"tags", strings.Join(p.Tags, ", ")}, {"description", p.Description},
	} {
		i := slices.IndexFunc(origins, func(o importer.Origin) bool { return o.Field == f.name })
		switch {
		case i >= 0:
			all = append(all, sourced{f, &origins[i]})
		case f.value != "" || f.name == "repoUrl" || f.name == "url":
			all = append(all, sourced{f, nil})
		}
	}
	return all
}

// orNone is a value that is sent, or that there is none.
func orNone(value string) string {
	if value == "" {
		return "(none)"
	}
	return value
}

// sourceWords say where a value came from; from stands before its source.
func sourceWords(o *importer.Origin, from string) string {
	switch o.Rule {
	case importer.FromOverride:
		return from + " " + o.From + ", " + o.Setting()
	case importer.FromDefault:
		return from + " " + o.From + ", not in the map"
	case importer.Absent:
		return o.From
	case importer.FromPlace, importer.FromTable:
	}
	return from + " " + o.From
}

// historyFacts say what this machine has done about an entity.
func historyFacts(now time.Time, item *importer.Item) []fact {
	why, looked := text.Reason(item.Project.Name, item.Error), stamp(now, item.CheckedAt)
	facts := []fact{{"queued", stamp(now, item.AddedAt)}}
	if !item.SentAt.IsZero() {
		facts = append(facts, fact{"sent", text.Clock(now, item.SentAt) + ", " + text.Count(item.Attempts, "try", "tries")})
	}
	switch item.State {
	case importer.Imported:
		return append(facts, fact{"read back", looked}, fact{"asset", item.AssetID}, fact{"note", why})
	case importer.Failed:
		return append(facts, fact{"failed", why})
	case importer.Accepted:
		return append(facts, fact{"looked for", looked}, fact{"now", "taken by Conviso; its asset has not appeared yet"})
	case importer.Queued:
		return append(facts, fact{"now", "waits to be sent"}, fact{"note", why})
	case importer.Sending:
		return append(facts, fact{"now", "on its way"})
	default:
	}
	facts = append(facts, fact{"looked for", looked}, fact{"trouble", why})
	if item.Lost {
		return append(facts, fact{"now", "its answer was lost; the assets are read before it is sent again"})
	}
	if item.NotBefore.After(now) {
		facts = append(facts, fact{"next try", item.NotBefore.In(now.Location()).Format("15:04:05")})
	}
	return facts
}

// neverImported is the history of an entity that has none.
func neverImported() fact { return fact{"history", "never imported from here"} }

// stamp is clock; empty for a time that never was.
func stamp(now, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return text.Clock(now, t)
}

// linkFacts are the entity's page in Backstage, where it is known, and its links.
func linkFacts(e *catalog.Detail, page string) part {
	links := e.Links
	if page != "" {
		links = append([]catalog.Link{{Title: "Backstage", URL: page}}, links...)
	}
	p := part{title: "Links"}
	for i, l := range links {
		if i == shownLinks {
			p.facts = append(p.facts, fact{value: fmt.Sprintf("and %d more", len(links)-shownLinks)})
			break
		}
		name := l.Title
		if name == "" {
			name = "(no title)"
		}
		p.facts = append(p.facts, fact{name, l.URL})
	}
	return p
}

// relationFacts are the entity's relations, one fact for each kind of them.
func relationFacts(e *catalog.Detail) part {
	targets := map[string][]string{}
	for _, r := range e.Relations {
		targets[r.Type] = append(targets[r.Type], r.Target)
	}
	p := part{title: "Relations"}
	for _, name := range slices.Sorted(maps.Keys(targets)) {
		p.facts = append(p.facts, fact{name, strings.Join(targets[name], ", ")})
	}
	return p
}

// annotationFacts are the entity's annotations, those first that decide what is sent.
func annotationFacts(e *catalog.Detail) []part {
	read := importer.MappingAnnotations()
	var names, others []string
	for _, name := range read {
		if _, ok := e.Annotations[name]; ok {
			names = append(names, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(e.Annotations)) {
		if !slices.Contains(read, name) {
			others = append(others, name)
		}
	}
	parts := []part{{title: "Annotations that an import reads"}, {title: "Other annotations"}}
	for at, list := range [][]string{names, others} {
		p := &parts[at]
		for i, name := range list {
			if i == shownAnnotations {
				p.facts = append(p.facts, fact{value: fmt.Sprintf("and %d more", len(list)-shownAnnotations)})
				break
			}
			p.facts = append(p.facts, fact{name, e.Annotations[name]})
		}
	}
	return parts
}
