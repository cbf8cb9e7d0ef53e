package mapping

import (
	"reflect"
	"testing"

	"conviso-importer/catalog"
	"conviso-importer/catalog/repository"
	"conviso-importer/conviso"
)

// TestMapping protects what is sent for an entity, and that no default is chosen silently.
func TestMapping(t *testing.T) {
	for name, c := range map[string]struct {
		change   func(*catalog.Detail)
		mapping  Tables
		check    func(conviso.Project) string
		want     string
		defaults []Default
	}{
		"id keeps the kind's case": {check: func(p conviso.Project) string { return p.ID }, want: "Component:default/pay"},
		"known lifecycle": {change: func(d *catalog.Detail) { d.Lifecycle = "Staging" },
			check: func(p conviso.Project) string { return p.Lifecycle }, want: "homologation"},
		"unknown lifecycle": {change: func(d *catalog.Detail) { d.Lifecycle = "beta" },
			check: func(p conviso.Project) string { return p.Lifecycle }, want: "production",
			defaults: []Default{{Field: "lifecycle", From: "beta", To: "production"}}},
		"own lifecycle": {change: func(d *catalog.Detail) { d.Lifecycle = "Beta" }, mapping: Tables{Lifecycle: map[string]string{"beta": "certification"}},
			check: func(p conviso.Project) string { return p.Lifecycle }, want: "certification"},
		"absent lifecycle": {change: func(d *catalog.Detail) { d.Lifecycle = "" },
			check: func(p conviso.Project) string { return p.Lifecycle }, want: ""},
		"unknown type": {change: func(d *catalog.Detail) { d.Type = "lambda" },
			check: func(p conviso.Project) string { return p.AssetType }, want: "api",
			defaults: []Default{{Field: "assetType", From: "lambda", To: "api"}}},
		"library": {change: func(d *catalog.Detail) { d.Type = "library" },
			check: func(p conviso.Project) string { return p.AssetType }, want: "client_server"},
		"an api is an api": {change: func(d *catalog.Detail) { d.Kind, d.Type = "API", "openapi" },
			check: func(p conviso.Project) string { return p.AssetType }, want: "api"},
		"a system has no type": {change: func(d *catalog.Detail) { d.Kind, d.Type = "System", "" },
			check: func(p conviso.Project) string { return p.AssetType }, want: "none"},
		"repository without prefix": {change: func(d *catalog.Detail) {
			d.Annotations = map[string]string{repository.Source: "url:https://git.example/acme/x/tree/main/"}
		}, check: func(p conviso.Project) string { return p.RepoURL }, want: "https://git.example/acme/x"},
		"repository by slug": {change: func(d *catalog.Detail) { d.Annotations = map[string]string{"github.com/project-slug": "acme/x"} },
			check: func(p conviso.Project) string { return p.RepoURL }, want: "https://github.com/acme/x"},
		"live link": {change: func(d *catalog.Detail) {
			d.Links = []catalog.Link{{URL: "https://wiki"}, {URL: "https://live", Title: "The Homepage"}}
		}, check: func(p conviso.Project) string { return p.URL }, want: "https://live"},
		"first http link": {change: func(d *catalog.Detail) { d.Links = []catalog.Link{{URL: "ssh://x"}, {URL: "https://wiki"}} },
			check: func(p conviso.Project) string { return p.URL }, want: "https://wiki"},
		"first link of any scheme": {change: func(d *catalog.Detail) { d.Links = []catalog.Link{{URL: "ssh://x"}} },
			check: func(p conviso.Project) string { return p.URL }, want: "ssh://x"},
		"view url": {change: func(d *catalog.Detail) { d.Annotations = map[string]string{View: "https://view"} },
			check: func(p conviso.Project) string { return p.URL }, want: "https://view"},
		"raw text is sent as it is": {change: func(d *catalog.Detail) { d.Description = "a\tb" },
			check: func(p conviso.Project) string { return p.Description }, want: "a\tb"},
	} {
		t.Run(name, func(t *testing.T) {
			d := component("pay")
			if c.change != nil {
				c.change(&d)
			}
			p, defaults := c.mapping.Project(d, d.Name)
			if got := c.check(p); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if !reflect.DeepEqual(defaults, c.defaults) {
				t.Errorf("defaults are %v, want %v", defaults, c.defaults)
			}
			if p.Tags == nil {
				t.Error("absent tags must be an empty list")
			}
		})
	}
}
