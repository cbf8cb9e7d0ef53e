package ui

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/safetext"
	"conviso-importer/internal/text"
	"conviso-importer/ui/draw"
)

// oddities are everything about a plan that its user may not know, the gravest first. Listed says
// whether an entity is on the list; arrow stands between what was and what is sent.
func oddities(p *importer.Plan, listed func(catalog.Ref) bool, arrow string) []oddity {
	var hidden, clash, failed, noRepo, optOut oddity
	defaults, overrides := map[string]*oddity{}, map[string]*oddity{}
	for i := range p.Items {
		item := &p.Items[i]
		ref := string(item.Ref)
		if !listed(item.Ref) {
			hidden.refs = append(hidden.refs, ref)
		}
		if item.Clash {
			clash.refs = append(clash.refs, ref)
		}
		if item.FailedBefore != "" {
			failed.refs = append(failed.refs, ref+"  "+text.Reason(item.Project.Name, item.FailedBefore))
		}
		if item.Project.RepoURL == "" {
			noRepo.refs = append(noRepo.refs, ref)
		}
		if item.OptOut {
			optOut.refs = append(optOut.refs, ref)
		}
		for _, d := range item.Defaults {
			counted(defaults, fmt.Sprintf("%s not in the map, sent as %s", fieldWord(d.Field), d.To), ref+"  "+d.From)
		}
		for _, o := range item.Overrides {
			counted(overrides, fmt.Sprintf("by your mapping: %s %s %s %s", fieldWord(o.Field), o.From, arrow, o.To), ref)
		}
	}
	hidden.text = "not on the list as it is filtered now"
	clash.text = "share a name; Conviso tells assets by name alone"
	failed.text = "failed last time, tried again"
	noRepo.text = "without a repository URL"
	optOut.text = "annotated to stay out of bulk imports, marked by hand"
	lines := []oddity{hidden, clash, optOut}
	for _, text := range slices.Sorted(maps.Keys(defaults)) {
		d := defaults[text]
		d.note = tally(d.refs)
		lines = append(lines, *d)
	}
	for _, text := range slices.Sorted(maps.Keys(overrides)) {
		lines = append(lines, *overrides[text])
	}
	failed.note = tally(failed.refs)
	lines = append(append(lines, failed, noRepo), skips(p)...)
	return slices.DeleteFunc(lines, func(o oddity) bool { return len(o.refs) == 0 })
}

// counted adds an entity to the line of a text.
func counted(lines map[string]*oddity, text, ref string) {
	if lines[text] == nil {
		lines[text] = &oddity{text: text}
	}
	lines[text].refs = append(lines[text].refs, ref)
}

// skips are what a plan leaves out, by the status that is the cause.
func skips(p *importer.Plan) []oddity {
	byState := map[importer.State]*oddity{}
	for i := range p.Skipped {
		s := &p.Skipped[i]
		if byState[s.State] == nil {
			byState[s.State] = &oddity{text: skipWords(s.State)}
		}
		o := byState[s.State]
		o.refs = append(o.refs, strings.TrimSpace(fmt.Sprintf("%s  %s", s.Ref, s.Reason)))
	}
	lines := make([]oddity, 0, len(byState))
	for _, state := range slices.Sorted(maps.Keys(byState)) {
		o := byState[state]
		if state == importer.New {
			// The status is not the cause here; the reason is.
			o.note = tally(o.refs)
		}
		lines = append(lines, *o)
	}
	return lines
}

// skipWords say that entities of a status are left out.
func skipWords(s importer.State) string {
	switch s {
	case importer.New:
		return "left out though new"
	case importer.Clash:
		return "left out: others have their names"
	case importer.Unknown:
		return "left out: status unknown"
	case importer.Imported:
		return "left out: imported already"
	default:
		return "left out: " + string(s) + " already"
	}
}

// onList tells of any entity whether it is on the list as it is now, or still to come on it.
// Commands may ask.
func (m *model) onList() func(catalog.Ref) bool {
	snap, in := m.shown.snap, m.list.in
	return func(ref catalog.Ref) bool {
		if snap == nil {
			return true
		}
		row, ok := snap.Row(ref)
		return ok && in.Has(row) || !ok && !snap.Complete
	}
}

func (m *model) rowOf(ref catalog.Ref) (int, bool) {
	if m.shown.snap == nil {
		return 0, false
	}
	return m.shown.snap.Row(ref)
}

// fieldWord is a project's field as the catalog's users call it.
func fieldWord(field string) string {
	if field == "assetType" {
		return "type"
	}
	return field
}

// tallied is how many values a line names before it stops.
const tallied = 3

// tally counts what stands behind the refs: "beta 4, pilot 3".
func tally(refs []string) string {
	counts := map[string]int{}
	for _, ref := range refs {
		_, what, _ := strings.Cut(ref, "  ")
		counts[what]++
	}
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return strings.Compare(a, b)
	})
	var parts []string
	for i, name := range names {
		if i == tallied {
			parts = append(parts, fmt.Sprintf("%d more", len(names)-tallied))
			break
		}
		parts = append(parts, fmt.Sprintf("%s %d", name, counts[name]))
	}
	return strings.Join(parts, ", ")
}

// reviewView shows the plan, and on its last line what agreeing takes.
func (m *model) reviewView() []string {
	r := &m.review
	title := "Review import"
	if r.auto {
		title = "Review: switch auto-import on"
	}
	h := m.layout().Body() - 1
	lines, at := m.reviewLines(h)
	body := draw.Filled(draw.Window(lines, h, at-h+1), h)
	if r.plan != nil {
		body = append(body, m.st.Key.Of(m.gl.Cut(m.agreement(), m.width)))
	}
	return m.frame(title, body)
}

// agreement says what agreeing takes.
func (m *model) agreement() string {
	r := &m.review
	switch {
	case r.sending:
		return "Writing to the queue" + m.gl.Ellipsis
	case !m.agreeable():
		return "Nothing to send. esc goes back"
	case m.mustType():
		verb := "import into " + m.place()
		if r.auto {
			verb = "switch auto-import on for " + m.place()
		}
		n := len(r.plan.Items)
		return m.gl.Fit(m.width, fmt.Sprintf("Type %d and enter to %s, esc to go back: %s_", n, verb, r.typed),
			fmt.Sprintf("Type %d for %s: %s_", n, m.place(), r.typed))
	case r.auto:
		return "y switches auto-import on, esc goes back"
	default:
		return fmt.Sprintf("y imports %s, esc goes back", text.Entities(len(r.plan.Items)))
	}
}

// roomy is how many lines a review wants before some of them may be blank.
const roomy = 12

// reviewLines are the review's text in a room of h lines, and which line the cursor is on. A
// small room does without what only separates, and without a heading that nothing follows.
func (m *model) reviewLines(h int) ([]string, int) {
	r := &m.review
	w, tight := m.width, h < roomy
	switch {
	case r.err != nil:
		return m.styled(m.st.Trouble, draw.Wrap("! "+text.Sentence(r.err.Error()), w)), 0
	case r.plan == nil:
		return draw.Wrap("Reading what would be sent from the catalog"+m.gl.Ellipsis+" Nothing is sent yet; esc goes back.", w), 0
	}
	lines := draw.Wrap(m.reviewHeadline(), w)
	if r.plan.CreateIntegration {
		lines = append(lines, draw.Wrap("Conviso has no integration for this Backstage yet: it is created first.", w)...)
	}
	if len(lines) > h/2 && len(r.plan.Items) > 0 {
		// How much goes where must not be scrolled away by what is unusual about it.
		lines = m.reviewShort(w)
	}
	lines = append(lines, m.savedLines(w, tight)...)
	if r.auto {
		lines = append(lines, draw.Wrap("It stops when this table is closed. Unattended: let cron start "+unattended+".", w)...)
	}
	if set := m.shown.assets; set != nil && m.stale(set.ReadAt) {
		lines = append(lines, draw.Wrap("Conviso's assets on screen were read "+text.Age(m.now(), set.ReadAt)+"; the plan was made by a fresh read.", w)...)
	}
	at := 0
	if len(r.lines) > 0 && !tight {
		lines = append(lines, "", m.gl.Sides("Look before you send", "enter lists a line", w))
	}
	for i := range r.lines {
		marker := "  "
		if i == r.cursor {
			marker, at = m.st.Marker.Of(">")+" ", len(lines)
		}
		lines = append(lines, marker+m.oddityLine(&r.lines[i], w-2))
	}
	if len(r.plan.Items) > 0 && len(lines)+2 < h {
		first := &r.plan.Items[0]
		project := importer.SafeProject(first.Project)
		lines = append(lines, "", "First entity as it will be sent")
		lines = append(lines, indented(m.projectLines(w-2, &project, m.plannedOrigins(first)))...)
	}
	return lines, at
}

// reviewShort is reviewHeadline, what is created before and what is sent after, a line each.
func (m *model) reviewShort(w int) []string {
	n := text.Entities(len(m.review.plan.Items))
	lines := []string{m.gl.Fit(w, n+" "+m.gl.Arrow+" Conviso company "+companyName(m.id.Company), n+" "+m.gl.Arrow+" "+companyName(m.id.Company))}
	if m.review.plan.CreateIntegration {
		lines = append(lines, m.gl.Fit(w, "The integration is created first.", "Creates the integration."))
	}
	if m.review.auto {
		lines = append(lines, m.gl.Cut("After that, what is new every "+text.Interval(m.auto.status.Interval)+".", w))
	}
	return lines
}

// oddityLine is one counted line; its note gives way to its text.
func (m *model) oddityLine(o *oddity, w int) string {
	text := fmt.Sprintf("%5d  %s", len(o.refs), o.text)
	if o.note == "" || draw.Width(text)+6 > w {
		return m.gl.Cut(text, w)
	}
	return m.gl.Cut(text+"  ("+o.note+")", w)
}

// reviewHeadline says how much goes where.
func (m *model) reviewHeadline() string {
	r := &m.review
	n := len(r.plan.Items)
	company := strings.TrimSpace("Conviso company " + m.id.Company.ID + " " + safetext.Line(m.id.Company.Label))
	batches := text.Count(r.plan.Batches(), "batch", fmt.Sprintf("batches of up to %d", importer.BatchSize))
	switch {
	case r.auto && n == 0:
		return fmt.Sprintf("Nothing is new now. While this table is open, what becomes new goes to %s every %s.", company, text.Interval(m.auto.status.Interval))
	case r.auto:
		return fmt.Sprintf("%s %s to %s now, in %s. After that, while this table is open, what becomes new goes every %s.",
			text.Entities(n), text.Plural(n, "goes", "go"), company, batches, text.Interval(m.auto.status.Interval))
	case n == 0:
		return "Nothing of what was asked for can be sent."
	}
	return fmt.Sprintf("%s %s to %s in %s", text.Entities(n), text.Plural(n, "goes", "go"), company, batches)
}
