package cli

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"conviso-importer/conviso/importer"
	"conviso-importer/internal/demo/faulty"
	"conviso-importer/internal/printout"
	"conviso-importer/internal/workspace"
)

// TestEarlierRun checks that --all-new finishes an earlier run, and other imports report it.
func TestEarlierRun(t *testing.T) {
	const left = "component:default/payment-gateway"
	leave := func(t *testing.T) *bench {
		b := newBench(t)
		b.Platform.Fail(func(r faulty.Request) faulty.Fault {
			if r.Operation == "importAssetToIntegration" {
				return faulty.JSON(401, `{"error":"Invalid API key"}`)
			}
			return faulty.Fault{}
		})
		var r printout.Job
		b.want(exitAuth, &r, "import", left, "-o", "json")
		b.Platform.Fail(nil)
		if len(r.Items) != 1 || r.Pending != 1 {
			t.Fatalf("the refused import left %+v", r)
		}
		return b
	}
	t.Run("all new", func(t *testing.T) {
		var r printout.Job
		errs := leave(t).want(exitSomeFailed, &r, "import", "--all-new", "-o", "json")
		if !strings.Contains(errs, "1 of an earlier import") || r.Pending != 0 {
			t.Errorf("%d pending\n%s", r.Pending, errs)
		}
		if at := slices.IndexFunc(r.Items, func(i printout.JobItem) bool { return i.Ref == left }); at < 0 || r.Items[at].State != "imported" {
			t.Errorf("the earlier run's entity is not in the report as imported, index %d", at)
		}
	})
	t.Run("another", func(t *testing.T) {
		errs := leave(t).want(exitDone, nil, "import", "component:default/payment-fees", "-o", "json")
		if !strings.Contains(errs, "1 of an earlier import") {
			t.Errorf("nothing is said of the earlier import:\n%s", errs)
		}
	})
}

// TestSecondAsset checks the report of assets that somebody else created at the same time.
func TestSecondAsset(t *testing.T) {
	const note = "asset 8 of the same name appeared as well"
	var out, errs bytes.Buffer
	a := &app{out: &out, err: &errs}
	items := []importer.Item{
		{Ref: "component:default/a", State: importer.Queued, Attempts: 1}, {Ref: "component:default/b", State: importer.Queued, Attempts: 1},
	}
	j := importer.NewJob(time.Now())
	j.AddPending(items, time.Now())
	items[0].State, items[0].AssetID, items[0].Error = importer.Imported, "7", note
	items[1].State, items[1].AssetID = importer.Imported, "9"
	j.Update(items)
	if err := a.follow(t.Context(), &workspace.Workspace{}, importOptions{output: formatTable}, j, 0); err != nil {
		t.Errorf("it is no failure: %v", err)
	}
	if !strings.Contains(out.String(), "component:default/a (asset 7; "+note+")") || !strings.Contains(out.String(), "component:default/b (asset 9)") {
		t.Errorf("the report is\n%s", out.String())
	}
	if !strings.Contains(errs.String(), "1 of the imported") {
		t.Errorf("nobody is told:\n%s", errs.String())
	}
}
