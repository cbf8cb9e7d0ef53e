package lines

import (
	"fmt"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/ui"
)

// fact is a name and its value.
type fact struct{ name, value string }

// facts writes facts under a title, one a line; those without a value are left out.
func (s *session) facts(title string, facts []fact) {
	if title != "" {
		s.write(title)
	}
	for _, f := range facts {
		if f.value != "" {
			s.write("  " + f.name + ": " + f.value)
		}
	}
}

func entityFacts(e *catalog.Entity) []fact {
	facts := []fact{
		{"ref", string(e.Ref)}, {"title", e.Title}, {"description", e.Description}, {"owner", e.Owner}, {"system", e.System},
		{"type", e.Type}, {"lifecycle", e.Lifecycle}, {"tags", strings.Join(e.Tags, ", ")},
	}
	if e.Altered {
		facts = append(facts, fact{"careful", "its names hold characters that are not shown as they are: they could move the cursor or hide text"})
	}
	return facts
}

// statusFacts say what an entity's status is, and why.
func (s *session) statusFacts(ref catalog.Ref) []fact {
	status := s.status(ref)
	facts := []fact{{"status", string(status.State)}, {"why", status.Reason}, {"asset", status.AssetID}}
	if !status.CheckedAt.IsZero() {
		facts = append(facts, fact{"checked", ui.Age(s.now(), status.CheckedAt)})
	}
	if item, ok := s.items[ref]; ok {
		facts = append(facts, fact{"queued here", ui.Clock(s.now(), item.AddedAt)}, fact{"tries", fmt.Sprint(item.Attempts)})
		if !item.SentAt.IsZero() {
			facts = append(facts, fact{"sent", ui.Age(s.now(), item.SentAt)})
		}
	}
	return facts
}

// projectFacts are what an import would send, with where the values come from.
func projectFacts(p *importer.Preview) []fact {
	from := func(field, value, original string) string {
		for _, d := range p.Defaults {
			if d.Field == field {
				return fmt.Sprintf("%s, since %q is not in the table", value, d.From)
			}
		}
		if original == "" || original == value {
			return value
		}
		return value + ", made of " + original
	}
	q := &p.Project
	facts := []fact{
		{"id", q.ID}, {"name", q.Name}, {"type", from("assetType", q.AssetType, p.Detail.Type)},
		{"lifecycle", from("lifecycle", q.Lifecycle, p.Detail.Lifecycle)}, {"owner", q.Owner},
		{"repository", orNone(q.RepoURL)}, {"url", orNone(q.URL)}, {"tags", strings.Join(q.Tags, ", ")}, {"description", q.Description},
	}
	if p.OptOut {
		facts = append(facts, fact{"bulk", "its annotation keeps it out of bulk imports; marked by its number it goes"})
	}
	return facts
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}
