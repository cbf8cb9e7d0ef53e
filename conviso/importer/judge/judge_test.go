package judge

import (
	"strings"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
)

// TestGoes checks which statuses anybody may send, which only who has agreed to them, and which nobody.
func TestGoes(t *testing.T) {
	all := queue.Agreed{Clash: true, Gone: true, Late: true, Shared: true, Held: true}
	for state, want := range map[queue.State]struct {
		agreed queue.Agreed // what it takes
		never  bool
	}{
		queue.New: {}, queue.Failed: {}, queue.Clash: {agreed: queue.Agreed{Clash: true}}, queue.Gone: {agreed: queue.Agreed{Gone: true}},
		queue.Accepted: {agreed: queue.Agreed{Late: true}}, queue.Imported: {never: true}, queue.Queued: {never: true},
		queue.Sending: {never: true}, queue.Retrying: {never: true}, queue.Unknown: {never: true}, queue.Skipped: {never: true},
	} {
		free := !want.agreed.Clash && !want.agreed.Gone && !want.agreed.Late && !want.never
		if Goes(state, all) == want.never || Goes(state, want.agreed) == want.never || Goes(state, queue.Agreed{Shared: true, Held: true}) != free {
			t.Errorf("%s: with all %t, with what it takes %t", state, Goes(state, all), Goes(state, want.agreed))
		}
	}
}

// TestWaiting checks what becomes of an item by what has appeared since it was queued.
func TestWaiting(t *testing.T) {
	asset := func(id, name string) conviso.Asset { return conviso.Asset{ID: id, Name: name} }
	before := conviso.NewAssetSet([]conviso.Asset{asset("7", "pay"), asset("11", "Pay"), asset("9", "web")}, time.Now(), true)
	since := conviso.NewAssetSet([]conviso.Asset{asset("9", "web"), asset("12", "pay")}, time.Now(), false)
	lists := Lists{before, since}
	for name, c := range map[string]struct {
		item   queue.Item
		owned  string
		want   queue.State
		id     string
		reason string
	}{
		"nothing new":                {queue.Item{Baseline: []string{"7", "11", "12"}}, "", queue.Sending, "", ""},
		"its own":                    {queue.Item{Baseline: []string{"11", "12"}}, "", queue.Imported, "7", ""},
		"the oldest of two":          {queue.Item{Baseline: []string{"7"}}, "", queue.Imported, "11", ""},
		"another one's":              {queue.Item{Baseline: []string{"7", "11"}}, "12", queue.Skipped, "", "asset 12 has its name by now and belongs to b"},
		"of a shared name":           {queue.Item{Strict: true, Baseline: []string{"7"}}, "", queue.Skipped, "", "asset 11 has its name by now, and other entities share the name"},
		"agreed to":                  {queue.Item{Strict: true, Agreed: queue.Agreed{Clash: true}}, "", queue.Sending, "", ""},
		"agreed to another's":        {queue.Item{Strict: true, Agreed: queue.Agreed{Clash: true}}, "7", queue.Sending, "", ""},
		"covered":                    {queue.Item{Baseline: []string{"7", "11", "12"}, Agreed: queue.Agreed{Sharers: []string{"api", "web"}}}, "", queue.Skipped, "", "since web is imported"},
		"sharing was agreed to":      {queue.Item{Baseline: []string{"7", "11", "12"}, Agreed: queue.Agreed{Shared: true, Sharers: []string{"web"}}}, "", queue.Sending, "", ""},
		"a sharer that is not there": {queue.Item{Baseline: []string{"7", "11", "12"}, Agreed: queue.Agreed{Sharers: []string{"api"}}}, "", queue.Sending, "", ""},
	} {
		c.item.State, c.item.Project.Name = queue.Sending, "PAY"
		appeared := Appeared(&c.item, lists.Named(c.item.Key()), func(string) bool { return false })
		state, id, reason := Waiting(&c.item, appeared, lists, func(id string) (catalog.Ref, bool) { return "b", id == c.owned })
		if state != c.want || id != c.id || !strings.Contains(reason, c.reason) || c.reason == "" && reason != "" {
			t.Errorf("%s: %s %s, %q", name, state, id, reason)
		}
	}
}
