package session

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/status"
)

// TestLeft: late items are reported separately from unfinished ones.
func TestLeft(t *testing.T) {
	unsent := importer.Item{Ref: ref("a"), State: importer.Queued, AddedAt: epoch.Add(-time.Hour)}
	unseen := importer.Item{Ref: ref("b"), State: importer.Accepted, AddedAt: epoch.Add(-2 * time.Hour), SentAt: epoch.Add(-time.Minute)}
	late := importer.Item{Ref: ref("c"), State: importer.Accepted, AddedAt: epoch.Add(-3 * time.Hour), SentAt: epoch.Add(-30 * time.Hour)}
	later := importer.Item{Ref: ref("d"), State: importer.Accepted, AddedAt: epoch.Add(-3 * time.Hour), SentAt: epoch.Add(-20 * time.Minute)}
	failed, done := item("e", 1, importer.Failed), item("f", 1, importer.Imported)
	for _, tt := range []struct {
		items       []importer.Item
		n           int
		words, late string
	}{
		{[]importer.Item{failed, done}, 0, "", ""},
		{[]importer.Item{unsent, done}, 1, "1 entity not sent.", ""},
		{[]importer.Item{unseen}, 1, "1 entity sent but not verified.", ""},
		{[]importer.Item{later}, 0, "", "1 entity was taken by Conviso at 06:20 and has not appeared; look for it there. conviso-importer import REF sends it again."},
		{[]importer.Item{unsent, unseen, later, late, failed}, 2, "1 not sent, 1 not verified.",
			"2 entities were taken by Conviso, the first at 2026-07-23 00:40, and have not appeared; look for them there. conviso-importer import REF sends one again."},
	} {
		l := leftOf(tt.items...)
		if l.Unfinished() != tt.n || (tt.n > 0 && l.Words() != tt.words) || l.LateWords(epoch) != tt.late {
			t.Errorf("%d left: %q, late %q", l.Unfinished(), l.Words(), l.LateWords(epoch))
		}
	}
	l := leftOf(unsent, unseen, late, failed)
	if l.Failed != 1 || !l.Since.Equal(unseen.AddedAt) {
		t.Errorf("%d failed, unfinished since %s", l.Failed, l.Since)
	}
}

// TestFarewell: figures, the first failures, the command to resume, and late items without it.
func TestFarewell(t *testing.T) {
	var j Job
	l := Left{importer.Unsettled{Late: 1, LateSince: epoch}}
	if got := Farewell(epoch, &j, Left{}, false); got != "" {
		t.Errorf("it says %q of nothing", got)
	}
	if got := Farewell(epoch, &j, l, false); !strings.HasPrefix(got, "1 entity was taken") || strings.Contains(got, "resume") {
		t.Errorf("of what is late it says %q", got)
	}
	if got := Farewell(epoch, &j, Left{importer.Unsettled{Unsent: 2, Late: 1}}, true); got != "" {
		t.Errorf("the demo says %q", got)
	}
	var items []importer.Item
	for i := range 8 {
		bad := item(fmt.Sprint(i), int64(i), importer.Failed)
		bad.Error = "no"
		items = append(items, bad)
	}
	var plan importer.Plan
	for i := range items {
		plan.Items = append(plan.Items, importer.PlanItem{Ref: items[i].Ref})
	}
	j.Begin(epoch, &plan, queueOf(items[:7]...))
	got := Farewell(epoch, &j, Left{importer.Unsettled{Unsent: 1}}, false)
	for _, want := range []string{"0 imported, 7 failed, 1 not settled.\n", "  component:default/4: no\n  and 2 more\n", "1 entity not sent. The queue keeps them; go on with: conviso-importer resume\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
}

func leftOf(items ...importer.Item) Left {
	return Left{status.UnsettledOf(slices.Values(items), epoch)}
}
