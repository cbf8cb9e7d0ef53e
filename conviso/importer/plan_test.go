package importer

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"conviso-importer/conviso/importer/queue/sqlite"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

func contextFor(t *testing.T, d time.Duration) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithTimeout(t.Context(), d)
}

// TestClashes protects identity: of entities that share a name a bulk import sends one, a
// named one goes all the same, and no asset marks two entities imported.
func TestClashes(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{MaxDelay: 2 * time.Second})
		w.catalog.add(componentIn("default", "twin"))
		w.catalog.add(componentIn("payments", "Twin"))
		w.catalog.add(component("single"))
		first, second := w.refs()[0], w.refs()[1]
		p := w.submit(Request{Bulk: w.refs()})
		if len(p.Items) != 2 || len(p.Skipped) != 1 || p.Skipped[0].Ref != second || p.Skipped[0].State != Clash {
			t.Fatalf("bulk plan: %d items, skipped %v", len(p.Items), p.Skipped)
		}
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.wantStates(Imported, first)
		p = w.plan(Request{Bulk: []catalog.Ref{second}})
		if len(p.Items) != 0 || p.Skipped[0].State != Clash {
			t.Fatalf("the twin of an imported entity must stay a clash: %+v", p)
		}
		w.submit(Request{Named: []catalog.Ref{second}})
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.wantStates(Imported, first, second)
		items := w.items()
		if items[first].AssetID == items[second].AssetID || items[second].AssetID == "" {
			t.Errorf("one asset marks two: %q and %q", items[first].AssetID, items[second].AssetID)
		}
	})
}

// TestClashAcrossCatalogs protects the assets of a company that two catalogs import into: the
// platform tells them by name alone, even where their entities have the same ref.
func TestClashAcrossCatalogs(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{}, "shared")
		other, err := sqlite.Open(w.dir, "queue", "backstage-other")
		if err != nil {
			t.Fatal(err)
		}
		defer other.Close()
		entry := queue.Entry{Ref: w.refs()[0], Project: conviso.Project{Name: "shared"}}
		if _, err := other.Add(t.Context(), []queue.Entry{entry}, time.Now()); err != nil {
			t.Fatal(err)
		}
		if p := w.plan(Request{Bulk: w.refs()}); len(p.Items) != 0 || p.Skipped[0].State != Clash {
			t.Errorf("the other catalog's entity is on its way: %+v", p)
		}
	})
}

// TestNamedTwins protects the read-back of entities of one name that are picked together:
// they go one after the other.
func TestNamedTwins(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{MaxDelay: 2 * time.Second})
		w.catalog.add(componentIn("default", "twin"))
		w.catalog.add(componentIn("payments", "twin"))
		w.submit(Request{Named: w.refs()})
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.wantStates(Imported, w.refs()...)
		if got := len(w.platform.Assets(testCompany)); got != 2 {
			t.Errorf("the platform has %d assets", got)
		}
	})
}

// TestClashTemplate protects the setting that gives clashing entities names of their own.
func TestClashTemplate(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{})
		w.catalog.add(componentIn("default", "twin"))
		w.catalog.add(componentIn("payments", "twin"))
		w.catalog.add(component("single"))
		w.config.Namer = Namer{ClashTemplate: "{namespace}-{name}"}
		w.Engine = NewEngine(w.config)
		var names []string
		for _, item := range w.plan(Request{Bulk: w.refs()}).Items {
			names = append(names, item.Project.Name)
		}
		if want := []string{"single", "default-twin", "payments-twin"}; !slices.Equal(names, want) {
			t.Errorf("names are %v, want %v", names, want)
		}
	})
}

// TestOptOut protects entities that ask to be left alone in bulk.
func TestOptOut(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{})
		d := component("private")
		d.Annotations = map[string]string{"conviso.com/import": "false"}
		w.catalog.add(d)
		if p := w.plan(Request{Bulk: w.refs()}); len(p.Items) != 0 || !strings.Contains(p.Skipped[0].Reason, "conviso.com/import") {
			t.Errorf("bulk: %+v", p)
		}
		if p := w.plan(Request{Named: w.refs()}); len(p.Items) != 1 {
			t.Errorf("named: %+v", p)
		}
	})
}

// TestPlanNeedsWholeReads protects against concluding anything from half a list.
func TestPlanNeedsWholeReads(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{}, "a", "b")
		w.catalog.broken = errors.New("cut off")
		if _, err := w.Plan(t.Context(), Request{Bulk: w.refs()}); err == nil {
			t.Error("a partial catalog must not be planned by")
		}
		w.catalog.broken = nil
		w.platform.Fail(func(faulty.Request) faulty.Fault { return faulty.Fault{Status: 503} })
		if _, err := w.Plan(t.Context(), Request{Bulk: w.refs()}); !errors.Is(err, conviso.ErrUnavailable) {
			t.Errorf("a platform that is down: %v", err)
		}
	})
}

// TestRecheck protects a plan file from sending what it does not say.
func TestRecheck(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{}, "a", "b")
		p := w.plan(Request{Bulk: w.refs()})
		if fresh, err := w.Recheck(t.Context(), p); err != nil || len(fresh.Items) != 2 {
			t.Fatalf("an unchanged plan: %v", err)
		}
		changed := w.catalog.details[w.refs()[0]]
		changed.Description = "new words"
		w.catalog.details[w.refs()[0]] = changed
		var stale *PlanChangedError
		if _, err := w.Recheck(t.Context(), p); !errors.As(err, &stale) || !strings.Contains(err.Error(), "description") {
			t.Errorf("a changed entity: %v", err)
		}
		p.CompanyID = "7"
		if _, err := w.Recheck(t.Context(), p); !errors.As(err, &stale) || !strings.Contains(err.Error(), "the company was 7") {
			t.Errorf("another company: %v", err)
		}
		if err := w.Submit(t.Context(), p); !errors.As(err, &stale) {
			t.Errorf("a plan of another company was queued: %v", err)
		}
	})
}

// TestAutoImport protects the flag: it is written to the platform, remembered here, and a
// flag that somebody switched off stops the checks.
func TestAutoImport(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{}, manyNames(3)...)
		status, err := w.SetAutoImport(t.Context(), true)
		if err != nil || !status.Here || !status.Flag {
			t.Fatalf("%+v, %v", status, err)
		}
		result, err := w.AutoCheck(t.Context())
		if err != nil || result.Queued() != 3 {
			t.Fatalf("%+v, %v", result, err)
		}
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.wantStates(Imported, w.refs()...)
		again := NewEngine(w.config).AutoImport()
		if !again.Here || again.LastCheck.IsZero() || !again.Next.Equal(again.LastCheck.Add(time.Hour)) {
			t.Errorf("after a restart: %+v", again)
		}
		if result, err := w.AutoCheck(t.Context()); err != nil || result.Queued() != 0 {
			t.Errorf("nothing is new: %+v, %v", result, err)
		}
		if _, err := w.SetAutoImport(t.Context(), false); err != nil {
			t.Fatal(err)
		}
		w.catalog.add(component("late"))
		if result, err := w.AutoCheck(t.Context()); err != nil || !result.SwitchedOff || result.Queued() != 0 {
			t.Errorf("switched off: %+v, %v", result, err)
		}
	})
}

// TestAutoLimit protects the user from an unattended flood.
func TestAutoLimit(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{}, manyNames(30)...)
		w.config.AutoMax = 10
		w.Engine = NewEngine(w.config)
		if _, err := w.SetAutoImport(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		if result, err := w.AutoCheck(t.Context()); err != nil || result.Queued() != 10 || result.Waiting() != 20 {
			t.Errorf("%+v, %v", result, err)
		}
	})
}
