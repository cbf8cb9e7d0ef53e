package importer

import (
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/demo"
)

// TestLateIsSentAgain protects the way out of an import that the platform took and never showed:
// whoever names the entity has it sent again, after two whole reads that do not show it; nothing
// else does, and an asset that has come after all ends it.
func TestLateIsSentAgain(t *testing.T) {
	lost := map[string]bool{"Component:default/late": true}
	world := func(t *testing.T) *world {
		w := newWorld(t, demo.PlatformOptions{Lose: func(p demo.Project) bool { return lost[p.ID] }}, "late", "fine")
		lost["Component:default/late"] = true
		w.submit(Request{Bulk: w.refs()})
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		return w
	}
	t.Run("named", func(t *testing.T) {
		simulate(t, func(t *testing.T) {
			w := world(t)
			late := jobRef("late")
			before := w.items()[late]
			if !before.Late(time.Now()) {
				t.Fatalf("it is not late: %+v", before)
			}
			if p := w.plan(Request{Bulk: w.refs()}); len(p.Items) != 0 {
				t.Errorf("in bulk %d go", len(p.Items))
			}
			p := w.plan(Request{Named: w.refs()[:1]})
			if len(p.Items) != 1 || !p.Items[0].TakenAt.Equal(before.SentAt) {
				t.Fatalf("named: %+v", p)
			}
			if reads := w.items()[late].Reads; reads < queue.LooksBeforeAgain {
				t.Errorf("it was looked for by %d whole reads", reads)
			}
			lost["Component:default/late"] = false
			if err := w.Submit(t.Context(), p); err != nil {
				t.Fatal(err)
			}
			if err := w.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			w.wantStates(Imported, w.refs()...)
			if n := w.platform.Imports().Deliveries["Component:default/late"]; n != 2 {
				t.Errorf("it was delivered %d times", n)
			}
		})
	})
	t.Run("others are imported", func(t *testing.T) {
		simulate(t, func(t *testing.T) {
			lost["Component:default/late"] = true
			w := newWorld(t, demo.PlatformOptions{Lose: func(p demo.Project) bool { return lost[p.ID] }}, "late", "fine")
			w.submit(Request{Named: []catalog.Ref{jobRef("late")}})
			if err := w.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Hour)
			w.submit(Request{Named: []catalog.Ref{jobRef("fine")}})
			began := time.Now()
			if err := w.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			// Nothing waits for a late item, so that the import of others does not either.
			if took := time.Since(began); took > time.Minute {
				t.Errorf("an import beside a late item took %s", took)
			}
			w.wantStates(Imported, jobRef("fine"))
			w.wantStates(Accepted, jobRef("late"))
		})
	})
	t.Run("not late", func(t *testing.T) {
		simulate(t, func(t *testing.T) {
			lost["Component:default/late"] = true
			w := newWorld(t, demo.PlatformOptions{Lose: func(p demo.Project) bool { return lost[p.ID] }}, "late")
			w.submit(Request{Named: w.refs()})
			ctx, cancel := contextFor(t, time.Minute)
			defer cancel()
			_ = w.Drain(ctx)
			if p := w.plan(Request{Named: w.refs()}); len(p.Items) != 0 || p.Skipped[0].State != Accepted {
				t.Errorf("after a minute: %+v", p)
			}
		})
	})
}
