package status

import (
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
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
		items  []queue.Item
		want   [3]queue.State
	}{
		"assets never read":       {nil, nil, [3]queue.State{queue.Unknown, queue.Unknown, queue.Unknown}},
		"no assets":               {assets(true), nil, [3]queue.State{queue.New, queue.New, queue.New}},
		"partial read":            {assets(false, "1", " PAY "), nil, [3]queue.State{queue.Imported, queue.Unknown, queue.Unknown}},
		"by name":                 {assets(true, "1", "Pay"), nil, [3]queue.State{queue.Imported, queue.New, queue.New}},
		"one asset, two entities": {assets(true, "1", "twin"), nil, [3]queue.State{queue.New, queue.Clash, queue.Clash}},
		"read back for one": {assets(true, "1", "twin"), []queue.Item{{Ref: twinA, State: queue.Imported, AssetID: "1"}},
			[3]queue.State{queue.New, queue.Imported, queue.Clash}},
		"the asset is not listed any more": {assets(true), []queue.Item{{Ref: pay, State: queue.Imported, AssetID: "1", CheckedAt: read.Add(-time.Hour)}},
			[3]queue.State{queue.Unknown, queue.New, queue.New}},
		"read before it was seen": {assets(true), []queue.Item{{Ref: pay, State: queue.Imported, AssetID: "1", CheckedAt: read.Add(time.Hour)}},
			[3]queue.State{queue.Imported, queue.New, queue.New}},
		"on its way": {nil, []queue.Item{{Ref: pay, State: queue.Retrying}}, [3]queue.State{queue.Retrying, queue.Unknown, queue.Unknown}},
		"failed":     {assets(true), []queue.Item{{Ref: pay, State: queue.Failed}}, [3]queue.State{queue.Failed, queue.New, queue.New}},
	} {
		t.Run(name, func(t *testing.T) {
			s := Resolve(snap, c.assets, queue.ByRef(c.items), Namer{})
			for row, want := range c.want {
				if got := s.At(row); got.State != want {
					t.Errorf("row %d is %s (%s), want %s", row, got.State, got.Reason, want)
				}
			}
		})
	}
	if got := (*Statuses)(nil).At(0).State; got != queue.Unknown {
		t.Errorf("without statuses a row is %s", got)
	}
}
