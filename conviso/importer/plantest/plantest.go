// Package plantest has a plan with every kind of finding, and the lines that every front end has to
// show of it, for tests. It must not know how a front end shows them.
package plantest

import (
	"time"

	"conviso-importer/catalog"
	"conviso-importer/catalog/repository"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/mapping"
	"conviso-importer/conviso/importer/sources"
)

// Plan returns a plan with every kind of finding that the engine makes.
func Plan() *importer.Plan {
	item := func(name string, change func(*importer.PlanItem)) importer.PlanItem {
		i := importer.PlanItem{Ref: catalog.NewRef("component", "", name),
			Project: conviso.Project{Name: name, Lifecycle: "production", AssetType: "api", RepoURL: "https://git.test/" + name}}
		change(&i)
		return i
	}
	lifecycle := func(from string) func(*importer.PlanItem) {
		return func(i *importer.PlanItem) {
			i.Defaults = []mapping.Default{{Field: "lifecycle", From: from, To: "production"}}
		}
	}
	return &importer.Plan{
		Version: importer.PlanVersion, Sharing: importer.ShareFirst,
		Items: []importer.PlanItem{
			item("plain", func(*importer.PlanItem) {}),
			item("beta-1", lifecycle("beta")), item("beta-2", lifecycle("beta")),
			item("pilot", lifecycle("pilot")), item("alpha", lifecycle("alpha")), item("gamma", lifecycle("gamma")),
			item("no-repository", func(i *importer.PlanItem) { i.Project.RepoURL = "" }),
			item("on-a-disk", func(i *importer.PlanItem) {
				i.Project.RepoURL, i.RepoFrom, i.RepoProblem = "", "backstage.io/source-location", repository.Local
			}),
			item("no-host", func(i *importer.PlanItem) {
				i.Project.RepoURL, i.RepoFrom, i.RepoProblem = "", "dev.azure.com/project-repo", repository.Incomplete
			}),
			item("odd-address", func(i *importer.PlanItem) {
				i.RepoFrom, i.RepoProblem = "conviso.com/repo-url", repository.NotUnderstood
			}),
			item("again", func(i *importer.PlanItem) { i.FailedBefore = "again: tags has invalid value" }),
			item("mapped", func(i *importer.PlanItem) {
				i.Overrides = []mapping.Override{{Field: "lifecycle", From: "beta", To: "homologation"}, {Field: "assetType", From: "lambda", To: "api"}}
			}),
			item("job", func(i *importer.PlanItem) {
				i.Defaults = []mapping.Default{{Field: "assetType", From: "job", To: "api"}}
			}),
			item("payments", func(i *importer.PlanItem) { i.Elsewhere = []sources.Asset{{ID: "7", Source: "GITHUB"}, {ID: "8"}} }),
			item("mislabelled", func(i *importer.PlanItem) { i.NoAsset = "99" }),
			item("private", func(i *importer.PlanItem) { i.OptOut = true }),
			item("left-over", func(i *importer.PlanItem) { i.Orphan = true }),
			item("mono-1", func(i *importer.PlanItem) {
				i.Project.RepoURL, i.SharesWith = "https://git.test/mono", "component:default/mono-2"
			}),
			item("twin", func(i *importer.PlanItem) { i.Clash = true }),
			item("late", func(i *importer.PlanItem) { i.TakenAt = time.Date(2026, 1, 2, 15, 4, 0, 0, time.UTC) }),
		},
		Skipped: skips(),
	}
}

// skips has an entity for every cause of being skipped.
func skips() []importer.PlanSkip {
	skip := func(name string, cause importer.Cause, state importer.State) importer.PlanSkip {
		return importer.PlanSkip{Ref: catalog.NewRef("component", "", name), Name: name, State: state, Cause: cause}
	}
	shared := skip("mono-2", importer.CauseShared, importer.New)
	shared.Repository = "https://git.test/mono.git"
	return []importer.PlanSkip{
		skip("done", importer.CauseStatus, importer.Imported),
		skip("waiting", importer.CauseStatus, importer.Queued),
		skip("taken", importer.CauseStatus, importer.Accepted),
		skip("over", importer.CauseLimit, importer.New),
		skip("clash", importer.CauseStatus, importer.Clash),
		skip("second", importer.CauseTwin, importer.Clash),
		skip("kept-out", importer.CauseOptOut, importer.New),
		skip("orphan", importer.CauseOrphan, importer.New),
		shared,
		skip("gone", importer.CauseGone, importer.Unknown),
		skip("elsewhere", importer.CauseKind, importer.Unknown),
		skip("unread", importer.CauseStatus, importer.Unknown),
	}
}

// Line is what a front end shows of one finding.
type Line struct {
	N          int
	Text, Note string
}

// Lines returns the findings of Plan in their order.
func Lines() []Line {
	return []Line{
		{1, "taken by Conviso before and never seen; sent again, they may be made twice", ""},
		{1, "shares a name; Conviso tells assets by name alone", ""},
		{1, "not merged: Conviso also has payments from GITHUB and another source", ""},
		{1, "names no asset of Conviso in conviso.com/asset-id", "99 1"},
		{2, "entities share 1 repository; one of each goes unless one is imported", ""},
		{1, "annotated to stay out of bulk imports, marked or named one by one", ""},
		{1, "orphan of the catalog, marked or named one by one", ""},
		{5, "lifecycle not in the map, sent as production", "beta 2, alpha 1, gamma 1, 1 more"},
		{1, "type not in the map, sent as api", "job 1"},
		{1, "mapped by your conviso.mapping", "lifecycle beta -> homologation 1, type lambda -> api 1"},
		{1, "failed before, tried again", "tags has invalid value 1"},
		{1, "whose repository URL is not understood, sent as it is", "conviso.com/repo-url 1"},
		{1, "without a repository URL: no host is named", "dev.azure.com/project-repo 1"},
		{1, "without a repository URL: it names a local path", "backstage.io/source-location 1"},
		{1, "without a repository URL", ""},
		{1, "skipped: covered by the same repository", ""},
		{1, "skipped: not in the catalog", ""},
		{1, "skipped: of a kind that was not read", ""},
		{1, "skipped: annotated to stay out of bulk imports", ""},
		{1, "skipped: orphan of the catalog", ""},
		{1, "skipped: same name", ""},
		{1, "skipped: status unknown", ""},
		{1, "skipped: another entity of the same name goes first", ""},
		{1, "skipped: over the limit of one run", ""},
		{2, "skipped: an import of them is under way", "accepted 1, queued 1"},
		{1, "skipped: imported already", ""},
	}
}
