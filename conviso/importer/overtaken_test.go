package importer

import (
	"errors"
	"testing"
	"time"

	"conviso-importer/internal/demo"
)

// TestOvertakenPlan protects what was imported while its review was open: another process of
// the same person has queued and sent it meanwhile, so that agreeing to the older plan sends
// nothing again, whether that process has ended or is still at work.
func TestOvertakenPlan(t *testing.T) {
	t.Run("after it has ended", func(t *testing.T) {
		simulate(t, func(t *testing.T) {
			w := newWorld(t, demo.PlatformOptions{}, "a", "b")
			cron := NewEngine(w.config)
			plan := w.plan(Request{Bulk: w.refs()})
			other, err := cron.Plan(t.Context(), Request{Bulk: w.refs()})
			if err != nil {
				t.Fatal(err)
			}
			if err := cron.Submit(t.Context(), other); err != nil {
				t.Fatal(err)
			}
			if err := cron.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := w.Submit(t.Context(), plan); err != nil {
				t.Fatal(err)
			}
			if err := w.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			w.wantStates(Imported, w.refs()...)
			w.wantOnce("a", "b")
		})
	})
	t.Run("while it is at work", func(t *testing.T) {
		simulate(t, func(t *testing.T) {
			names := manyNames(60)
			w := newWorld(t, demo.PlatformOptions{Latency: 5 * time.Second}, names...)
			cron := NewEngine(w.config)
			early := w.plan(Request{Bulk: w.refs()[:2]})
			other, err := cron.Plan(t.Context(), Request{Bulk: w.refs()})
			if err != nil {
				t.Fatal(err)
			}
			if err := cron.Submit(t.Context(), other); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- cron.Drain(t.Context()) }()
			for w.items()[w.refs()[0]].State != Imported {
				time.Sleep(100 * time.Millisecond)
			}
			if err := w.Submit(t.Context(), early); err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(<-ended, w.Drain(t.Context())); err != nil {
				t.Fatal(err)
			}
			w.wantStates(Imported, w.refs()...)
			w.wantOnce(names...)
		})
	})
}
