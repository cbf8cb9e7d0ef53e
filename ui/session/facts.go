package session

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/safetext"
	"conviso-importer/internal/text"
)

// Fact is a name and its value. One without a name is a remark, one without a value is left out.
type Fact struct{ Name, Value string }

// Facts are some facts under a title, which may be empty.
type Facts struct {
	Title string
	List  []Fact
}

const (
	shownLinks       = 30
	shownAnnotations = 50
	// AlteredWarning warns of names that cannot be shown.
	AlteredWarning = "Its names hold characters that are not shown as they are: they could move the cursor or hide text."
	// OptOutNote is about the annotation that keeps an entity out of bulk imports.
	OptOutNote = "Its annotation keeps it out of bulk imports; marked by hand it goes."
	// SentTitle stands above what an import sends.
	SentTitle = "What an import sends"
	// HistoryTitle stands above what this machine has done.
	HistoryTitle = "History on this machine"
)

// EntityFacts say what the entity is.
func EntityFacts(e *catalog.Detail) []Fact {
	owner := e.Owner
	if e.OwnerRef != "" && e.OwnerRef != owner {
		owner = strings.TrimSpace(owner + " (" + e.OwnerRef + ")")
	}
	return []Fact{{"title", e.Title}, {"owner", owner},
		{"system", e.System}, {"type", e.Type}, {"lifecycle", e.Lifecycle}, {"tags", strings.Join(e.Tags, ", ")}}
}

// StatusFacts say why an entity's status is what it is.
func StatusFacts(now time.Time, s importer.Status) []Fact {
	facts := []Fact{{"why", s.Reason}, {"asset", s.AssetID}}
	if !s.CheckedAt.IsZero() {
		facts = append(facts, Fact{"checked", text.Age(now, s.CheckedAt)})
	}
	return facts
}

// Sourced is a value that is sent, and where it came from as far as that is known.
type Sourced struct {
	Fact

	Origin *importer.Origin
}

// ProjectFacts are the fields of a project whose strings are safe, each with where its value
// came from as far as origins tell. Empty fields without an origin are left out, but for the
// addresses, whose lack is worth knowing.
func ProjectFacts(p *conviso.Project, origins []importer.Origin) []Sourced {
	var all []Sourced
	for _, f := range []Fact{
		{"id", p.ID}, {"name", p.Name}, {"assetType", p.AssetType}, {"lifecycle", p.Lifecycle}, {"owner", p.Owner},
		{"repoUrl", p.RepoURL}, {"url", p.URL}, {"tags", strings.Join(p.Tags, ", ")}, {"description", p.Description},
	} {
		i := slices.IndexFunc(origins, func(o importer.Origin) bool { return o.Field == f.Name })
		switch {
		case i >= 0:
			all = append(all, Sourced{f, &origins[i]})
		case f.Value != "" || f.Name == "repoUrl" || f.Name == "url":
			all = append(all, Sourced{f, nil})
		}
	}
	return all
}

// OrNone is a value that is sent, or that there is none.
func OrNone(value string) string {
	if value == "" {
		return "(none)"
	}
	return value
}

// SourceWords say where a value came from; from stands before its source.
func SourceWords(o *importer.Origin, from string) string {
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

// HistoryFacts say what this machine has done about an entity.
func HistoryFacts(now time.Time, item *importer.Item) []Fact {
	why, looked := text.Reason(item.Project.Name, item.Error), stamp(now, item.CheckedAt)
	facts := []Fact{{"queued", stamp(now, item.AddedAt)}}
	if !item.SentAt.IsZero() {
		facts = append(facts, Fact{"sent", text.Clock(now, item.SentAt) + ", " + text.Count(item.Attempts, "try", "tries")})
	}
	switch item.State {
	case importer.Imported:
		return append(facts, Fact{"read back", looked}, Fact{"asset", item.AssetID}, Fact{"note", why})
	case importer.Failed:
		return append(facts, Fact{"failed", why})
	case importer.Accepted:
		return append(facts, Fact{"looked for", looked}, Fact{"now", "taken by Conviso; its asset has not appeared yet"})
	case importer.Queued:
		return append(facts, Fact{"now", "waits to be sent"}, Fact{"note", why})
	case importer.Sending:
		return append(facts, Fact{"now", "on its way"})
	default:
	}
	facts = append(facts, Fact{"looked for", looked}, Fact{"trouble", why})
	if item.Lost {
		return append(facts, Fact{"now", "its answer was lost; the assets are read before it is sent again"})
	}
	if item.NotBefore.After(now) {
		facts = append(facts, Fact{"next try", item.NotBefore.In(now.Location()).Format("15:04:05")})
	}
	return facts
}

// NeverImported is the history of an entity that has none.
func NeverImported() Fact { return Fact{"history", "never imported from here"} }

// stamp is clock; empty for a time that never was.
func stamp(now, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return text.Clock(now, t)
}

// LinkFacts are the entity's page in Backstage, where it is known, and its links.
func LinkFacts(e *catalog.Detail, page string) Facts {
	links := e.Links
	if page != "" {
		links = append([]catalog.Link{{Title: "Backstage", URL: page}}, links...)
	}
	p := Facts{Title: "Links"}
	for i, l := range links {
		if i == shownLinks {
			p.List = append(p.List, Fact{Value: fmt.Sprintf("and %d more", len(links)-shownLinks)})
			break
		}
		name := l.Title
		if name == "" {
			name = "(no title)"
		}
		p.List = append(p.List, Fact{name, l.URL})
	}
	return p
}

// RelationFacts are the entity's relations, one fact for each kind of them.
func RelationFacts(e *catalog.Detail) Facts {
	targets := map[string][]string{}
	for _, r := range e.Relations {
		targets[r.Type] = append(targets[r.Type], r.Target)
	}
	p := Facts{Title: "Relations"}
	for _, name := range slices.Sorted(maps.Keys(targets)) {
		p.List = append(p.List, Fact{name, strings.Join(targets[name], ", ")})
	}
	return p
}

// AnnotationFacts are the entity's annotations, those first that decide what is sent.
func AnnotationFacts(e *catalog.Detail) []Facts {
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
	parts := []Facts{{Title: "Annotations that an import reads"}, {Title: "Other annotations"}}
	for at, list := range [][]string{names, others} {
		p := &parts[at]
		for i, name := range list {
			if i == shownAnnotations {
				p.List = append(p.List, Fact{Value: fmt.Sprintf("and %d more", len(list)-shownAnnotations)})
				break
			}
			p.List = append(p.List, Fact{name, e.Annotations[name]})
		}
	}
	return parts
}

// Details are what is known of an entity, in the order in which they matter. Where p is nil its
// details could not be read, where item is nil it was never imported from here.
func Details(now time.Time, id importer.Identity, e *catalog.Entity, p *importer.Preview, s importer.Status, item *importer.Item) []Facts {
	d := catalog.Detail{Entity: *e}
	if p != nil {
		d = p.Detail
	}
	about := []Fact{{"ref", string(d.Ref)}}
	if d.Altered {
		about = append(about, Fact{"careful", AlteredWarning})
	}
	about = append(append(about, Fact{"description", d.Description}), EntityFacts(&d)...)
	parts := []Facts{
		{strings.TrimSpace(d.Kind + " " + d.Name), about},
		{"", append([]Fact{{"status", string(s.State)}}, StatusFacts(now, s)...)},
	}
	if p != nil {
		parts = append(parts, sentPart(p))
	}
	past := Facts{"", []Fact{NeverImported()}}
	if item != nil {
		past = Facts{HistoryTitle, HistoryFacts(now, item)}
	}
	parts = append(parts, past)
	if p != nil {
		page := ""
		if !d.Altered {
			page = PageOf(id.CatalogAppURL, d.Ref)
		}
		parts = append(append(parts, LinkFacts(&d, page), RelationFacts(&d)), AnnotationFacts(&d)...)
		parts = append(parts, Facts{"", []Fact{{"details read", text.Age(now, p.ReadAt)}}})
	}
	return nonEmpty(parts)
}

// sentPart is what an import sends, with where the values come from.
func sentPart(p *importer.Preview) Facts {
	sent := Facts{Title: SentTitle}
	if p.OptOut {
		sent.List = append(sent.List, Fact{Value: OptOutNote})
	}
	for _, f := range ProjectFacts(&p.Project, p.Origins) {
		value := OrNone(f.Value)
		if f.Origin != nil {
			value += ", " + SourceWords(f.Origin, "from")
		}
		sent.List = append(sent.List, Fact{f.Name, value})
	}
	return sent
}

// PageOf is an entity's page in Backstage's web application, which has its routes in lower
// case; empty where the application's own address is not one.
func PageOf(app string, ref catalog.Ref) string {
	address := strings.TrimRight(app, "/") + "/catalog/" + url.PathEscape(ref.Namespace()) + "/" +
		url.PathEscape(ref.Kind()) + "/" + url.PathEscape(ref.Name())
	if !safetext.WebURL(address) {
		return ""
	}
	return address
}

// nonEmpty are the parts without what has no value.
func nonEmpty(parts []Facts) []Facts {
	var all []Facts
	for _, p := range parts {
		p.List = slices.DeleteFunc(p.List, func(f Fact) bool { return f.Value == "" })
		if len(p.List) > 0 {
			all = append(all, p)
		}
	}
	return all
}
