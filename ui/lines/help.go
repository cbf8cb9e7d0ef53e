package lines

import (
	"slices"
	"strings"

	"conviso-importer/ui/session"
)

func helpParts() []session.Facts {
	var parts []session.Facts
	all := commands()
	for _, group := range session.HelpGroups() {
		part := session.Facts{Title: group}
		for i := range all {
			if all[i].group == group {
				part.List = append(part.List, session.Fact{Name: all[i].shown, Value: all[i].text})
			}
		}
		parts = append(parts, part)
	}
	filters := session.FilterHelp()
	for i := range filters {
		filters[i].Name = "/" + filters[i].Name
	}
	return append(parts,
		reviewHelp(),
		session.Facts{Title: "Filter", List: filters},
		session.Facts{Title: "Rows", List: []session.Fact{
			{Value: "A row is its number, [x] where it is marked, its status, its name, owner and type"},
			{Value: "Numbers mean the rows as they were listed last"},
		}},
		session.Facts{Title: "Status words", List: session.StatusHelp()},
		session.Facts{Title: "Unattended", List: []session.Fact{{Name: "cron", Value: "auto-import runs while this is open; without it, let cron start " + session.Unattended}}})
}

func reviewHelp() session.Facts {
	return session.Facts{Title: "At a review", List: []session.Fact{
		{Name: "yes, or the number of entities", Value: "agree; the prompt says which of them it takes"},
		{Name: "no", Value: "go back; nothing is sent"},
		{Name: "l, l 1", Value: "list all that goes, or the entities of line 1"},
		{Name: "share", Value: "of entities that share a repository: one of each, all, none; those marked by hand all go"},
		{Name: "save", Value: "save the plan as a file that import --plan sends unchanged"},
		{Name: "command", Value: "write the command that does the same with nobody watching"},
	}}
}

// help writes the entries that contain all words of the text.
func (s *console) help(text string) {
	words := strings.Fields(strings.ToLower(text))
	found := false
	for _, part := range helpParts() {
		part.List = slices.DeleteFunc(part.List, func(f session.Fact) bool {
			line := strings.ToLower(f.Name + " " + f.Value)
			return slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(line, word) })
		})
		if len(part.List) > 0 {
			found = true
			s.facts([]session.Facts{part})
		}
	}
	if !found {
		s.write("Nothing in the help holds " + text + ".")
	}
}
