package session

import (
	"context"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
)

// Engine does the work of a session. Its strings are safe to show, except those of the Project in an Item or a
// PlanItem. Methods with a context may be slow; only tasks call them.
type Engine interface {
	importer.Reader

	// Opening returns the first rows that the last run showed, or nil, within milliseconds.
	Opening() *importer.Opening
	KeepOpening(o *importer.Opening)
	// AcceptShrunk takes the lists that shrank for right, if second reads agree with them.
	AcceptShrunk(ctx context.Context) error
	// Copied returns a *home.CopiedError for a queue of another machine; Adopt takes it over.
	Copied(ctx context.Context) error
	Adopt(ctx context.Context) error
	// Plan decides what an import would send; it writes nothing.
	Plan(ctx context.Context, r importer.Request) (*importer.Plan, error)
	// AutoPlan is Plan for an auto-import check made now.
	AutoPlan(ctx context.Context) (*importer.Plan, error)
	// Submit queues a plan; it is on disk when Submit returns nil.
	Submit(ctx context.Context, p *importer.Plan) error
	// TakeBack takes back what waits of some entities, also with an error.
	TakeBack(ctx context.Context, refs []catalog.Ref) (importer.TakenBack, error)
	// Drain sends the queue until nothing is pending.
	Drain(ctx context.Context) error
	// Changes returns the items newer than a change of the queue, and the newest change.
	Changes(ctx context.Context, since int64) ([]importer.Item, int64, error)
	// Pause holds new batches back while on, and reports whether it did before.
	Pause(on bool) (was bool)
	// LatestAssets returns the newest complete assets that were read, by a Drain too; nil for none.
	LatestAssets() *conviso.AssetSet
	// Stop makes Drain return importer.ErrStopped after the requests under way; the rest stays queued.
	Stop()
	// Flow returns at once, like Pause and Stop.
	Flow() importer.Flow
	// Wait returns when no Drain runs; once its context has ended that takes seconds at most.
	Wait()
	Preview(ctx context.Context, ref catalog.Ref) (importer.Preview, error)
	// Integration returns conviso.ErrNoIntegration if the platform has none.
	Integration(ctx context.Context) (*conviso.Integration, error)
	Companies(ctx context.Context) ([]conviso.Company, error)
	AutoImport() importer.AutoStatus
	SetAutoImport(ctx context.Context, on bool) (importer.AutoStatus, error)
	AutoCheck(ctx context.Context) (importer.AutoResult, error)
}
