package session

import (
	"context"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
)

// Engine is the work behind a session; *importer.Engine does it. Strings that it returns are safe to
// show, except those of an Item's and a PlanItem's Project, which are as sent. Methods with a context
// may take long and are called from tasks alone.
type Engine interface {
	// Reader is what the lists and the queue are read by.
	importer.Reader

	// Opening returns how the list looked last, nil where that is not known, within milliseconds;
	// KeepOpening keeps it for the next start.
	Opening() *importer.Opening
	KeepOpening(o *importer.Opening)
	// Plan decides what an import would send; nothing is written.
	Plan(ctx context.Context, r importer.Request) (*importer.Plan, error)
	// AutoPlan is the plan of an auto-import check made now.
	AutoPlan(ctx context.Context) (*importer.Plan, error)
	// Submit puts a plan into the queue; it is on disk when Submit returns nil.
	Submit(ctx context.Context, p *importer.Plan) error
	// Send sends what is queued and reads it back until nothing is pending. It returns the queue as it
	// stands when the sender has stopped, with an error too.
	Send(ctx context.Context) ([]importer.Item, int64, error)
	// Pause keeps new batches from starting while it is on, and reports whether it was before.
	Pause(on bool) (was bool)
	// Stop ends the Send under way after what is on its way; it then fails with
	// importer.ErrStopped, and the rest stays in the queue.
	Stop()
	// Flow is how the sending goes; like Pause and Stop it answers at once.
	Flow() importer.Flow
	// Wait returns when no Send runs, which after its context's end takes seconds at most.
	Wait()
	Preview(ctx context.Context, ref catalog.Ref) (importer.Preview, error)
	// Integration fails with conviso.ErrNoIntegration where the platform has none.
	Integration(ctx context.Context) (*conviso.Integration, error)
	// Companies returns those that the key sees.
	Companies(ctx context.Context) ([]conviso.Company, error)
	AutoImport() importer.AutoStatus
	SetAutoImport(ctx context.Context, on bool) (importer.AutoStatus, error)
	AutoCheck(ctx context.Context) (importer.AutoResult, error)
}
