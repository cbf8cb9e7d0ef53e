package importer

import (
	"strings"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
)

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
