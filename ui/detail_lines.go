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
)

// Bounds of what the details show of lists that have no natural end.
const (
	shownLinks       = 30
	shownAnnotations = 50
)

// detailLines are the details of the entity under the cursor in w columns.
func (m *model) detailLines(w int) []string {
	ref, ok := m.list.current(&m.shown)
	if !ok {
		return nil
	}
	row, _ := m.shown.snap.Row(ref)
	d := &m.detail
	known := d.ref == ref && d.preview != nil
	entity := catalog.Detail{Entity: m.shown.snap.At(row)}
	if known {
		entity = d.preview.Detail
	}
	lines := append(m.entityLines(&entity, w), m.statusLines(m.shown.statuses.At(row), w)...)
	lines = append(lines, "")
	switch {
	case known:
		lines = append(lines, m.sentLines(d.preview, w)...)
	case d.err != nil && d.ref == ref:
		lines = append(lines, m.styled(m.st.trouble, wrap("! "+sentence(d.err.Error()), w))...)
	default:
		lines = append(lines, m.st.dim.of("reading what an import sends"+m.gl.ellipsis))
	}
	lines = append(append(lines, ""), m.historyLines(ref, w)...)
	if known {
		lines = append(lines, m.linkLines(&entity, w)...)
		lines = append(lines, m.relationLines(&entity, w)...)
		lines = append(lines, m.annotationLines(&entity, w)...)
		lines = append(lines, "", m.st.dim.of(m.gl.cut("details read "+age(m.now(), d.preview.ReadAt), w)))
	}
	return append(append(lines, ""), m.detailHints(w)...)
}

// entityLines say what the entity is.
func (m *model) entityLines(e *catalog.Detail, w int) []string {
	lines := append([]string{m.st.title.of(m.gl.cut(e.Name, w))}, wrap(string(e.Ref), w)...)
	lines = append(lines, "")
	if e.Altered {
		lines = append(append(lines, wrap(m.gl.warn+" Its names hold characters that are not shown as they are: they could move the cursor or hide text.", w)...), "")
	}
	if e.Description != "" {
		lines = append(append(lines, m.gl.wrapAtMost(e.Description, w, 6)...), "")
	}
	owner := e.Owner
	if e.OwnerRef != "" && e.OwnerRef != owner {
		owner = strings.TrimSpace(owner + " (" + e.OwnerRef + ")")
	}
	facts := m.factLines(w, []fact{{"title", e.Title}, {"owner", owner},
		{"system", e.System}, {"type", e.Type}, {"lifecycle", e.Lifecycle}, {"tags", strings.Join(e.Tags, ", ")}})
	return append(append(lines, facts...), "")
}

// sentLines are the project that an import would send, with where its values come from.
func (m *model) sentLines(p *importer.Preview, w int) []string {
	lines := []string{m.st.title.of(m.gl.cut("What an import sends", w))}
	if p.OptOut {
		lines = append(lines, wrap("Its annotation keeps it out of bulk imports; marked by hand it goes.", w)...)
	}
	return append(lines, m.projectLines(w, &p.Project, p.Origins)...)
}

// projectLines are the fields of a project whose strings are safe, each with where its value
// came from as far as origins tell. Empty fields without an origin are left out, but for the
// addresses, whose lack is worth knowing.
func (m *model) projectLines(w int, p *conviso.Project, origins []importer.Origin) []string {
	var lines []string
	for _, f := range []fact{
		{"id", p.ID}, {"name", p.Name}, {"assetType", p.AssetType}, {"lifecycle", p.Lifecycle}, {"owner", p.Owner},
		{"repoUrl", p.RepoURL}, {"url", p.URL}, {"tags", strings.Join(p.Tags, ", ")}, {"description", p.Description},
	} {
		i := slices.IndexFunc(origins, func(o importer.Origin) bool { return o.Field == f.name })
		switch {
		case i >= 0:
			lines = append(lines, m.sourcedLines(w, f, &origins[i])...)
		case f.value != "" || f.name == "repoUrl" || f.name == "url":
			lines = append(lines, m.sourcedLines(w, f, nil)...)
		}
	}
	return lines
}

// wholeText is how many lines a text takes that is shown whole; a longer one is cut.
const wholeText = 40

// sourcedLines are a value and its source: behind it where both fit on a line, else below.
func (m *model) sourcedLines(w int, f fact, o *importer.Origin) []string {
	room := max(1, w-factName)
	source := ""
	if o != nil {
		source = m.sourceWords(o)
	}
	address := f.value
	if f.value == "" {
		f.value = "(none)"
	}
	values := m.gl.wrapAtMost(f.value, room, wholeText)
	last := len(values) - 1
	beside := source != "" && width(values[last])+2+width(source) <= room
	values = m.linked(address, values)
	if beside {
		values[last] += "  " + m.st.dim.of(source)
	} else {
		values = append(values, m.styled(m.st.dim, wrap(source, room))...)
	}
	for i := range values {
		name := ""
		if i == 0 {
			name = f.name
		}
		values[i] = m.gl.cut(m.gl.cell(name, factName)+values[i], w)
	}
	return values
}

// sourceWords say where a value came from.
func (m *model) sourceWords(o *importer.Origin) string {
	switch o.Rule {
	case importer.FromOverride:
		return m.gl.back + " " + o.From + ", " + o.Setting()
	case importer.FromDefault:
		return m.gl.back + " " + o.From + ", not in the map"
	case importer.Absent:
		return o.From
	case importer.FromPlace, importer.FromTable:
	}
	return m.gl.back + " " + o.From
}

// plannedOrigins are what is known of an item's values without its details: what its plan
// notes, and the words that the list has.
func (m *model) plannedOrigins(item *importer.PlanItem) []importer.Origin {
	var origins []importer.Origin
	noted := map[string]bool{}
	add := func(field string, rule importer.Rule, from string) {
		noted[field] = true
		origins = append(origins, importer.Origin{Field: field, Rule: rule, From: from})
	}
	for _, d := range item.Defaults {
		add(d.Field, importer.FromDefault, d.From)
	}
	for _, o := range item.Overrides {
		add(o.Field, importer.FromOverride, o.From)
	}
	row, ok := m.rowOf(item.Ref)
	if !ok {
		return origins
	}
	e := m.shown.snap.At(row)
	for _, word := range []struct{ field, from, to string }{
		{"assetType", e.Type, item.Project.AssetType}, {"lifecycle", e.Lifecycle, item.Project.Lifecycle}} {
		if !noted[word.field] && word.from != "" && word.from != word.to {
			add(word.field, importer.FromTable, word.from)
		}
	}
	return origins
}

// statusLines say what the entity's status is, and why.
func (m *model) statusLines(s importer.Status, w int) []string {
	word := m.gl.cell("status", factName) + m.st.states[s.State].of(string(s.State))
	facts := []fact{{"why", s.Reason}, {"asset", s.AssetID}}
	if !s.CheckedAt.IsZero() {
		facts = append(facts, fact{"checked", age(m.now(), s.CheckedAt)})
	}
	return append([]string{word}, m.factLines(w, facts)...)
}

// historyLines say what this machine has done about the entity.
func (m *model) historyLines(ref catalog.Ref, w int) []string {
	item, ok := m.latest.items[ref]
	switch {
	case !ok && !m.opened:
		return m.factLines(w, []fact{{"history", "the queue was not read yet"}})
	case !ok:
		return m.factLines(w, []fact{{"history", "never imported from here"}})
	}
	return slices.Concat([]string{m.st.title.of(m.gl.cut("History on this machine", w))}, m.factLines(w, m.historyFacts(&item)))
}

func (m *model) historyFacts(item *importer.Item) []fact {
	now := m.now()
	why, looked := reasonFor(item.Project.Name, item.Error), stamp(now, item.CheckedAt)
	facts := []fact{{"queued", stamp(now, item.AddedAt)}}
	if !item.SentAt.IsZero() {
		facts = append(facts, fact{"sent", clock(now, item.SentAt) + ", " + count(item.Attempts, "try", "tries")})
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

// stamp is clock; empty for a time that never was.
func stamp(now, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return clock(now, t)
}

// linkLines are the entity's page in Backstage and its links.
func (m *model) linkLines(e *catalog.Detail, w int) []string {
	links := e.Links
	if page := m.page(); page != "" {
		links = append([]catalog.Link{{Title: "Backstage", URL: page}}, links...)
	}
	lines := []string{"", m.st.title.of("Links")}
	for i, l := range links {
		if i == shownLinks {
			return append(lines, fmt.Sprintf("and %d more", len(links)-shownLinks))
		}
		name := l.Title
		if name == "" {
			name = "(no title)"
		}
		lines = append(lines, m.entryLines(w, name, l.URL)...)
	}
	if len(links) == 0 {
		return nil
	}
	return lines
}

// entryLines are a name of any length and its value, below it where the name is long.
func (m *model) entryLines(w int, name, value string) []string {
	if width(name) < factName {
		lines := m.gl.wrapAtMost(value, max(1, w-factName), 4)
		for i, line := range m.linked(value, lines) {
			head := blanks(factName)
			if i == 0 {
				head = m.gl.cell(name, factName)
			}
			lines[i] = head + line
		}
		return lines
	}
	lines := m.gl.wrapAtMost(name, w, 2)
	return append(lines, indented(m.linked(value, m.gl.wrapAtMost(value, max(1, w-2), 4)))...)
}

// relationLines are the entity's relations, a line for each kind of them.
func (m *model) relationLines(e *catalog.Detail, w int) []string {
	targets := map[string][]string{}
	for _, r := range e.Relations {
		targets[r.Type] = append(targets[r.Type], r.Target)
	}
	if len(targets) == 0 {
		return nil
	}
	lines := []string{"", m.st.title.of("Relations")}
	for _, name := range slices.Sorted(maps.Keys(targets)) {
		lines = append(lines, m.entryLines(w, name, strings.Join(targets[name], ", "))...)
	}
	return lines
}

// annotationLines are the entity's annotations, those first that decide what is sent.
func (m *model) annotationLines(e *catalog.Detail, w int) []string {
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
	var lines []string
	for _, part := range []struct {
		title string
		names []string
	}{{"Annotations that an import reads", names}, {"Other annotations", others}} {
		if len(part.names) == 0 {
			continue
		}
		lines = append(lines, "", m.st.title.of(m.gl.cut(part.title, w)))
		for i, name := range part.names {
			if i == shownAnnotations {
				lines = append(lines, fmt.Sprintf("and %d more", len(part.names)-shownAnnotations))
				break
			}
			lines = append(lines, m.entryLines(w, name, e.Annotations[name])...)
		}
	}
	return lines
}

// detailHints are the keys that help with an entity.
func (m *model) detailHints(w int) []string {
	hints := [][2]string{{"y", "copy ref"}}
	if m.noPage() == "" {
		hints = append(hints, [2]string{"Y", "copy URL"}, [2]string{"o", "Backstage"})
	}
	if m.noPlatformPage() == "" {
		hints = append(hints, [2]string{"O", "Conviso"})
	}
	hints = append(hints, [2]string{"J/K", "scroll"})
	var lines []string
	used := 0
	for _, h := range hints {
		size := width(h[0] + " " + h[1])
		if used == 0 || used+2+size > w {
			lines, used = append(lines, m.hint(h[0], h[1])), size
			continue
		}
		lines[len(lines)-1] += "  " + m.hint(h[0], h[1])
		used += 2 + size
	}
	return lines
}
