package mapping

import (
	"slices"
	"strings"
	"testing"

	"conviso-importer/catalog"
	"conviso-importer/catalog/repository"
)

func annotated(name, value string) func(*catalog.Detail) {
	return func(d *catalog.Detail) { d.Annotations = map[string]string{name: value} }
}

// TestTrace protects what the details say of each value's source: it must be the very place
// that the mapping took the value from.
func TestTrace(t *testing.T) {
	beta := Tables{Lifecycle: map[string]string{" Beta ": "homologation"}, Type: map[string]string{"lambda": "client_server"}}
	for name, c := range map[string]struct {
		change  func(*catalog.Detail)
		mapping Tables
		field   string
		value   string
		want    Origin
	}{
		"id":   {field: "id", value: "Component:default/pay", want: Origin{Rule: FromPlace, From: "kind:namespace/name"}},
		"name": {field: "name", value: "pay", want: Origin{Rule: FromPlace, From: "metadata.name"}},
		"renamed": {change: func(d *catalog.Detail) { d.Name = "other" }, field: "name", value: "pay",
			want: Origin{Rule: FromPlace, From: "conviso.clashName"}},
		"known word": {change: func(d *catalog.Detail) { d.Lifecycle = "Staging" }, field: "lifecycle", value: "homologation",
			want: Origin{Rule: FromTable, From: "Staging"}},
		"unknown word": {change: func(d *catalog.Detail) { d.Lifecycle = "be\x1bta" }, field: "lifecycle", value: "production",
			want: Origin{Rule: FromDefault, From: "be\ufffdta"}},
		"own word": {change: func(d *catalog.Detail) { d.Lifecycle = "BETA" }, mapping: beta, field: "lifecycle", value: "homologation",
			want: Origin{Rule: FromOverride, From: "BETA"}},
		"own type": {change: func(d *catalog.Detail) { d.Type = "lambda" }, mapping: beta, field: "assetType", value: "client_server",
			want: Origin{Rule: FromOverride, From: "lambda"}},
		"no word": {change: func(d *catalog.Detail) { d.Lifecycle = "" }, field: "lifecycle", want: Origin{Rule: Absent, From: "no spec.lifecycle"}},
		"an api": {change: func(d *catalog.Detail) { d.Kind, d.Type = "API", "lambda" }, mapping: beta, field: "assetType", value: "api",
			want: Origin{Rule: FromTable, From: "kind API"}},
		"repository": {change: annotated(repository.Source, "url:https://git.test/pay/tree/main/"),
			field: "repoUrl", value: "https://git.test/pay", want: Origin{Rule: FromPlace, From: repository.Source}},
		"own repository": {change: annotated(repository.Own, "https://git.test/pay"),
			field: "repoUrl", value: "https://git.test/pay", want: Origin{Rule: FromPlace, From: repository.Own}},
		"slug": {change: annotated("github.com/project-slug", "acme/x"),
			field: "repoUrl", value: "https://github.com/acme/x", want: Origin{Rule: FromPlace, From: "github.com/project-slug"}},
		"a path on a disk": {change: annotated(repository.Source, "file:/srv/catalog/"),
			field: "repoUrl", want: Origin{Rule: Absent, From: "backstage.io/source-location is a local path, which is no repository"}},
		"no host": {change: annotated("dev.azure.com/project-repo", "pay/pay"),
			field: "repoUrl", want: Origin{Rule: Absent, From: "dev.azure.com/project-repo is without the name of a host"}},
		"no address": {change: annotated(repository.Source, "url:the wiki"),
			field: "repoUrl", value: "the wiki", want: Origin{Rule: FromPlace, From: "backstage.io/source-location, not understood, sent as it is"}},
		"no repository": {field: "repoUrl", want: Origin{Rule: Absent, From: "no backstage.io/source-location, no project slug"}},
		"a link to a disk": {change: func(d *catalog.Detail) {
			d.Links = []catalog.Link{{URL: "file:///home/jane/site", Title: "site"}}
			d.Annotations = map[string]string{View: "file:/home/jane"}
		},
			field: "url", want: Origin{Rule: Absent, From: "no link, no backstage.io/view-url"}},
		"live link": {change: func(d *catalog.Detail) {
			d.Links = []catalog.Link{{URL: "https://wiki"}, {URL: "https://live", Title: "Home\x1bpage"}}
		},
			field: "url", value: "https://live", want: Origin{Rule: FromPlace, From: "link \"Home\ufffdpage\""}},
		"link without a title": {change: func(d *catalog.Detail) {
			d.Links = []catalog.Link{{URL: "ssh://a", Title: "Shell"}, {URL: "https://wiki"}}
		},
			field: "url", value: "https://wiki", want: Origin{Rule: FromPlace, From: "its first link, which has no title"}},
		"view": {change: func(d *catalog.Detail) { d.Annotations = map[string]string{View: "https://view"} },
			field: "url", value: "https://view", want: Origin{Rule: FromPlace, From: View}},
		"no url":  {field: "url", want: Origin{Rule: Absent, From: "no link, no backstage.io/view-url"}},
		"no tags": {field: "tags", want: Origin{Rule: Absent, From: "no metadata.tags"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := component("pay")
			if c.change != nil {
				c.change(&d)
			}
			got := c.mapping.Trace(d, "pay")
			values := map[string]string{"id": got.Project.ID, "name": got.Project.Name, "lifecycle": got.Project.Lifecycle,
				"assetType": got.Project.AssetType, "repoUrl": got.Project.RepoURL, "url": got.Project.URL, "owner": got.Project.Owner,
				"description": got.Project.Description, "tags": strings.Join(got.Project.Tags, "")}
			c.want.Field = c.field
			if !slices.Contains(got.Origins, c.want) || values[c.field] != c.value {
				t.Errorf("%s is %q, want %q from %+v among %+v", c.field, values[c.field], c.value, c.want, got.Origins)
			}
			seen := map[string]bool{}
			for _, o := range got.Origins {
				if seen[o.Field] || (o.Rule == Absent) != (values[o.Field] == "") {
					t.Errorf("%s is %q and comes from %+v", o.Field, values[o.Field], o)
				}
				seen[o.Field] = true
			}
			if len(seen) != len(values) {
				t.Errorf("%d fields have an origin, want %d", len(seen), len(values))
			}
		})
	}
}

func component(name string) catalog.Detail {
	return catalog.Detail{Entity: catalog.Entity{Kind: "Component", Namespace: "default", Name: name,
		Owner: "team-a", Type: "service", Lifecycle: "production"}}
}
