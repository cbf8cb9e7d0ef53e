package session

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/mapping"
	"conviso-importer/internal/safetext"
	"conviso-importer/internal/text"
)

// Fact is a name and its value. Without a name it is a remark; without a value it is left out.
type Fact struct{ Name, Value string }

// Facts are a section with an optional title.
type Facts struct {
	Title string
	List  []Fact
}

const (
	shownLinks       = 30
	shownAnnotations = 50
)

// Texts that both front ends show among the facts.
const (
	AlteredWarning = "Its names hold characters that are not shown as they are: they could move the cursor or hide text."
	SentTitle      = "What an import sends"
	HistoryTitle   = "History on this machine"
)

// HeldWords say why bulk imports leave an entity out, and what does not.
func HeldWords(why string) string {
	return "Bulk imports leave it out: " + why + ". Mark it by itself to import it."
}

// EntityFacts describe the entity.
func EntityFacts(e *catalog.Detail) []Fact {
	owner := e.Owner
	if e.OwnerRef != "" && e.OwnerRef != owner {
		owner = strings.TrimSpace(owner + " (" + e.OwnerRef + ")")
	}
	return []Fact{{"title", e.Title}, {"owner", owner},
		{"system", e.System}, {"type", e.Type}, {"lifecycle", e.Lifecycle}, {"tags", strings.Join(e.Tags, ", ")}}
}

// StatusFacts explain the status; bulk is the view's BulkNote.
func StatusFacts(now time.Time, s importer.Status, bulk string) []Fact {
	facts := []Fact{{"why", s.Reason}, {"in bulk", bulk}, {"asset", s.AssetID}, {"also", s.Note}}
	if !s.CheckedAt.IsZero() {
		facts = append(facts, Fact{"checked", text.Age(now, s.CheckedAt)})
	}
	return facts
}

// Sourced is a value that is sent, with its origin if known.
type Sourced struct {
	Fact

	Origin *mapping.Origin
}

// ProjectFacts are a project's fields with their origins. Empty ones without an origin are left out, except
// the addresses, which users miss.
func ProjectFacts(p *conviso.Project, origins []mapping.Origin) []Sourced {
	var all []Sourced
	for _, f := range []Fact{
		{"id", p.ID}, {"name", p.Name}, {"assetType", p.AssetType}, {"lifecycle", p.Lifecycle}, {"owner", p.Owner},
		{"repoUrl", p.RepoURL}, {"url", p.URL}, {"tags", strings.Join(p.Tags, ", ")}, {"description", p.Description},
	} {
		i := slices.IndexFunc(origins, func(o mapping.Origin) bool { return o.Field == f.Name })
		switch {
		case i >= 0:
			all = append(all, Sourced{f, &origins[i]})
		case f.Value != "" || f.Name == "repoUrl" || f.Name == "url":
			all = append(all, Sourced{f, nil})
		}
	}
	return all
}

// OrNone returns the value, or "(none)" if it is empty.
func OrNone(value string) string { return cmp.Or(value, "(none)") }

// SourceWords describe where a value came from; from is the preposition before its source.
func SourceWords(o *mapping.Origin, from string) string {
	switch o.Rule {
	case mapping.FromOverride:
		return from + " " + o.From + ", " + o.Setting()
	case mapping.FromDefault:
		return from + " " + o.From + ", not in the map"
	case mapping.Absent:
		return o.From
	case mapping.FromPlace, mapping.FromTable:
	}
	return from + " " + o.From
}

// HistoryFacts describe what this machine has done about an entity.
func HistoryFacts(now time.Time, item *importer.Item) []Fact {
	why, looked := text.Reason(item.Project.Name, item.Error), stamp(now, item.CheckedAt)
	facts := []Fact{{"queued", stamp(now, item.AddedAt)}}
	if !item.SentAt.IsZero() {
		facts = append(facts, Fact{"sent", text.Clock(now, item.SentAt) + ", " + text.Count(item.Attempts, "try", "tries")})
	}
	facts = append(facts, Fact{"by", safetext.Line(item.By())})
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

// NeverImported is the history of an entity without one.
func NeverImported() Fact { return Fact{"history", "never imported from here"} }

func stamp(now, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return text.Clock(now, t)
}

// LinkFacts are the entity's links, with its page in Backstage first if known.
func LinkFacts(e *catalog.Detail, page string) Facts {
	var links []Fact
	if page != "" {
		links = append(links, Fact{"Backstage", page})
	}
	for _, l := range e.Links {
		links = append(links, Fact{cmp.Or(l.Title, "(no title)"), l.URL})
	}
	return Facts{"Links", firstFacts(links, shownLinks)}
}

// firstFacts returns the first n facts and the number of the others.
func firstFacts(list []Fact, n int) []Fact {
	if more := len(list) - n; more > 0 {
		return append(list[:n], Fact{Value: fmt.Sprintf("and %d more", more)})
	}
	return list
}

// RelationFacts are the entity's relations by type.
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

// AnnotationFacts are the entity's annotations; those that an import reads come first.
func AnnotationFacts(e *catalog.Detail) []Facts {
	read := mapping.Annotations()
	var used, others []Fact
	for _, name := range read {
		if value, ok := e.Annotations[name]; ok {
			used = append(used, Fact{name, value})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(e.Annotations)) {
		if !slices.Contains(read, name) {
			others = append(others, Fact{name, e.Annotations[name]})
		}
	}
	return []Facts{{"Annotations that an import reads", firstFacts(used, shownAnnotations)},
		{"Other annotations", firstFacts(others, shownAnnotations)}}
}

// Details are all facts about an entity. p is nil if its details could not be read, item if it was never
// imported.
func Details(now time.Time, id importer.Identity, e *catalog.Entity, p *importer.Preview, s importer.Status, bulk string, item *importer.Item) []Facts {
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
		{"", append([]Fact{{"status", string(s.State)}}, StatusFacts(now, s, bulk)...)},
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

func sentPart(p *importer.Preview) Facts {
	sent := Facts{Title: SentTitle}
	if p.Held != "" {
		sent.List = append(sent.List, Fact{Value: HeldWords(p.Held)})
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

// PageOf returns the address of an entity's page in Backstage; empty if app is not a web address.
func PageOf(app string, ref catalog.Ref) string {
	address := strings.TrimRight(app, "/") + "/catalog/" + url.PathEscape(ref.Namespace()) + "/" +
		url.PathEscape(ref.Kind()) + "/" + url.PathEscape(ref.Name())
	if !safetext.WebURL(address) {
		return ""
	}
	return address
}

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
