package importer

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/internal/safetext"
	"conviso-importer/internal/text"
)

// FindingKind is what a finding is about.
type FindingKind int

// The kinds, the gravest first, which is the order of a plan's findings.
const (
	// FindingHidden: entities that the list does not show as it is filtered now. Only a front end
	// that has a list makes it.
	FindingHidden FindingKind = iota
	// FindingLate: entities that the platform took before and never showed.
	FindingLate
	// FindingClash: entities that share a name with another entity or with an existing asset.
	FindingClash
	// FindingOptOut: entities whose annotation keeps them out of bulk imports, and that are sent
	// since they were named.
	FindingOptOut
	// FindingDefault: values that no table has, sent as the default of their field.
	FindingDefault
	// FindingOverride: values that the user's own tables decide.
	FindingOverride
	// FindingRetry: entities that failed before.
	FindingRetry
	// FindingNoRepository: entities without a repository URL.
	FindingNoRepository
	// FindingSkipped: entities that are not sent.
	FindingSkipped
)

// Finding is what some of a plan's entities have in common and its user may not know.
type Finding struct {
	Kind FindingKind
	// Field and To are the project's field and the value sent for it, of a FindingDefault.
	Field, To string
	// Cause is why the entities of a FindingSkipped are left out. Where that is their status,
	// State is Imported, Clash, Unknown, or Accepted for all that are pending.
	Cause Cause
	State State
	// Entries are the entities in the order of the plan.
	Entries []FindingEntry
}

// FindingEntry is one entity of a finding.
type FindingEntry struct {
	Ref catalog.Ref
	// Note is all that the plan has to say of the entity, or empty.
	Note string
	// Values are what Finding.Note counts: words of the catalog, reasons. They are safe to show.
	Values []string
}

// Findings returns what is unusual about the plan in the order of the kinds, and nothing for what
// is not there.
func (p *Plan) Findings() []Finding {
	var f findings
	for i := range p.Items {
		f.item(&p.Items[i])
	}
	for i := range p.Skipped {
		f.skip(&p.Skipped[i])
	}
	slices.SortStableFunc(f, func(a, b Finding) int { return compareFindings(&a, &b) })
	return f
}

// findings are a plan's findings while they are collected.
type findings []Finding

// add puts an entry into the finding of this form.
func (f *findings) add(form Finding, entry FindingEntry) {
	for i := range *f {
		same := &(*f)[i]
		if compareFindings(same, &form) == 0 {
			// An entity that has two values of one kind is one entry.
			if last := &same.Entries[len(same.Entries)-1]; last.Ref == entry.Ref {
				last.Values = append(last.Values, entry.Values...)
				return
			}
			same.Entries = append(same.Entries, entry)
			return
		}
	}
	form.Entries = []FindingEntry{entry}
	*f = append(*f, form)
}

func (f *findings) item(item *PlanItem) {
	note := item.Note()
	add := func(form Finding, values ...string) {
		f.add(form, FindingEntry{Ref: item.Ref, Note: note, Values: values})
	}
	if !item.TakenAt.IsZero() {
		add(Finding{Kind: FindingLate})
	}
	if item.Clash {
		add(Finding{Kind: FindingClash})
	}
	if item.OptOut {
		add(Finding{Kind: FindingOptOut})
	}
	for _, d := range item.Defaults {
		add(Finding{Kind: FindingDefault, Field: d.Field, To: d.To}, d.From)
	}
	for _, o := range item.Overrides {
		add(Finding{Kind: FindingOverride}, fmt.Sprintf("%s %s -> %s", fieldWord(o.Field), o.From, o.To))
	}
	if item.FailedBefore != "" {
		add(Finding{Kind: FindingRetry}, text.Reason(item.Project.Name, item.FailedBefore))
	}
	if item.Project.RepoURL == "" {
		add(Finding{Kind: FindingNoRepository})
	}
}

func (f *findings) skip(skip *PlanSkip) {
	form := Finding{Kind: FindingSkipped, Cause: skip.Cause}
	value := skip.Reason
	switch {
	case skip.Cause != CauseStatus && skip.Cause != "":
	case skip.State.Pending():
		form.Cause, form.State, value = CauseStatus, Accepted, string(skip.State)
	default:
		form.Cause, form.State = CauseStatus, skip.State
	}
	entry := FindingEntry{Ref: skip.Ref, Note: skip.Note()}
	if value != "" {
		entry.Values = []string{value}
	}
	f.add(form, entry)
}

// compareFindings orders findings by what they are about; equal ones are one finding.
func compareFindings(a, b *Finding) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind),
		// The lifecycle comes before the type, as in a project.
		cmp.Compare(b.Field, a.Field), cmp.Compare(a.To, b.To),
		cmp.Compare(skipRank(a), skipRank(b)), cmp.Compare(a.Cause, b.Cause), cmp.Compare(a.State, b.State))
}

// skipRank orders what is left out: what needs somebody first, what is done already last.
func skipRank(f *Finding) int {
	switch {
	case f.Kind != FindingSkipped:
		return 0
	case f.State == Imported:
		return 3
	case f.State == Accepted:
		return 2
	case f.Cause == CauseLimit:
		return 1
	}
	return 0
}

// String is the finding in one line: how many, what, and the counted values, if there are any.
func (f *Finding) String() string {
	line := fmt.Sprintf("%d %s", len(f.Entries), f.Text())
	if note := f.Note(); note != "" {
		line += " (" + note + ")"
	}
	return line
}

// Text says what the entities have in common. It continues their number and fits every front end.
func (f *Finding) Text() string {
	switch f.Kind {
	case FindingHidden:
		return "not on the list as it is filtered now"
	case FindingLate:
		return "taken by Conviso before and never seen; sent again, they may be made twice"
	case FindingClash:
		return text.Plural(len(f.Entries), "shares", "share") + " a name; Conviso tells assets by name alone"
	case FindingOptOut:
		return "annotated to stay out of bulk imports, marked or named one by one"
	case FindingDefault:
		return fieldWord(f.Field) + " not in the map, sent as " + safetext.Line(f.To)
	case FindingOverride:
		return "mapped by your conviso.mapping"
	case FindingRetry:
		return "failed before, tried again"
	case FindingNoRepository:
		return "without a repository URL"
	case FindingSkipped:
	}
	return "skipped: " + f.skipText()
}

// skipText says why entities are left out.
func (f *Finding) skipText() string {
	switch f.Cause {
	case CauseGone:
		return "not in the catalog"
	case CauseKind:
		return "of a kind that was not read"
	case CauseTwin:
		return "another entity of the same name goes first"
	case CauseOptOut:
		return "annotated to stay out of bulk imports"
	case CauseLimit:
		return "over the limit of one run"
	case CauseStatus:
	}
	switch f.State {
	case Imported:
		return "imported already"
	case Clash:
		return "same name"
	case Accepted:
		return "an import of them is under way"
	case New, Queued, Sending, Retrying, Failed, Unknown, Skipped:
	}
	return "status " + safetext.Line(string(f.State))
}

// notedAtMost is how many values a note names before it stops.
const notedAtMost = 3

// Note counts the values of the entries, the most frequent first: "beta 4, pilot 3". It is empty
// unless every entry has one.
func (f *Finding) Note() string {
	counts := map[string]int{}
	for i := range f.Entries {
		if len(f.Entries[i].Values) == 0 {
			return ""
		}
		for _, value := range f.Entries[i].Values {
			counts[value]++
		}
	}
	values := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), strings.Compare(a, b))
	})
	var parts []string
	for i, value := range values {
		if i == notedAtMost {
			parts = append(parts, fmt.Sprintf("%d more", len(values)-notedAtMost))
			break
		}
		parts = append(parts, fmt.Sprintf("%s %d", value, counts[value]))
	}
	return safetext.Line(strings.Join(parts, ", "))
}

// Notes are what is unusual about the values that the item sends, and why it failed before.
func (i *PlanItem) Notes() []string {
	var notes []string
	for _, d := range i.Defaults {
		notes = append(notes, fmt.Sprintf("%s %q is sent as %s", fieldWord(d.Field), d.From, safetext.Line(d.To)))
	}
	for _, o := range i.Overrides {
		notes = append(notes, fmt.Sprintf("%s %q is sent as %s by %s", fieldWord(o.Field), o.From, safetext.Line(o.To), o.Setting()))
	}
	if !i.TakenAt.IsZero() {
		notes = append(notes, "taken by Conviso on "+i.TakenAt.Format(whenLayout)+" and never seen")
	}
	if i.OptOut {
		notes = append(notes, "annotated to stay out of bulk imports")
	}
	if i.FailedBefore != "" {
		notes = append(notes, "failed before: "+text.Reason(i.Project.Name, i.FailedBefore))
	}
	return notes
}

// Note is Notes in one line.
func (i *PlanItem) Note() string { return strings.Join(i.Notes(), "; ") }

// Note is the state of the skipped entity, and why it is left out.
func (s *PlanSkip) Note() string {
	if s.Reason == "" {
		return string(s.State)
	}
	return string(s.State) + ": " + s.Reason
}

// fieldWord is a project's field as the catalog's users call it.
func fieldWord(field string) string {
	if field == fieldType {
		return "type"
	}
	return safetext.Line(field)
}
