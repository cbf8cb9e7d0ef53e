package importer

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/catalog/repository"
	"conviso-importer/conviso"
)

// TestMapping protects what is sent for an entity, and that no default is chosen silently.
func TestMapping(t *testing.T) {
	for name, c := range map[string]struct {
		change   func(*catalog.Detail)
		mapping  Mapping
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
		"own lifecycle": {change: func(d *catalog.Detail) { d.Lifecycle = "Beta" }, mapping: Mapping{Lifecycle: map[string]string{"beta": "certification"}},
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
		"view url": {change: func(d *catalog.Detail) { d.Annotations = map[string]string{annotationView: "https://view"} },
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

// TestResolve protects the status words: what is not known is never new, and one asset never
// marks two entities.
func TestResolve(t *testing.T) {
	read := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	assets := func(complete bool, pairs ...string) *conviso.AssetSet {
		var list []conviso.Asset
		for i := 0; i < len(pairs); i += 2 {
			list = append(list, conviso.Asset{ID: pairs[i], Name: pairs[i+1]})
		}
		return conviso.NewAssetSet(list, read, complete)
	}
	pay, twinA, twinB := catalog.Ref("component:default/pay"), catalog.Ref("component:default/twin"), catalog.Ref("component:legacy/twin")
	snap := catalog.NewSnapshot([]catalog.Entity{
		{Ref: pay, Name: "pay"}, {Ref: twinA, Name: "twin"}, {Ref: twinB, Name: "Twin"}}, read, 3, true)
	for name, c := range map[string]struct {
		assets *conviso.AssetSet
		items  []Item
		want   [3]State
	}{
		"assets never read":       {nil, nil, [3]State{Unknown, Unknown, Unknown}},
		"no assets":               {assets(true), nil, [3]State{New, New, New}},
		"partial read":            {assets(false, "1", " PAY "), nil, [3]State{Imported, Unknown, Unknown}},
		"by name":                 {assets(true, "1", "Pay"), nil, [3]State{Imported, New, New}},
		"one asset, two entities": {assets(true, "1", "twin"), nil, [3]State{New, Clash, Clash}},
		"read back for one": {assets(true, "1", "twin"), []Item{{Ref: twinA, State: Imported, AssetID: "1"}},
			[3]State{New, Imported, Clash}},
		"the asset is not listed any more": {assets(true), []Item{{Ref: pay, State: Imported, AssetID: "1", CheckedAt: read.Add(-time.Hour)}},
			[3]State{Unknown, New, New}},
		"read before it was seen": {assets(true), []Item{{Ref: pay, State: Imported, AssetID: "1", CheckedAt: read.Add(time.Hour)}},
			[3]State{Imported, New, New}},
		"on its way": {nil, []Item{{Ref: pay, State: Retrying}}, [3]State{Retrying, Unknown, Unknown}},
		"failed":     {assets(true), []Item{{Ref: pay, State: Failed}}, [3]State{Failed, New, New}},
	} {
		t.Run(name, func(t *testing.T) {
			s := Resolve(snap, c.assets, ByRef(c.items), Namer{})
			for row, want := range c.want {
				if got := s.At(row); got.State != want {
					t.Errorf("row %d is %s (%s), want %s", row, got.State, got.Reason, want)
				}
			}
		})
	}
	if got := (*Statuses)(nil).At(0).State; got != Unknown {
		t.Errorf("without statuses a row is %s", got)
	}
}

// TestAttribute protects items from being blamed for another one's failure.
func TestAttribute(t *testing.T) {
	var items []Item
	for _, name := range []string{"pay", "pay-v2", "ledger", "pay.v3", "a", "default"} {
		items = append(items, Item{Project: conviso.Project{ID: "Component:default/" + name, Name: name}})
	}
	for name, c := range map[string]struct {
		said []string
		want map[int]string
	}{
		"by name":         {[]string{"ledger: refused"}, map[int]string{2: "ledger: refused"}},
		"the longer one":  {[]string{"pay-v2: refused"}, map[int]string{1: "pay-v2: refused"}},
		"by id":           {[]string{"Component:default/pay is bad"}, map[int]string{0: "Component:default/pay is bad"}},
		"two":             {[]string{"pay and ledger are bad"}, map[int]string{}},
		"two, one longer": {[]string{"pay-v2 and pay: refused"}, map[int]string{}},
		"a part of one":   {[]string{"pay.v3: refused"}, map[int]string{3: "pay.v3: refused"}},
		"a short one":     {[]string{"Name a is taken"}, map[int]string{4: "Name a is taken"}},
		"twice":           {[]string{"pay: pay is bad"}, map[int]string{0: "pay: pay is bad"}},
		"part of a word":  {[]string{"payment failed"}, map[int]string{}},
		"nobody":          {[]string{"something broke"}, map[int]string{}},
		"nothing":         {nil, map[int]string{}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := attribute(items, c.said); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// TestUnattributedAnswer protects against guessing: an answer that counts without naming
// leaves its items open.
func TestUnattributedAnswer(t *testing.T) {
	pair := func() []Item {
		return []Item{{Project: conviso.Project{Name: "a"}}, {Project: conviso.Project{Name: "b"}}}
	}
	for name, c := range map[string]struct {
		result conviso.ImportResult
		want   State
		doubt  bool
	}{
		"all":                 {conviso.ImportResult{Success: true, ImportedCount: 2}, Accepted, false},
		"more than were sent": {conviso.ImportResult{Success: true, ImportedCount: 9}, Accepted, false},
		"some, unnamed":       {conviso.ImportResult{Success: true, ImportedCount: 1, Errors: []string{"one was bad"}}, Accepted, true},
		"none, with success":  {conviso.ImportResult{Success: true}, Accepted, true},
		"a negative number":   {conviso.ImportResult{Success: true, ImportedCount: -3}, Accepted, true},
		"none":                {conviso.ImportResult{Errors: []string{"not today"}}, Failed, false},
	} {
		t.Run(name, func(t *testing.T) {
			out := sent{batch: batch{items: pair()}, result: c.result}
			answered(out)
			for i := range out.items {
				if got := out.items[i]; got.State != c.want || strings.HasPrefix(got.Error, uncertainPrefix) != c.doubt {
					t.Errorf("%s is %s: %q", got.Project.Name, got.State, got.Error)
				}
			}
		})
	}
}
