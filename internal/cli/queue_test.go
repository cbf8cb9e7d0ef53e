package cli

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
	"conviso-importer/internal/printout"
)

// answering lets the platform answer every import so.
func (b *bench) answering(f *faulty.Fault) {
	b.Platform.Fail(func(r faulty.Request) faulty.Fault {
		if f != nil && r.Operation == "importAssetToIntegration" {
			return *f
		}
		return faulty.Fault{}
	})
}

// TestQueueDrop checks that what waits is taken back for good, by its refs or all of it, and that what cannot be is
// named.
func TestQueueDrop(t *testing.T) {
	const gateway, fees = "component:default/payment-gateway", "component:default/payment-fees"
	refused := faulty.JSON(401, `{"error":"Invalid API key"}`)
	b := newBench(t)
	b.answering(&refused)
	b.want(exitAuth, nil, "import", gateway, fees, "-o", "json")
	b.answering(nil)

	var out printout.TakenBack
	b.want(exitDone, &out, "queue", "drop", gateway, "-o", "json", "--offline")
	if out.TakenBack != 1 || len(out.Items) != 1 || out.Items[0].State != "skipped" || out.Items[0].Error != "taken back" || len(out.NotQueued) != 0 {
		t.Errorf("taken back: %+v", out)
	}
	errs := b.want(exitDone, &out, "queue", "drop", gateway, "component:default/absent", "-o", "json")
	if out.TakenBack != 0 || len(out.NotQueued) != 1 || out.NotQueued[0] != "component:default/absent" {
		t.Errorf("a second time: %+v\n%s", out, errs)
	}
	if errs = b.want(exitDone, nil, "queue", "drop", "component:default/absent"); !strings.Contains(errs, "component:default/absent is not in the queue") ||
		!strings.Contains(errs, "nothing of it waits to be sent") {
		t.Errorf("of one that is not there: %s", errs)
	}
	b.want(exitDone, &out, "queue", "drop", "--all", "-o", "json")
	if out.TakenBack != 1 || out.Items[0].Ref != fees {
		t.Errorf("all: %+v", out)
	}
	var job printout.Job
	b.want(exitDone, &job, "resume", "-o", "json")
	if n := len(b.Platform.Imports().Projects); n != 0 || job.Requested != 0 {
		t.Errorf("%d arrived, and %+v was resumed", n, job)
	}
	for _, args := range [][]string{{"queue"}, {"queue", "drop"}, {"queue", "drop", gateway, "--all"}, {"queue", "drop", "a b"}} {
		b.want(exitUsage, nil, args...)
	}
	if errs := b.want(exitUsage, nil, "queue", "drop", "--all", "--read-only"); !strings.Contains(errs, "--read-only") {
		t.Errorf("read-only: %s", errs)
	}
}

// TestQueueDropTooLate checks that what was sent is named with exit 3, and stays.
func TestQueueDropTooLate(t *testing.T) {
	const gateway = "component:default/payment-gateway"
	b := newBench(t)
	b.answering(&faulty.Fault{Status: 502})
	b.want(exitUnavailable, nil, "import", gateway, "--timeout", "1s", "-o", "json")
	for _, what := range []string{gateway, "--all"} {
		var out printout.TakenBack
		errs := b.want(exitSomeFailed, &out, "queue", "drop", what, "-o", "json")
		if out.TakenBack != 0 || out.OnTheWay != 1 || out.Items[0].State != "retrying" || !strings.Contains(errs, gateway+" was sent already") {
			t.Errorf("%s: %+v\n%s", what, out, errs)
		}
	}
}

// TestQueueDropOfAccepted checks that what Conviso has taken is not passed over in silence.
func TestQueueDropOfAccepted(t *testing.T) {
	const gateway = "component:default/payment-gateway"
	b := newBench(t)
	slow := httptest.NewServer(faulty.NewPlatform(demo.PlatformOptions{MinDelay: time.Hour, MaxDelay: time.Hour}))
	t.Cleanup(slow.Close)
	t.Setenv("CONVISO_API_BASE", slow.URL)
	b.want(exitDone, nil, "import", gateway, "--no-wait")
	errs := b.want(exitSomeFailed, nil, "queue", "drop", "--all")
	if !strings.Contains(errs, gateway+" was sent already") {
		t.Errorf("it says %s", errs)
	}
}

// TestSkippedAfterAll checks that an import tells what it had queued and did not send, with the reason.
func TestSkippedAfterAll(t *testing.T) {
	b := newBench(t)
	refused := faulty.JSON(401, `{"error":"Invalid API key"}`)
	b.answering(&refused)
	b.Catalog.Add(demo.Entity{Name: "twin", Owner: "team-late"}, demo.Entity{Name: "twin", Namespace: "legacy", Owner: "team-late"}, demo.Entity{Name: "solo", Owner: "team-late"})
	b.want(exitAuth, nil, "import", "--query", "owner:team-late", "-o", "json")
	b.answering(nil)
	b.Platform.AddAssets("1042", demo.Asset{ID: "7001", Name: "twin"}, demo.Asset{ID: "7002", Name: "solo"})
	var job printout.Job
	errs := b.want(exitDone, &job, "resume", "-o", "json")
	got := map[string]printout.JobItem{}
	for _, item := range job.Items {
		got[item.Ref] = item
	}
	twin, solo := got["component:default/twin"], got["component:default/solo"]
	if twin.State != "skipped" || !strings.Contains(twin.Error, "asset 7001 has its name by now") || twin.Attempts != 0 {
		t.Errorf("the twin is %+v", twin)
	}
	if solo.State != "imported" || solo.AssetID != "7002" || !strings.Contains(solo.Error, "by somebody else") {
		t.Errorf("the other is %+v", solo)
	}
	if job.Requested != job.Skipped+job.Verified+job.Failed+job.Pending || job.Skipped != 1 || !strings.Contains(errs, "1 were queued and not sent after all") {
		t.Errorf("%+v\n%s", job, errs)
	}
	if n := len(b.Platform.Imports().Projects); n != 0 {
		t.Errorf("%d arrived", n)
	}
}
