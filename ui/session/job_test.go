package session

import (
	"slices"
	"strings"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/queue"
)

var epoch = time.Date(2026, 7, 24, 6, 40, 0, 0, time.UTC)

func ref(name string) catalog.Ref { return catalog.NewRef("component", "", name) }

func item(name string, seq int64, state importer.State) importer.Item {
	return importer.Item{Ref: ref(name), Seq: seq, State: state, Project: conviso.Project{Name: name}, SentAt: epoch.Add(time.Duration(seq) * time.Second)}
}

func queueOf(items ...importer.Item) map[catalog.Ref]importer.Item {
	return queue.ByRef(items)
}

func names(refs []catalog.Ref) string {
	var all []string
	for _, r := range refs {
		all = append(all, r.Name())
	}
	return strings.Join(all, " ")
}

// TestJobJoins: a job has the plan's items, then unfinished ones, but no late or settled ones.
func TestJobJoins(t *testing.T) {
	late := item("late", 1, importer.Accepted)
	late.SentAt = epoch.Add(-time.Hour)
	known := queueOf(item("z", 1, importer.Queued), item("b", 2, importer.Accepted), item("done", 3, importer.Imported), late)
	var j Job
	if j.Running() || j.Ended() || j.Len() != 0 || j.Failed() != nil || j.Absorb([]importer.Item{item("q", 9, importer.Queued)}, epoch) != nil {
		t.Error("the zero value follows something")
	}
	if !j.Begin(epoch, &importer.Plan{Items: []importer.PlanItem{{Ref: ref("m")}, {Ref: ref("b")}}}, known) {
		t.Error("it is not new")
	}
	j.Absorb([]importer.Item{item("y", 11, importer.Sending), item("c", 10, importer.Queued), item("x", 12, importer.Imported), late}, epoch)
	if got := names(j.Refs()); got != "m b z c y" {
		t.Errorf("it has %s", got)
	}
	if at := j.Unanswered(); !at.Equal(epoch.Add(11 * time.Second)) {
		t.Errorf("the oldest request went at %s", at)
	}
	j.Absorb([]importer.Item{item("y", 13, importer.Accepted)}, epoch)
	if !j.Unanswered().IsZero() {
		t.Error("an answered request is waited for")
	}
	if j.Begin(epoch, &importer.Plan{Items: []importer.PlanItem{{Ref: ref("n")}}}, known) || names(j.Refs()) != "m b z c y n" {
		t.Errorf("a second plan began anew, or did not join: %s", names(j.Refs()))
	}
	j.End(epoch)
	j.Absorb([]importer.Item{item("w", 20, importer.Queued), item("m", 21, importer.Imported)}, epoch)
	if got, _ := j.Item(ref("m")); names(j.Refs()) != "m b z c y n" || got.State != importer.Imported {
		t.Errorf("after its end it has %s, m is %s", names(j.Refs()), got.State)
	}
	if !j.Begin(epoch, nil, queueOf(item("w", 20, importer.Queued))) || names(j.Refs()) != "w" {
		t.Errorf("the next one has %s", names(j.Refs()))
	}
}

// TestJobEnds: failures are returned once, come first and are to be marked.
func TestJobEnds(t *testing.T) {
	known := queueOf(item("a", 1, importer.Queued), item("b", 2, importer.Queued), item("c", 3, importer.Queued))
	team := importer.Item{Ref: catalog.NewRef("system", "", "s"), Seq: 4, State: importer.Queued}
	known[team.Ref] = team
	var j Job
	j.Sends = true
	j.Begin(epoch, nil, known)
	broken := item("c", 5, importer.Failed)
	broken.Attempts, broken.Error = 1, "tags are wrong"
	team.State, team.Seq = importer.Failed, 6
	if got := j.Absorb([]importer.Item{team, broken, item("a", 7, importer.Imported)}, epoch); len(got) != 2 || got[0].Ref != ref("c") {
		t.Errorf("failed are %v", got)
	}
	if got := j.Absorb([]importer.Item{broken}, epoch); got != nil {
		t.Errorf("the same failure again: %v", got)
	}
	if n := len(j.Failed()); n != 2 || j.First() != 1 {
		t.Errorf("%d failed, the first pending is %d", n, j.First())
	}
	marked := j.End(epoch.Add(90 * time.Second))
	if got := names(marked); got != "c s" {
		t.Errorf("to be marked are %q", got)
	}
	if got := names(j.Refs()); got != "c s a b" || !j.Sends {
		t.Errorf("in the end it has %s", got)
	}
	if got, want := j.Result(), "1 imported, 2 failed, 1 not seen at Conviso yet in 1m30s."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	lines := FailureLines(epoch, j.Failed()[:1], queueOf(broken))
	if want := []string{"component:default/c", "  tags are wrong", "  sent 1 time, last at 06:40:05"}; !slices.Equal(lines, want) {
		t.Errorf("%q, want %q", lines, want)
	}
}

// TestControl covers the reasons why the sending cannot be paused, resumed or stopped.
func TestControl(t *testing.T) {
	flow := func(paused, stopping bool) importer.Flow { return importer.Flow{Paused: paused, Stopping: stopping} }
	queued, accepted := queueOf(item("a", 1, importer.Queued)), queueOf(item("a", 1, importer.Accepted))
	for _, tt := range []struct {
		name                string
		job                 Job
		known               map[catalog.Ref]importer.Item
		flow                importer.Flow
		pause, resume, stop string
	}{
		{"idle", Job{}, nil, flow(false, false), "nothing is being sent.", "nothing is being sent.", "nothing is being sent."},
		{"elsewhere", Job{Runner: "pid 7"}, queued, flow(false, false), "pause or stop it where it runs: pid 7", "pause or stop it where it runs: pid 7", "pause or stop it where it runs: pid 7"},
		{"sending", Job{Sends: true}, queued, flow(false, false), "", "it is not paused.", ""},
		{"paused", Job{Sends: true}, queued, flow(true, false), "it is paused already.", "", ""},
		{"stopping", Job{Sends: true}, queued, flow(false, true), stopsAlready, "it is not paused.", stopsAlready},
		{"looking", Job{Sends: true}, accepted, flow(false, false), (&Job{}).nothingMore(), "it is not paused.", (&Job{}).nothingMore()},
	} {
		if tt.known != nil {
			tt.job.Begin(epoch, nil, tt.known)
		}
		if got := tt.job.NotPausable(tt.flow); got != tt.pause {
			t.Errorf("%s: pause: %q", tt.name, got)
		}
		if got := tt.job.NotPaused(tt.flow); got != tt.resume {
			t.Errorf("%s: go on: %q", tt.name, got)
		}
		if got := tt.job.NotStoppable(tt.flow); got != tt.stop {
			t.Errorf("%s: stop: %q", tt.name, got)
		}
	}
	if (&Job{Sends: true}).NotResumable(1) == "" || (&Job{}).NotResumable(0) == "" || (&Job{}).NotResumable(1) != "" {
		t.Error("what goes on is wrong")
	}
}
