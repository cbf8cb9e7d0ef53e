// Package ui is the table: a Bubble Tea program that shows a catalog with the import status
// of each entity and lets its user search, mark, review and import. It decides what is on
// screen and what a key does, and nothing else: it must not know HTTP, databases, files or
// other processes, and reaches all work through Engine.
package ui

import (
	"context"
	"iter"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
)

// Engine is the work behind the table; *importer.Engine does it. Strings that it returns are
// safe to show, except those of an Item's and a PlanItem's Project, which are as sent.
// Methods with a context may take long and are called from commands alone.
type Engine interface {
	Identity() importer.Identity
	// Cached returns what an earlier run left on disk; either may be nil.
	Cached(ctx context.Context) (*catalog.Snapshot, *conviso.AssetSet)
	// Opening returns how the list looked last, nil where that is not known, within milliseconds;
	// KeepOpening keeps it for the next start.
	Opening() *importer.Opening
	KeepOpening(o *importer.Opening)
	// Kinds returns the kinds of entity that the catalog's list has, in lower case and in
	// order. UseKinds makes it a list of others; it returns at once, and Cached and
	// LoadCatalog bring the list.
	Kinds() []string
	UseKinds(kinds []string)
	// LoadCatalog yields growing snapshots, the last one complete. After an error the
	// snapshot before it stays valid as a part.
	LoadCatalog(ctx context.Context) iter.Seq2[*catalog.Snapshot, error]
	// LoadAssets reads all of the platform's assets; with an error comes what was read, or nil.
	// RefreshAssets does the same and may do with what has changed since they were read last.
	LoadAssets(ctx context.Context, progress func(read, total int)) (*conviso.AssetSet, error)
	RefreshAssets(ctx context.Context, progress func(read, total int)) (*conviso.AssetSet, error)
	// Items returns the whole queue and its newest Seq.
	Items(ctx context.Context) ([]importer.Item, int64, error)
	// Watch waits until items newer than since exist and returns them.
	Watch(ctx context.Context, since int64) ([]importer.Item, int64, error)
	// Resolve decides every row's status. Without assets no row is new.
	Resolve(snap *catalog.Snapshot, assets *conviso.AssetSet, items map[catalog.Ref]importer.Item) *importer.Statuses
	// Plan decides what an import would send; nothing is written.
	Plan(ctx context.Context, r importer.Request) (*importer.Plan, error)
	// AutoPlan is the plan of an auto-import check made now.
	AutoPlan(ctx context.Context) (*importer.Plan, error)
	// Submit puts a plan into the queue; it is on disk when Submit returns nil.
	Submit(ctx context.Context, p *importer.Plan) error
	// Drain sends what is queued and reads it back until nothing is pending.
	Drain(ctx context.Context) error
	// Pause keeps new batches from starting while it is on, and reports whether it was before.
	Pause(on bool) (was bool)
	// Stop ends the Drain under way after what is on its way; it then fails with
	// importer.ErrStopped, and the rest stays in the queue.
	Stop()
	// Flow is how the sending goes; like Pause and Stop it answers at once.
	Flow() importer.Flow
	// Wait returns when no Drain runs, which after its context's end takes seconds at most.
	Wait()
	Preview(ctx context.Context, ref catalog.Ref) (importer.Preview, error)
	// Integration fails with conviso.ErrNoIntegration where the platform has none.
	Integration(ctx context.Context) (*conviso.Integration, error)
	// Companies returns those that the key sees.
	Companies(ctx context.Context) ([]conviso.Company, error)
	AutoImport() importer.AutoStatus
	SetAutoImport(ctx context.Context, on bool) (importer.AutoStatus, error)
	AutoCheck(ctx context.Context) (importer.AutoResult, error)
	// Runner names the other process that drains the queue, if one does.
	Runner() (string, bool)
}
