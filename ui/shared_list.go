package ui

import (
	"strings"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
)

// What line mode shares with the table about the list, and about one entity of it.

// Fact is a name and its value. One without a name is a remark.
type Fact struct{ Name, Value string }

// Facts are some facts under a title, which may be empty.
type Facts struct {
	Title string
	List  []Fact
}

// Details are what is known of an entity, in the order in which they matter. Where p is nil its
// details could not be read, where item is nil it was never imported from here.
func Details(now time.Time, id importer.Identity, e *catalog.Entity, p *importer.Preview, s importer.Status, item *importer.Item) []Facts {
	d := catalog.Detail{Entity: *e}
	if p != nil {
		d = p.Detail
	}
	about := []fact{{"ref", string(d.Ref)}}
	if d.Altered {
		about = append(about, fact{"careful", alteredWords})
	}
	about = append(append(about, fact{"description", d.Description}), entityFacts(&d)...)
	parts := []part{
		{strings.TrimSpace(d.Kind + " " + d.Name), about},
		{"", append([]fact{{"status", string(s.State)}}, statusFacts(now, s)...)},
	}
	if p != nil {
		parts = append(parts, sentPart(p))
	}
	past := part{"", []fact{neverImported()}}
	if item != nil {
		past = part{pastTitle, historyFacts(now, item)}
	}
	parts = append(parts, past)
	if p != nil {
		page := ""
		if !d.Altered {
			page = pageOf(id.CatalogAppURL, d.Ref)
		}
		parts = append(append(parts, linkFacts(&d, page), relationFacts(&d)), annotationFacts(&d)...)
		parts = append(parts, part{"", []fact{{"details read", text.Age(now, p.ReadAt)}}})
	}
	return exported(parts)
}

// sentPart is what an import sends, with where the values come from.
func sentPart(p *importer.Preview) part {
	sent := part{title: sentTitle}
	if p.OptOut {
		sent.facts = append(sent.facts, fact{value: optOutWords})
	}
	for _, f := range projectFacts(&p.Project, p.Origins) {
		value := orNone(f.value)
		if f.origin != nil {
			value += ", " + sourceWords(f.origin, "from")
		}
		sent.facts = append(sent.facts, fact{f.name, value})
	}
	return sent
}

// exported are parts for line mode, without what has no value.
func exported(parts []part) []Facts {
	var all []Facts
	for _, p := range parts {
		facts := Facts{Title: p.title}
		for _, f := range p.facts {
			if f.value != "" {
				facts.List = append(facts.List, Fact{f.name, f.value})
			}
		}
		if len(facts.List) > 0 {
			all = append(all, facts)
		}
	}
	return all
}

// StatusHelp explains the status words.
func StatusHelp() []Fact {
	return exported([]part{{facts: statusHelp()}})[0].List
}

// FilterHelp are the forms of the filter language, each with what it means.
func FilterHelp() []Fact {
	return exported([]part{{facts: filterHelp()}})[0].List
}

// HelpGroups are the groups of keys and commands in the order in which help shows them.
func HelpGroups() []string { return helpGroups() }
