// Package queue defines the items promised to the user and the interface of a queue, with Memory as one
// implementation; package queuetest tests any. It must not know how items are sent, read back or shown.
package queue

import (
	"context"
	"errors"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
)

// Entry is an entity to add to a queue.
type Entry struct {
	Ref      catalog.Ref
	Project  conviso.Project
	Baseline []string
	Strict   bool
	Agreed   Agreed
	// After is the first Seq unknown to the plan, or 0; items imported since are not replaced.
	After int64
	Again bool // replaces a late item, which is pending otherwise; see LooksBeforeAgain
}

// LooksBeforeAgain whole reads must not have shown a late item before it may be sent again.
const LooksBeforeAgain = 2

// Replaces reports whether e replaces the entity's old item: not a pending one, except by Again,
// nor one imported after e was planned.
func (e *Entry) Replaces(old *Item, now time.Time) bool {
	if e.Again && old.Late(now) && old.Reads >= LooksBeforeAgain {
		return true
	}
	return !old.State.Pending() && (old.State != Imported || e.After <= 0 || old.Seq < e.After)
}

// Item returns the item that e becomes.
func (e *Entry) Item(instance string, now time.Time) Item {
	return Item{Instance: instance, Ref: e.Ref, Project: e.Project, State: Queued, BatchMax: BatchSize,
		Baseline: e.Baseline, Strict: e.Strict, Agreed: e.Agreed, AddedAt: now}
}

// Work counts what is left to do, for all instances.
type Work struct {
	ToSend, Sending, Lost, Accepted int       // ToSend includes retries that certainly did not arrive
	NextSend                        time.Time // when the first item is due, or zero
	LastAccepted                    time.Time // when the newest accepted item was sent, or zero
}

// BatchSize is the largest request, in projects, that the platform is known to accept.
const BatchSize = 25

// ErrNewer means that a newer version wrote the queue; this one could misread it.
var ErrNewer = errors.New("the queue was written by a newer version of conviso-importer")

// Queue is the interface of a queue. Changes of a durable queue are on disk when a method returns.
// Several processes may use it; only the holder of its lock may call Claim, Record, Recover and Forget.
// An item that is recorded as imported moves into the history; what is read of it afterwards is as by Finish.
type Queue interface {
	// Add adds the entries that Entry.Replaces allows, in one transaction, and returns how many.
	Add(ctx context.Context, entries []Entry, now time.Time) (int, error)
	// Claim marks up to limit due items as sending, on disk before they are sent, and returns them.
	// No two items of one name are in flight; an accepted item that is Late is not. A claim has
	// items of one instance and BatchMax, and no more than BatchMax. platform is the time by the
	// platform's clock, zero if that is not known.
	Claim(ctx context.Context, limit int, now, platform time.Time) ([]Item, error)
	// Cancel takes back what Waits of this instance's items of the refs, and returns these and the others, also
	// with an error. An item is either taken back or claimed. It needs no lock.
	Cancel(ctx context.Context, refs []catalog.Ref) (taken, others []Item, err error)
	// Record writes items back, except those changed since they were read.
	Record(ctx context.Context, items []Item) error
	// Recover marks items that an ended process left as sending as lost, and counts them.
	Recover(ctx context.Context) (int, error)
	// Doubt counts what waits or is on its way as lost since now, and so what is added within LateAfter: another
	// file than this one may know that it was sent. It counts the items of all instances.
	Doubt(ctx context.Context, now time.Time) (int, error)
	// Pending returns the unsettled items of all instances.
	Pending(ctx context.Context) ([]Item, error)
	// EachPending is Pending a page at a time: all at once may be more than the rest of the process. One that
	// changes meanwhile may come twice.
	EachPending(ctx context.Context, do func(page []Item) error) error
	// Unverified returns the items of all instances whose asset may appear: accepted, lost or failed.
	Unverified(ctx context.Context) ([]Item, error)
	// Claims returns the asset ids of the imported items of a name.
	Claims(ctx context.Context, nameKey string) ([]string, error)
	Work(ctx context.Context) (Work, error)
	// Finished returns this instance's history, all of it in one read.
	Finished(ctx context.Context) (*History, error)
	// Items returns this instance's unfinished items, those that were finished after since, and the Seq up to
	// which that is all.
	Items(ctx context.Context, since int64) ([]Item, int64, error)
	// Changed returns this instance's items with a Seq above since, finished ones included, and the newest Seq.
	Changed(ctx context.Context, since int64) ([]Item, int64, error)
	// Forget drops texts, times and attempts of some of the items that were finished before a time.
	Forget(ctx context.Context, before time.Time) error
	// Wait returns after a change: at once for this handle's, within about a second for others'. It
	// may return without one.
	Wait(ctx context.Context) error
	// Meta and SetMeta store small values beside the items. A missing value is empty.
	Meta(ctx context.Context, key string) (string, error)
	SetMeta(ctx context.Context, key, value string) error
	// Blob and SetBlob are the same for large values, which check themselves. A missing one is nil.
	Blob(ctx context.Context, key string) ([]byte, error)
	SetBlob(ctx context.Context, key string, value []byte) error
	// Known returns what this instance's entities were shown as imported by; Remember adds to it, in one
	// transaction, replacing what was known of the same entities. Neither is a change that Wait reports.
	Known(ctx context.Context) ([]Known, error)
	Remember(ctx context.Context, known []Known) error
}
