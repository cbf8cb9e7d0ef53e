package importer

import (
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/status"
)

func jobRef(name string) catalog.Ref { return catalog.NewRef("component", "", name) }

func queuedItem(name string, state State) Item {
	return Item{Ref: jobRef(name), Project: conviso.Project{Name: name}, State: state}
}

// TestJobCounts protects the figures that commands and both front ends print: what a plan sends
// and skips, what is on its way already, and that they add up after every change.
func TestJobCounts(t *testing.T) {
	j := NewJob(time.Now())
	j.AddPlan(&Plan{
		Items: []PlanItem{{Ref: jobRef("a")}, {Ref: jobRef("b")}, {Ref: jobRef("c")}},
		Skipped: []PlanSkip{
			{Ref: jobRef("done"), State: Imported}, {Ref: jobRef("twin"), State: Clash, Reason: "another goes first"},
			{Ref: jobRef("going"), State: Queued},
		},
	})
	check := func(step string, want JobCounts, first int) {
		t.Helper()
		got := j.Counts()
		if got != want {
			t.Errorf("%s: %+v, want %+v", step, got, want)
		}
		if got.Requested != got.Skipped+got.Verified+got.Failed+got.Pending || got.Requested != j.Len() {
			t.Errorf("%s: the figures do not add up: %+v", step, got)
		}
		if j.First() != first {
			t.Errorf("%s: the first pending item is %d, want %d", step, j.First(), first)
		}
	}
	check("planned", JobCounts{Requested: 6, Skipped: 2, Pending: 4}, 0)
	if item, _ := j.Item(jobRef("twin")); item.State != Skipped || item.Error != "clash (another goes first)" {
		t.Errorf("the twin is %+v", item)
	}
	j.Update([]Item{queuedItem("a", Imported), queuedItem("b", Accepted), queuedItem("done", Failed), queuedItem("stranger", Queued)})
	check("one in, one taken", JobCounts{Requested: 6, Skipped: 2, Verified: 1, Pending: 3, Accepted: 1}, 1)
	j.Update([]Item{queuedItem("a", Retrying)})
	check("one goes again", JobCounts{Requested: 6, Skipped: 2, Pending: 4, Accepted: 1}, 0)
	again := queuedItem("a", Imported)
	again.Error = "a second asset"
	j.Update([]Item{again, queuedItem("b", Imported), queuedItem("c", Failed), queuedItem("going", Imported)})
	check("over", JobCounts{Requested: 6, Skipped: 2, Verified: 3, Failed: 1, Doubled: 1}, 6)
	j.FailedFirst()
	if j.At(0).Ref != jobRef("c") || len(j.Failed()) != 1 {
		t.Errorf("first is %s, failed %v", j.At(0).Ref, j.Failed())
	}
	check("failed first", JobCounts{Requested: 6, Skipped: 2, Verified: 3, Failed: 1, Doubled: 1}, 6)
}

// TestJobSettled protects both ways of waiting: until everything was read back, and until the
// platform has taken it.
func TestJobSettled(t *testing.T) {
	now := time.Now()
	taken, late := queuedItem("taken", Accepted), queuedItem("late", Accepted)
	taken.SentAt, late.SentAt = now, now.Add(-time.Hour)
	for name, c := range map[string]struct {
		items               []Item
		settled, toAccepted bool
	}{
		"nothing":       {nil, true, true},
		"queued":        {[]Item{queuedItem("a", Queued)}, false, false},
		"accepted":      {[]Item{taken}, false, true},
		"imported":      {[]Item{queuedItem("a", Imported)}, true, true},
		"late and done": {[]Item{late, queuedItem("a", Imported)}, true, true},
		"late and not":  {[]Item{late, queuedItem("a", Sending)}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			j := NewJob(now)
			for _, item := range c.items {
				if !item.Late(now) {
					item.State = Queued
				}
				j.AddPending([]Item{item}, now)
			}
			j.Update(c.items)
			if j.Settled(false) != c.settled || j.Settled(true) != c.toAccepted {
				t.Errorf("settled %v, to accepted %v, want %v and %v", j.Settled(false), j.Settled(true), c.settled, c.toAccepted)
			}
		})
	}
}

// TestJobLate protects a resume over an item that the platform took long ago and does not show:
// it is waited for until it was looked for once, is then listed with its time, and is no
// unfinished work of any other job.
func TestJobLate(t *testing.T) {
	now := time.Now()
	late := queuedItem("late", Accepted)
	late.SentAt = now.Add(-time.Hour)
	other := NewJob(now)
	if unfinished, n := other.Others([]Item{late, queuedItem("a", Queued)}, now); unfinished != 1 || n != 1 {
		t.Errorf("%d unfinished, %d late", unfinished, n)
	}
	other.AddPending([]Item{late}, now)
	if other.Len() != 0 {
		t.Error("a late item is waited for")
	}
	j := NewJob(now)
	j.AddLate([]Item{late, queuedItem("a", Queued)}, now)
	if j.Len() != 1 || j.Settled(false) || j.Settled(true) {
		t.Fatalf("%d items, settled %v before any look", j.Len(), j.Settled(false))
	}
	late.CheckedAt = now.Add(time.Second)
	j.Update([]Item{late})
	c := j.Counts()
	if !j.Settled(false) || !j.Settled(true) || c.Late != 1 || c.Pending != 1 {
		t.Errorf("after a look: settled %v, %+v", j.Settled(false), c)
	}
	if item := j.At(0); item.State != Accepted || item.Error != "taken on "+late.SentAt.Format(status.WhenLayout)+" and not seen since" {
		t.Errorf("it is listed as %+v", item)
	}
	late.State, late.AssetID = Imported, "7"
	j.Update([]Item{late})
	if c := j.Counts(); c.Late != 0 || c.Verified != 1 || j.At(0).Error != "" {
		t.Errorf("found after all: %+v, %+v", c, j.At(0))
	}
}

// TestJobIgnoresOlderItems protects a job whose news overtake each other: what was read before
// does not take an item back.
func TestJobIgnoresOlderItems(t *testing.T) {
	j := NewJob(time.Now())
	j.AddPlan(&Plan{Items: []PlanItem{{Ref: jobRef("a")}}})
	sent, done := queuedItem("a", Sending), queuedItem("a", Imported)
	sent.Seq, done.Seq = 4, 5
	j.Update([]Item{done})
	j.Update([]Item{sent})
	if item, _ := j.Item(jobRef("a")); item.State != Imported || j.First() != 1 {
		t.Errorf("it is %s again, the first pending is %d", item.State, j.First())
	}
	done.AssetID = "7"
	j.Update([]Item{done})
	if item, _ := j.Item(jobRef("a")); item.AssetID != "7" {
		t.Error("the same change is not taken over")
	}
}
