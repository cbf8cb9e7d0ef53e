package importer

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/internal/safetext"
)

// ByRef indexes items by their refs.
func ByRef(items []Item) map[catalog.Ref]Item {
	byRef := make(map[catalog.Ref]Item, len(items))
	for i := range items {
		byRef[items[i].Ref] = items[i]
	}
	return byRef
}

// SafeProject returns a project with strings that may be shown.
func SafeProject(p conviso.Project) conviso.Project {
	tags := make([]string, len(p.Tags))
	for i := range p.Tags {
		tags[i] = safetext.Line(p.Tags[i])
	}
	return conviso.Project{
		ID: safetext.Line(p.ID), Name: safetext.Line(p.Name), Description: safetext.Block(p.Description),
		URL: safetext.Line(p.URL), RepoURL: safetext.Line(p.RepoURL), Lifecycle: safetext.Line(p.Lifecycle),
		Tags: tags, Owner: safetext.Line(p.Owner), AssetType: safetext.Line(p.AssetType),
	}
}

// Summary is what is unusual about a plan, each with the refs that it is about.
type Summary struct {
	// Lifecycles and Types are sent as the table's default; the maps count the words.
	Lifecycles, Types         []catalog.Ref
	LifecycleWords, TypeWords map[string]int
	// Overridden have values that the user's own tables decided; the map counts them.
	Overridden    []catalog.Ref
	OverrideWords map[string]int
	// OptedOut are annotated to stay out of bulk imports and go because they were named.
	OptedOut []catalog.Ref
	// Clashes share a name with another entity or with an asset that exists.
	Clashes []catalog.Ref
	// FailedBefore are tried again.
	FailedBefore []catalog.Ref
	// NoRepository have no repository URL.
	NoRepository []catalog.Ref
	// Imported, Pending and Left are skipped: imported already, on their way, and clashing
	// or otherwise left out.
	Imported, Pending, Left []catalog.Ref
}

// Summary collects what is unusual about a plan.
func (p *Plan) Summary() Summary {
	s := Summary{LifecycleWords: map[string]int{}, TypeWords: map[string]int{}, OverrideWords: map[string]int{}}
	for i := range p.Items {
		item := &p.Items[i]
		for _, d := range item.Defaults {
			if d.Field == "lifecycle" {
				s.Lifecycles = append(s.Lifecycles, item.Ref)
				s.LifecycleWords[d.From]++
			} else {
				s.Types = append(s.Types, item.Ref)
				s.TypeWords[d.From]++
			}
		}
		if len(item.Overrides) > 0 {
			s.Overridden = append(s.Overridden, item.Ref)
		}
		for _, o := range item.Overrides {
			s.OverrideWords[o.words("->")]++
		}
		if item.OptOut {
			s.OptedOut = append(s.OptedOut, item.Ref)
		}
		if item.Clash {
			s.Clashes = append(s.Clashes, item.Ref)
		}
		if item.FailedBefore != "" {
			s.FailedBefore = append(s.FailedBefore, item.Ref)
		}
		if item.Project.RepoURL == "" {
			s.NoRepository = append(s.NoRepository, item.Ref)
		}
	}
	for _, skip := range p.Skipped {
		switch {
		case skip.State == Imported:
			s.Imported = append(s.Imported, skip.Ref)
		case skip.State.Pending():
			s.Pending = append(s.Pending, skip.Ref)
		default:
			s.Left = append(s.Left, skip.Ref)
		}
	}
	return s
}

// Group is what is unusual in one way, and what it is about.
type Group struct {
	Text string
	Refs []catalog.Ref
}

// Groups says what is unusual, a group each, nothing for what is not there.
func (s *Summary) Groups() []Group {
	return slices.DeleteFunc([]Group{
		{"lifecycle not in the map, sent as " + defaultLifecycle + " (" + Words(s.LifecycleWords) + ")", s.Lifecycles},
		{"type not in the map, sent as " + defaultAssetType + " (" + Words(s.TypeWords) + ")", s.Types},
		{"by your conviso.mapping (" + Words(s.OverrideWords) + ")", s.Overridden},
		{"annotated " + annotationImport + `: "false"` + " and sent because they were named", s.OptedOut},
		{"share a name with another entity or an existing asset", s.Clashes},
		{"failed before, tried again", s.FailedBefore},
		{"without a repository URL", s.NoRepository},
		{"imported already, skipped", s.Imported},
		{"on their way already", s.Pending},
		{"left out: clashing, gone or annotated", s.Left},
	}, func(g Group) bool { return len(g.Refs) == 0 })
}

// Lines says what is unusual, one sentence each, nothing for what is not there.
func (s *Summary) Lines() []string {
	groups := s.Groups()
	lines := make([]string, 0, len(groups))
	for _, g := range groups {
		lines = append(lines, fmt.Sprintf("%d %s", len(g.Refs), g.Text))
	}
	return lines
}

// Words counts words in one line, the most frequent first: "beta 4, pilot 3".
func Words(counts map[string]int) string {
	words := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return strings.Compare(a, b)
	})
	for i, word := range words {
		words[i] = fmt.Sprintf("%s %d", word, counts[word])
	}
	return strings.Join(words, ", ")
}
