package importer

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer/mapping"
	"conviso-importer/conviso/importer/status"
	"conviso-importer/internal/safetext"
	"conviso-importer/internal/text"
)

// FindingKind is the subject of a finding.
type FindingKind int

// The kinds, most severe first: the order of a plan's findings.
const (
	// FindingHidden: the list's filter hides them. Only a front end with a list makes it.
	FindingHidden     FindingKind = iota
	FindingLate                   // accepted before, never seen
	FindingGone                   // imported before, deleted on the platform, and named
	FindingClash                  // name shared with another entity or an asset
	FindingElsewhere              // an asset of another source has the name
	FindingNoAsset                // annotated with an asset that the platform does not have
	FindingUncompared             // assets of other sources could not be looked at
	FindingShared                 // entities that share repositories, those that are covered included
	FindingOptOut                 // annotated against bulk imports, but named
	FindingOrphan                 // dropped by its location, but named
	FindingDefault                // values in no table, sent as the field's default
	FindingOverride               // values that the user's tables decide
	FindingRetry
	FindingRepository   // an address that was not understood
	FindingNoRepository // nothing is named, or Field says what is wrong with it
	FindingSkipped      // not sent
)

// Finding groups entities of a plan that share something the user should know.
type Finding struct {
	Kind      FindingKind
	Field, To string // the project's field and its value, for FindingDefault; a problem for a repository
	// Repositories is the number of a FindingShared's, Sharing what was done with those asked for in bulk.
	Repositories int
	Sharing      Sharing
	// Cause is why the entities of a FindingSkipped are skipped. For CauseStatus, State is
	// Imported, Clash, Unknown, or Accepted for all pending.
	Cause   Cause
	State   State
	Entries []FindingEntry // in the plan's order
}

// FindingEntry is one entity of a finding.
type FindingEntry struct {
	Ref    catalog.Ref
	Note   string   // the plan's note on the entity, or empty
	Values []string // what Finding.Note counts; safe to show
}

// Findings returns what is unusual about the plan, in the order of the kinds.
func (p *Plan) Findings() []Finding {
	var f findings
	for i := range p.Items {
		f.item(&p.Items[i])
	}
	for i := range p.Skipped {
		f.skip(&p.Skipped[i])
	}
	if p.Uncompared != "" {
		for i := range p.Items {
			f.add(Finding{Kind: FindingUncompared}, FindingEntry{Ref: p.Items[i].Ref, Note: p.Items[i].Note(), Values: []string{p.Uncompared}})
		}
	}
	if shared := p.shared(); len(shared.Entries) > 0 {
		f = append(f, shared)
	}
	slices.SortStableFunc(f, func(a, b Finding) int { return compareFindings(&a, &b) })
	return f
}

type findings []Finding

// add adds an entry to the finding that equals form.
func (f *findings) add(form Finding, entry FindingEntry) {
	for i := range *f {
		same := &(*f)[i]
		if compareFindings(same, &form) == 0 {
			// An entity with two values of one kind is one entry.
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
	if item.Gone != "" {
		add(Finding{Kind: FindingGone})
	}
	if item.Clash {
		add(Finding{Kind: FindingClash})
	}
	f.beside(item, add)
	switch {
	case item.OptOut:
		add(Finding{Kind: FindingOptOut})
	case item.Orphan:
		add(Finding{Kind: FindingOrphan})
	}
	for _, d := range item.Defaults {
		add(Finding{Kind: FindingDefault, Field: d.Field, To: d.To}, d.From)
	}
	for _, o := range item.Overrides {
		add(Finding{Kind: FindingOverride}, fmt.Sprintf("%s %s -> %s", fieldLabel(o.Field), o.From, o.To))
	}
	if item.FailedBefore != "" {
		add(Finding{Kind: FindingRetry}, text.Reason(item.Project.Name, item.FailedBefore))
	}
	f.repository(item, note)
}

func (f *findings) skip(skip *PlanSkip) {
	form := Finding{Kind: FindingSkipped, Cause: skip.Cause}
	value := skip.Reason
	switch {
	case skip.Cause == CauseShared:
		// Another finding tells them one by one.
		value = ""
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

// compareFindings orders findings; equal ones are merged.
func compareFindings(a, b *Finding) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind),
		// Lifecycle before type, as in a project.
		cmp.Compare(b.Field, a.Field), cmp.Compare(a.To, b.To),
		cmp.Compare(skipRank(a), skipRank(b)), cmp.Compare(a.Cause, b.Cause), cmp.Compare(a.State, b.State))
}

// skipRank puts first what needs attention, last what is done.
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

// String returns the finding in one line: number, text, and note.
func (f *Finding) String() string {
	line := fmt.Sprintf("%d %s", len(f.Entries), f.Text())
	if note := f.Note(); note != "" {
		line += " (" + note + ")"
	}
	return line
}

// Text returns what the entities share, to follow their number.
func (f *Finding) Text() string {
	switch f.Kind {
	case FindingHidden:
		return "not on the list as it is filtered now"
	case FindingLate:
		return "taken by Conviso before and never seen; sent again, they may be made twice"
	case FindingGone:
		return "imported before and deleted at Conviso; sent again, they are made again"
	case FindingClash:
		return text.Plural(len(f.Entries), "shares", "share") + " a name; Conviso tells assets by name alone"
	case FindingElsewhere, FindingNoAsset, FindingUncompared:
		return f.besideText()
	case FindingShared:
		return fmt.Sprintf("%s %s; %s", text.Plural(len(f.Entries), "entity shares", "entities share"),
			text.Count(f.Repositories, "repository", "repositories"), f.Sharing.Words())
	case FindingOrphan:
		return text.Plural(len(f.Entries), "orphan", "orphans") + " of the catalog, marked or named one by one"
	case FindingOptOut:
		return "annotated to stay out of bulk imports, marked or named one by one"
	case FindingDefault:
		return fieldLabel(f.Field) + " not in the map, sent as " + safetext.Line(f.To)
	case FindingOverride:
		return "mapped by your conviso.mapping"
	case FindingRetry:
		return "failed before, tried again"
	case FindingRepository, FindingNoRepository:
		return f.repositoryText()
	case FindingSkipped:
	}
	return "skipped: " + f.skipText()
}

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
	case CauseOrphan:
		return text.Plural(len(f.Entries), "orphan", "orphans") + " of the catalog"
	case CauseShared:
		return "covered by the same repository"
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
	case Gone:
		return "imported before, and deleted at Conviso"
	case New, Queued, Sending, Retrying, Failed, Unknown, Skipped:
	}
	return "status " + safetext.Line(string(f.State))
}

const maxNoteValues = 3

// Note counts the values, most frequent first: "beta 4, pilot 3"; empty unless every entry has one.
func (f *Finding) Note() string {
	if f.Kind == FindingElsewhere {
		return "" // They are its text.
	}
	return f.values(f.Kind != FindingUncompared)
}

// values lists the values that most entries have, with or without their numbers.
func (f *Finding) values(counted bool) string {
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
		if i == maxNoteValues {
			parts = append(parts, fmt.Sprintf("%d more", len(values)-maxNoteValues))
			break
		}
		if counted {
			value = fmt.Sprintf("%s %d", value, counts[value])
		}
		parts = append(parts, value)
	}
	return safetext.Line(strings.Join(parts, ", "))
}

// Notes are what is unusual about the item's values, and its earlier failure.
func (i *PlanItem) Notes() []string {
	var notes []string
	for _, d := range i.Defaults {
		notes = append(notes, fmt.Sprintf("%s %q is sent as %s", fieldLabel(d.Field), d.From, safetext.Line(d.To)))
	}
	for _, o := range i.Overrides {
		notes = append(notes, fmt.Sprintf("%s %q is sent as %s by %s", fieldLabel(o.Field), o.From, safetext.Line(o.To), o.Setting()))
	}
	if note := i.repoNote(); note != "" {
		notes = append(notes, note)
	}
	if !i.TakenAt.IsZero() {
		notes = append(notes, "taken by Conviso on "+i.TakenAt.Format(status.WhenLayout)+" and never seen")
	}
	if i.Gone != "" {
		notes = append(notes, i.Gone)
	}
	notes = append(notes, i.Beside.Notes(i.Project.Name)...)
	if i.Held != "" {
		notes = append(notes, i.Held)
	}
	if i.SharesWith != "" {
		notes = append(notes, "the same repository as "+i.SharesWith)
	}
	if i.FailedBefore != "" {
		notes = append(notes, "failed before: "+text.Reason(i.Project.Name, i.FailedBefore))
	}
	return notes
}

// Note is Notes in one line.
func (i *PlanItem) Note() string { return strings.Join(i.Notes(), "; ") }

// Note is the state of the skipped entity and the reason.
func (s *PlanSkip) Note() string {
	if s.Reason == "" {
		return string(s.State)
	}
	return string(s.State) + ": " + s.Reason
}

// fieldLabel is the field's name in the catalog.
func fieldLabel(field string) string {
	if field == mapping.FieldType {
		return "type"
	}
	return safetext.Line(field)
}
