package importer

import (
	"cmp"
	"strings"

	"conviso-importer/catalog/repository"
	"conviso-importer/conviso/importer/mapping"
	"conviso-importer/internal/safetext"
	"conviso-importer/internal/text"
)

// RepoOrigin is where the item's repository came from; false for a plan that does not say.
func (i *PlanItem) RepoOrigin() (mapping.Origin, bool) {
	return mapping.RepoOrigin(repository.Address{URL: i.Project.RepoURL, From: i.RepoFrom, Problem: i.RepoProblem}), i.RepoFrom != ""
}

// RepoText is the item's repository and where it came from, in one safe line; "-" for none.
func (i *PlanItem) RepoText() string {
	address := cmp.Or(safetext.Line(i.Project.RepoURL), "-")
	o, known := i.RepoOrigin()
	switch {
	case !known:
		return address
	case o.Rule == mapping.Absent:
		return address + " (" + safetext.Line(o.From) + ")"
	}
	return address + " from " + safetext.Line(o.From)
}

// repository adds what is unusual about the item's repository.
func (f *findings) repository(item *PlanItem, note string) {
	form := Finding{Kind: FindingNoRepository, Field: string(item.RepoProblem)}
	switch {
	case item.RepoProblem == repository.NotUnderstood:
		form.Kind = FindingRepository
	case item.Project.RepoURL != "":
		return
	}
	entry := FindingEntry{Ref: item.Ref, Note: note}
	if item.RepoFrom != "" {
		entry.Values = []string{item.RepoFrom}
	}
	f.add(form, entry)
}

func (f *Finding) repositoryText() string {
	switch repository.Problem(f.Field) {
	case repository.Local:
		return "without a repository URL: " + text.Plural(len(f.Entries), "it names", "they name") + " a local path"
	case repository.Incomplete:
		return "without a repository URL: no host is named"
	case repository.NotUnderstood:
		return "whose repository URL is not understood, sent as it is"
	case repository.None:
	}
	return "without a repository URL"
}

// repoNote is the note on an unusual repository, or empty.
func (i *PlanItem) repoNote() string {
	if i.RepoProblem == repository.None {
		return ""
	}
	return strings.TrimSpace(safetext.Line(i.RepoFrom + " is " + string(i.RepoProblem)))
}
