//go:build slow

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"conviso-importer/conviso/importer/queue/queuetest"
	"conviso-importer/conviso/importer/queue/sqlite"
	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// freshItems are in the catalog besides and not imported.
const freshItems = 100

// finishedItems is the size of a catalog, its platform and its queue after years; more with PROOFS=full.
func finishedItems() int {
	if os.Getenv("PROOFS") == "full" {
		return demo.MaxEntities - freshItems
	}
	return 100_000
}

// TestManyFinishedSeries protects whoever has imported for years: what is finished costs neither a list, nor an
// import, nor a look at the queue. Processor time is compared, since other work on a machine does not change it.
func TestManyFinishedSeries(t *testing.T) {
	n := finishedItems()
	without, with := ofYears(t, n)
	listed := with.reads(t)
	if len(listed.imported) < n-freshItems || len(listed.fresh) < 50 {
		t.Fatalf("%d of %d are imported, %d new", len(listed.imported), n, len(listed.fresh))
	}
	without.reads(t)
	least := func(w *world, args ...string) time.Duration {
		took := time.Hour
		for range 3 {
			took = min(took, w.costs(t, args...))
		}
		return took
	}
	compare := func(what string, before, after time.Duration, bound float64) {
		t.Helper()
		t.Logf("%s: %s without a history, %s with one of %d", what, before, after, n)
		if float64(after) > bound*float64(before) {
			t.Errorf("%s takes %.2f times as long, want %.1f", what, float64(after)/float64(before), bound)
		}
	}
	compare("list", least(without, "list", "-o", "json"), least(with, "list", "-o", "json"), 1.2)
	compare("an import of 25", without.costs(t, append([]string{"import"}, listed.fresh[:25]...)...), with.costs(t, append([]string{"import"}, listed.fresh[25:50]...)...), 1.5)
	if took := least(with, "resume"); took > 300*time.Millisecond {
		t.Errorf("resume with nothing to do takes %s", took)
	} else {
		t.Logf("resume with nothing to do: %s", took)
	}
}

// TestFirstPageOfManyFinished protects the first frame from what is finished.
func TestFirstPageOfManyFinished(t *testing.T) {
	without, with := ofYears(t, 100_000)
	// The first table of each keeps what the others show first.
	without.firstPage(t, 10*time.Second)
	with.firstPage(t, 10*time.Second)
	before, after := time.Hour, time.Hour
	for range 10 {
		before, after = min(before, without.firstPage(t, 0)), min(after, with.firstPage(t, 0))
	}
	t.Logf("the first page: %s without a history, %s with one", before, after)
	if after > before*6/5+5*time.Millisecond {
		t.Errorf("the first page takes %s, %s without a history", after, before)
	}
}

// ofYears are two people of a world, of whom the second has imported the first n components.
func ofYears(t *testing.T, n int) (without, with *world) {
	t.Helper()
	d, err := faulty.Start(demo.Options{Still: true, Entities: n + freshItems, Imported: n})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	d.Platform.SetReject(nil)
	without, with = &world{World: d, t: t, dir: t.TempDir()}, &world{World: d, t: t, dir: t.TempDir()}
	with.fill()

	return without, with
}

// fill makes a queue that has imported all assets.
func (w *world) fill() {
	w.t.Helper()
	host := strings.ReplaceAll(strings.TrimPrefix(w.PlatformURL, "http://"), ":", "_")
	q, err := sqlite.Open(filepath.Join(w.dir, "state"), "queue-"+host+"-"+w.CompanyID, finishedInstance)
	if err != nil {
		w.t.Fatal(err)
	}
	defer q.Close()
	if err := queuetest.Fill(w.t.Context(), q, queuetest.Finished(finishedInstance, w.Platform.Assets(w.CompanyID))); err != nil {
		w.t.Fatal(err)
	}
}

const finishedInstance = "of-years"

// years are the settings of commands on a queue that fill has made.
func (w *world) years() []string {
	return append(w.env(), "CONVISO_INSTANCE_ID="+finishedInstance, "CONVISO_COMPANY_ID="+w.CompanyID)
}

// firstPage starts the table, returns when its first page is there, and ends it a while later.
func (w *world) firstPage(t *testing.T, stays time.Duration) time.Duration {
	t.Helper()
	began := time.Now()
	p := start(t, launch{columns: 120, rows: 40, env: w.years()})
	for !strings.Contains(p.text(), "imported") {
		if time.Sleep(500 * time.Microsecond); time.Since(began) > time.Minute {
			t.Fatalf("no page came: %.2000q", p.text())
		}
	}
	took := time.Since(began)
	time.Sleep(stays)
	p.press("q")
	p.end(time.Minute)
	return took
}

// costs runs a command line that must succeed and returns its processor time.
func (w *world) costs(t *testing.T, args ...string) time.Duration {
	t.Helper()
	cmd := w.command(args...)
	cmd.Env = environment(w.dir, w.years()...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%.2000s", args, err, out)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

type listedWorld struct{ imported, fresh []string }

// reads lists everything once, so that the cache is there.
func (w *world) reads(t *testing.T) (out listedWorld) {
	t.Helper()
	cmd := w.command("list", "-o", "json")
	cmd.Env = environment(w.dir, w.years()...)
	doc, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct{ Ref, Status string }
	if err := json.Unmarshal(doc, &rows); err != nil {
		t.Fatal(fmt.Errorf("%w in %.200s", err, doc))
	}
	for _, row := range rows {
		switch row.Status {
		case "imported":
			out.imported = append(out.imported, row.Ref)
		case "new":
			out.fresh = append(out.fresh, row.Ref)
		}
	}
	return out
}
