package ui

import (
	"fmt"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/mapping"
	"conviso-importer/internal/safetext"
	"conviso-importer/internal/text"
	"conviso-importer/ui/draw"
	"conviso-importer/ui/session"
)

// onList returns a function, safe for commands, that reports whether an entity is or will be on the list.
func (m *browseScreen) onList() func(catalog.Ref) bool {
	snap, in := m.work.Shown.Catalog, m.list.in
	return func(ref catalog.Ref) bool {
		if snap == nil {
			return true
		}
		row, ok := snap.Row(ref)
		return ok && in.Has(row) || !ok && !snap.Complete
	}
}

func (m *browseScreen) rowOf(ref catalog.Ref) (int, bool) {
	if m.work.Shown.Catalog == nil {
		return 0, false
	}
	return m.work.Shown.Catalog.Row(ref)
}

func (m *reviewScreen) view() []string {
	r := &m.review
	title := "Review import"
	if r.auto {
		title = "Review: switch auto-import on"
	}
	h := m.layout().Body() - 1
	lines, at := m.reviewLines(h)
	body := draw.Filled(draw.Window(lines, h, at-h+1), h)
	if r.ready != nil {
		body = append(body, m.st.Key.Of(m.gl.Cut(m.agreement(), m.width)))
	}
	return m.frame(title, body)
}

func (m *reviewScreen) agreement() string {
	r := &m.review
	switch {
	case r.sending:
		return "Writing to the queue" + m.gl.Ellipsis
	case !r.ready.Agreeable():
		return "Nothing to send. esc goes back"
	case r.ready.MustType():
		n, place := r.ready.Len(), session.Place(m.work.ID)
		verb := "import into " + place
		if r.auto {
			verb = "switch auto-import on for " + place
		}
		return m.gl.Fit(m.width, fmt.Sprintf("Type %d and enter to %s, esc to go back: %s_", n, verb, r.typed),
			fmt.Sprintf("Type %d for %s: %s_", n, place, r.typed))
	case r.auto:
		return "y switches auto-import on, esc goes back"
	default:
		return fmt.Sprintf("y imports %s, esc goes back", text.Entities(r.ready.Len()))
	}
}

const roomy = 12 // from how many lines blank ones are used

// reviewLines returns the text for h lines, and the cursor's line.
func (m *reviewScreen) reviewLines(h int) ([]string, int) {
	r := &m.review
	w, tight := m.width, h < roomy
	switch {
	case r.err != nil:
		return m.styled(m.st.Trouble, draw.Wrap("! "+text.Sentence(r.err.Error()), w)), 0
	case r.ready == nil:
		return draw.Wrap("Reading what would be sent from the catalog"+m.gl.Ellipsis+" Nothing is sent yet; esc goes back.", w), 0
	}
	plan, findings := r.ready.Plan, r.ready.Findings
	lines := draw.Wrap(m.reviewHeadline(), w)
	if plan.CreateIntegration {
		lines = append(lines, draw.Wrap("Conviso has no integration for this Backstage yet: it is created first.", w)...)
	}
	if len(lines) > h/2 && len(plan.Items) > 0 {
		// What is sent must stay on screen, whatever is unusual about it.
		lines = m.reviewShort(w)
	}
	lines = append(lines, m.savedLines(w, tight)...)
	if r.auto {
		lines = append(lines, draw.Wrap("It stops when this table is closed. Unattended: let cron start "+session.Unattended+".", w)...)
	}
	if set := m.work.Shown.Assets; set != nil && m.stale(set.ReadAt) {
		lines = append(lines, draw.Wrap("Conviso's assets on screen were read "+text.Age(m.now(), set.ReadAt)+"; the plan was made by a fresh read.", w)...)
	}
	at := 0
	if len(findings) > 0 && !tight {
		lines = append(lines, "", m.gl.Sides("Look before you send", "enter lists a line", w))
	}
	for i := range findings {
		marker := "  "
		if i == r.cursor {
			marker, at = m.st.Marker.Of(">")+" ", len(lines)
		}
		lines = append(lines, marker+m.findingLine(&findings[i], w-2))
	}
	if len(plan.Items) > 0 && len(lines)+2 < h {
		first := &plan.Items[0]
		project := mapping.SafeProject(first.Project)
		lines = append(lines, "", "First entity as it will be sent")
		lines = append(lines, indented(m.detail.projectLines(w-2, &project, m.detail.plannedOrigins(first)))...)
	}
	return lines, at
}

// reviewShort is reviewHeadline and its additions, a line each.
func (m *reviewScreen) reviewShort(w int) []string {
	n := text.Entities(m.review.ready.Len())
	lines := []string{m.gl.Fit(w, n+" "+m.gl.Arrow+" Conviso company "+session.CompanyName(m.work.ID.Company), n+" "+m.gl.Arrow+" "+session.CompanyName(m.work.ID.Company))}
	if m.review.ready.Plan.CreateIntegration {
		lines = append(lines, m.gl.Fit(w, "The integration is created first.", "Creates the integration."))
	}
	if m.review.auto {
		lines = append(lines, m.gl.Cut("After that, what is new every "+text.Interval(m.work.Auto.Status.Interval)+".", w))
	}
	return lines
}

// findingLine drops the note if it does not fit.
func (m *reviewScreen) findingLine(f *importer.Finding, w int) string {
	text, note := fmt.Sprintf("%5d  %s", len(f.Entries), f.Text()), f.Note()
	if note == "" || draw.Width(text)+6 > w {
		return m.gl.Cut(text, w)
	}
	return m.gl.Cut(text+" ("+note+")", w)
}

func (m *reviewScreen) reviewHeadline() string {
	r := &m.review
	n := r.ready.Len()
	company := strings.TrimSpace("Conviso company " + m.work.ID.Company.ID + " " + safetext.Line(m.work.ID.Company.Label))
	batches := text.Count(r.ready.Plan.Batches(), "batch", fmt.Sprintf("batches of up to %d", importer.BatchSize))
	switch {
	case r.auto && n == 0:
		return fmt.Sprintf("Nothing is new now. While this table is open, what becomes new goes to %s every %s.", company, text.Interval(m.work.Auto.Status.Interval))
	case r.auto:
		return fmt.Sprintf("%s %s to %s now, in %s. After that, while this table is open, what becomes new goes every %s.",
			text.Entities(n), text.Plural(n, "goes", "go"), company, batches, text.Interval(m.work.Auto.Status.Interval))
	case n == 0:
		return "Nothing of what was asked for can be sent."
	}
	return fmt.Sprintf("%s %s to %s in %s", text.Entities(n), text.Plural(n, "goes", "go"), company, batches)
}
