package ui

import (
	"slices"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/mapping"
	"conviso-importer/internal/text"
	"conviso-importer/ui/draw"
	"conviso-importer/ui/session"
)

func (m *detailScreen) detailLines(w int) []string {
	ref, ok := m.browse.list.current(&m.work.Shown)
	if !ok {
		return nil
	}
	row, _ := m.work.Shown.Catalog.Row(ref)
	d := &m.detail
	known := d.ref == ref && d.preview != nil
	entity := catalog.Detail{Entity: m.work.Shown.Catalog.At(row)}
	if known {
		entity = d.preview.Detail
	}
	lines := append(m.entityLines(&entity, w), m.statusLines(row, w)...)
	lines = append(lines, "")
	switch {
	case known:
		lines = append(lines, m.sentLines(d.preview, w)...)
	case d.err != nil && d.ref == ref:
		lines = append(lines, m.styled(m.st.Trouble, draw.Wrap("! "+text.Sentence(detailError(d.err)), w))...)
	default:
		lines = append(lines, m.st.Dim.Of("reading what an import sends"+m.gl.Ellipsis))
	}
	lines = append(append(lines, ""), m.historyLines(ref, w)...)
	if known {
		for _, p := range append([]session.Facts{session.LinkFacts(&entity, m.browse.page()), session.RelationFacts(&entity)}, session.AnnotationFacts(&entity)...) {
			lines = append(lines, m.partLines(w, p)...)
		}
		lines = append(lines, "", m.st.Dim.Of(m.gl.Cut("details read "+text.Age(m.now(), d.preview.ReadAt), w)))
	}
	return append(append(lines, ""), m.detailHints(w)...)
}

func (m *detailScreen) entityLines(e *catalog.Detail, w int) []string {
	lines := append([]string{m.st.Title.Of(m.gl.Cut(e.Name, w))}, draw.Wrap(string(e.Ref), w)...)
	lines = append(lines, "")
	if e.Altered {
		lines = append(append(lines, draw.Wrap(m.gl.Warn+" "+session.AlteredWarning, w)...), "")
	}
	if e.Description != "" {
		lines = append(append(lines, m.gl.WrapAtMost(e.Description, w, 6)...), "")
	}
	return append(append(lines, m.factLines(w, session.EntityFacts(e))...), "")
}

// sentLines describe the project that an import would send.
func (m *detailScreen) sentLines(p *importer.Preview, w int) []string {
	lines := []string{m.st.Title.Of(m.gl.Cut(session.SentTitle, w))}
	if p.Held != "" {
		lines = append(lines, draw.Wrap(session.HeldWords(p.Held), w)...)
	}
	return append(lines, m.projectLines(w, &p.Project, p.Origins)...)
}

func (m *detailScreen) projectLines(w int, p *conviso.Project, origins []mapping.Origin) []string {
	facts := session.ProjectFacts(p, origins)
	lines := make([]string, 0, len(facts))
	for _, f := range facts {
		lines = append(lines, m.sourcedLines(w, f)...)
	}
	return lines
}

// wholeText is the number of lines after which a value is cut.
const wholeText = 40

// sourcedLines show a value with its source beside it, or below if both do not fit on a line.
func (m *detailScreen) sourcedLines(w int, f session.Sourced) []string {
	room := max(1, w-factName)
	source := ""
	if f.Origin != nil {
		source = session.SourceWords(f.Origin, m.gl.Back)
	}
	address := f.Value
	values := m.gl.WrapAtMost(session.OrNone(f.Value), room, wholeText)
	last := len(values) - 1
	beside := source != "" && draw.Width(values[last])+2+draw.Width(source) <= room
	values = m.linked(address, values)
	if beside {
		values[last] += "  " + m.st.Dim.Of(source)
	} else {
		values = append(values, m.styled(m.st.Dim, draw.Wrap(source, room))...)
	}
	for i := range values {
		name := ""
		if i == 0 {
			name = f.Name
		}
		values[i] = m.gl.Cut(m.gl.Cell(name, factName)+values[i], w)
	}
	return values
}

// plannedOrigins are the origins known without the details: from the plan and from the list.
func (m *detailScreen) plannedOrigins(item *importer.PlanItem) []mapping.Origin {
	var origins []mapping.Origin
	noted := map[string]bool{}
	add := func(field string, rule mapping.Rule, from string) {
		noted[field] = true
		origins = append(origins, mapping.Origin{Field: field, Rule: rule, From: from})
	}
	for _, d := range item.Defaults {
		add(d.Field, mapping.FromDefault, d.From)
	}
	for _, o := range item.Overrides {
		add(o.Field, mapping.FromOverride, o.From)
	}
	if origin, known := item.RepoOrigin(); known {
		origins = append(origins, origin)
	}
	row, ok := m.browse.rowOf(item.Ref)
	if !ok {
		return origins
	}
	e := m.work.Shown.Catalog.At(row)
	for _, word := range []struct{ field, from, to string }{
		{"assetType", e.Type, item.Project.AssetType}, {"lifecycle", e.Lifecycle, item.Project.Lifecycle}} {
		if !noted[word.field] && word.from != "" && word.from != word.to {
			add(word.field, mapping.FromTable, word.from)
		}
	}
	return origins
}

func (m *detailScreen) statusLines(row, w int) []string {
	shown := &m.work.Shown
	s := shown.Status(shown.Catalog.Ref(row))
	word := m.gl.Cell("status", factName) + m.st.States[s.State].Of(string(s.State))
	return append([]string{word}, m.factLines(w, session.StatusFacts(m.now(), s, shown.BulkNote(shown.Catalog.Ref(row))))...)
}

func (m *detailScreen) historyLines(ref catalog.Ref, w int) []string {
	item, ok := m.work.Item(ref)
	switch {
	case !ok && !m.work.Known.QueueRead:
		return m.factLines(w, []session.Fact{{Name: "history", Value: "the queue was not read yet"}})
	case !ok:
		return m.factLines(w, []session.Fact{session.NeverImported()})
	}
	return slices.Concat([]string{m.st.Title.Of(m.gl.Cut(session.HistoryTitle, w))}, m.factLines(w, session.HistoryFacts(m.now(), &item)))
}

// partLines show facts of any length under their title.
func (m *detailScreen) partLines(w int, p session.Facts) []string {
	if len(p.List) == 0 {
		return nil
	}
	lines := []string{"", m.st.Title.Of(m.gl.Cut(p.Title, w))}
	for _, f := range p.List {
		if f.Name == "" {
			lines = append(lines, f.Value)
			continue
		}
		lines = append(lines, m.entryLines(w, f.Name, f.Value)...)
	}
	return lines
}

// entryLines show the value beside the name, or below if the name is long.
func (m *detailScreen) entryLines(w int, name, value string) []string {
	if draw.Width(name) < factName {
		lines := m.gl.WrapAtMost(value, max(1, w-factName), 4)
		for i, line := range m.linked(value, lines) {
			head := draw.Blanks(factName)
			if i == 0 {
				head = m.gl.Cell(name, factName)
			}
			lines[i] = head + line
		}
		return lines
	}
	lines := m.gl.WrapAtMost(name, w, 2)
	return append(lines, indented(m.linked(value, m.gl.WrapAtMost(value, max(1, w-2), 4)))...)
}

func (m *detailScreen) detailHints(w int) []string {
	hints := [][2]string{{"y", "copy ref"}}
	if m.browse.noPage() == "" {
		hints = append(hints, [2]string{"Y", "copy URL"}, [2]string{"o", "Backstage"})
	}
	if m.noPlatformPage() == "" {
		hints = append(hints, [2]string{"O", "Conviso"})
	}
	hints = append(hints, [2]string{"J/K", "scroll"})
	var lines []string
	used := 0
	for _, h := range hints {
		size := draw.Width(h[0] + " " + h[1])
		if used == 0 || used+2+size > w {
			lines, used = append(lines, m.hint(h[0], h[1])), size
			continue
		}
		lines[len(lines)-1] += "  " + m.hint(h[0], h[1])
		used += 2 + size
	}
	return lines
}
