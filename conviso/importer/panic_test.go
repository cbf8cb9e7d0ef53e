package importer

import (
	"context"
	"errors"
	"testing"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/internal/demo"
	"conviso-importer/internal/safego"
)

// breakingPlatform does the work of an import and then breaks in the program's own code.
type breakingPlatform struct{ Platform }

func (b breakingPlatform) Import(ctx context.Context, company string, projects []conviso.Project) (conviso.ImportResult, error) {
	_, _ = b.Platform.Import(ctx, company, projects)
	panic("a fault for the test")
}

// TestPanicInSender protects what is on its way when a sender breaks: the run ends at once,
// its items count as lost, and the next run finds them on the platform and sends nothing twice.
func TestPanicInSender(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{}, "alpha", "beta")
		broken := w.config
		broken.Platform = breakingPlatform{w.config.Platform}
		w.Engine = NewEngine(broken)
		w.submit(Request{Bulk: w.refs()})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		panics := 0
		began := time.Now()
		err := w.Drain(safego.WithHandler(ctx, func(safego.Panic) { panics++; cancel() }))
		if !errors.Is(err, context.Canceled) || panics != 1 || time.Since(began) > time.Second {
			t.Errorf("drain ended with %v after %s and %d panics", err, time.Since(began), panics)
		}
		for ref, item := range w.items() {
			if !item.State.Pending() || item.State == Queued {
				t.Errorf("%s is %s", ref, item.State)
			}
		}
		w.Engine = NewEngine(w.config)
		if err := w.Drain(t.Context()); err != nil {
			t.Error(err)
		}
		for ref, item := range w.items() {
			if item.State != Imported {
				t.Errorf("%s ended %s", ref, item.State)
			}
		}
		for id, times := range w.platform.Imports().Deliveries {
			if times != 1 {
				t.Errorf("%s was sent %d times", id, times)
			}
		}
	})
}
