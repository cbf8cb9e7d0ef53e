package session

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
)

// TestFlow: trouble is reported once, its end only if this process sends.
func TestFlow(t *testing.T) {
	var f Flow
	j := Job{Sends: true}
	j.Begin(epoch, nil, queueOf(item("a", 1, importer.Sending)))
	look := func(flow importer.Flow) string {
		var all []string
		for _, n := range f.Look(epoch, flow, &j) {
			all = append(all, fmt.Sprintf("%t %s", n.Trouble, n.Text))
		}
		return strings.Join(all, "; ")
	}
	trouble := importer.Flow{Trouble: importer.Trouble{What: "Nothing can be sent"}}
	for i, tt := range []struct {
		sends bool
		flow  importer.Flow
		want  string
	}{
		{true, trouble, "true Nothing can be sent"},
		{true, trouble, ""},
		{true, importer.Flow{}, "false The sending goes on"},
		{true, trouble, "true Nothing can be sent"},
		{false, importer.Flow{}, ""},
	} {
		j.Sends = tt.sends
		if got := look(tt.flow); got != tt.want {
			t.Errorf("look %d: %q, want %q", i, got, tt.want)
		}
	}
	at := epoch.Add(time.Second)
	if !f.Silent(at.Add(silentAfter)).IsZero() || !f.Silent(at.Add(silentAfter+1)).Equal(at) {
		t.Error("an answer is missed too early, or not at all")
	}
	refused := importer.Flow{Pace: conviso.Pace{RefusedAt: epoch, Until: epoch.Add(time.Minute), PerMinute: 60, Most: 120}}
	for after, want := range map[time.Duration]string{0: "429 from Conviso at 06:40:00", 2 * time.Minute: "Slowed to 60 requests a minute", slowedFor: ""} {
		if got := FlowWords(epoch.Add(after), refused); !strings.HasPrefix(got, want) || (want == "") != (got == "") {
			t.Errorf("after %s it says %q, want %q", after, got, want)
		}
	}
}

// TestEstimate: no figure without a basis, the last minute's rate, and coarse steps.
func TestEstimate(t *testing.T) {
	items := make([]importer.Item, 1000)
	known := map[catalog.Ref]importer.Item{}
	for i := range items {
		items[i] = importer.Item{Ref: catalog.NewRef("component", "", fmt.Sprint(i)), State: importer.Queued}
		known[items[i].Ref] = items[i]
	}
	var j Job
	j.Begin(epoch, nil, known)
	at := func(after time.Duration, settled int) string {
		for i := range items[:settled] {
			items[i].State = importer.Imported
		}
		j.Absorb(items, epoch)
		j.Measure(epoch.Add(after))
		return j.estimate.words()
	}
	for _, tt := range []struct {
		after   time.Duration
		settled int
		want    string
	}{
		{0, 0, ""},
		{2 * time.Second, 100, ""},
		{10 * time.Second, 100, "~1m30s left"},
		{20 * time.Second, 200, "~1m20s left"},
		{50 * time.Second, 300, "~2m0s left"},
		// A change more than a minute ago no longer counts.
		{5 * time.Minute, 310, "~4h48m left"},
		{6 * time.Minute, 311, "~11h29m left"},
		{7 * time.Minute, 999, "~5s left"},
		{8 * time.Minute, 1000, ""},
	} {
		if got := at(tt.after, tt.settled); got != tt.want {
			t.Errorf("after %s, %d settled: %q, want %q (samples %v)", tt.after, tt.settled, got, tt.want, j.estimate.samples)
		}
	}
	for left, want := range map[time.Duration]string{0: "", time.Second: "~5s left", 59 * time.Second: "~1m0s left", 25 * time.Hour: "over a day left"} {
		if got := (&estimate{left: left}).words(); got != want {
			t.Errorf("%s: %q, want %q", left, got, want)
		}
	}
}
