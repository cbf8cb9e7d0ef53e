package importer

import (
	"cmp"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/catalog/repository"
	"conviso-importer/internal/safetext"
	"conviso-importer/internal/text"
)

// repositoryOf returns the repository that an entity's annotations name.
func repositoryOf(d catalog.Detail) repository.Address {
	return repository.Of(func(name string) string { return d.Annotations[name] })
}

// repoOrigin is the origin of an address.
func repoOrigin(a repository.Address) Origin {
	o := Origin{Field: "repoUrl", Rule: FromPlace, From: a.From}
	switch {
	case a.From == "":
		o.Rule, o.From = Absent, "no "+repository.Source+", no project slug"
	case a.URL == "":
		o.Rule, o.From = Absent, a.From+" is "+string(a.Problem)
	case a.Problem != repository.None:
		o.From += ", " + string(a.Problem)
	}
	return o
}

// RepoOrigin is where the item's repository came from; false for a plan that does not say.
func (i *PlanItem) RepoOrigin() (Origin, bool) {
	return repoOrigin(repository.Address{URL: i.Project.RepoURL, From: i.RepoFrom, Problem: i.RepoProblem}), i.RepoFrom != ""
}

// RepoText is the item's repository and where it came from, in one safe line; "-" for none.
func (i *PlanItem) RepoText() string {
	address := cmp.Or(safetext.Line(i.Project.RepoURL), "-")
	o, known := i.RepoOrigin()
	switch {
	case !known:
		return address
	case o.Rule == Absent:
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
