// Package queue defines the items that were promised to the user, and what a queue of them has
// to do; Memory is one. Package queuetest holds any queue to that. It must not know how an item
// is sent, looked for or shown.
package queue

import (
	"context"
	"errors"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
)

// Entry is an entity to be added to a queue.
type Entry struct {
	Ref     catalog.Ref
	Project conviso.Project
	// Baseline and Strict are as in Item.
	Baseline []string
	Strict   bool
	// After is the first Seq that the plan of the entry did not know, or 0. An item that was
	// imported since then is not replaced.
	After int64
	// Again sends a late item again, which is pending otherwise: somebody has asked for it by
	// name, and it was looked for by LooksBeforeAgain complete reads.
	Again bool
}

// LooksBeforeAgain is how many complete reads must not have shown a late item before it may be
// sent again.
const LooksBeforeAgain = 2

// Replaces reports whether e replaces the entity's old item when it is added. It does not if that is
// pending, unless it is late and to be sent again, or was imported after e was planned.
func (e *Entry) Replaces(old *Item, now time.Time) bool {
	if e.Again && old.Late(now) && old.Reads >= LooksBeforeAgain {
		return true
	}
	return !old.State.Pending() && (old.State != Imported || e.After <= 0 || old.Seq < e.After)
}

// Item returns the item that e becomes.
func (e *Entry) Item(instance string, now time.Time) Item {
	return Item{Instance: instance, Ref: e.Ref, Project: e.Project, State: Queued, BatchMax: BatchSize,
		Baseline: e.Baseline, Strict: e.Strict, AddedAt: now}
}

// Work counts what a queue has left to do, for all instances.
type Work struct {
	// ToSend, Sending, Lost and Accepted are numbers of items. ToSend are the queued ones and
	// those that certainly did not arrive and are retried.
	ToSend, Sending, Lost, Accepted int
	// NextSend is when the first item is due to be sent, or zero.
	NextSend time.Time
	// LastAccepted is when the newest accepted item was sent, or zero.
	LastAccepted time.Time
}

// BatchSize is the largest number of projects in one request that the platform is known to accept.
const BatchSize = 25

// ErrNewer means that a queue was written by a newer version, whose items this one may misread.
var ErrNewer = errors.New("the queue was written by a newer version of conviso-importer")

// Queue records what was promised to the user. Every method that changes a durable queue returns
// only after the change is on disk. Several processes may use one queue. Only the holder of its
// lock may call Claim, Record and Recover.
type Queue interface {
	// Add adds entries in one transaction and returns how many it added. It leaves out those of
	// items that Entry.Replaces does not allow to replace.
	Add(ctx context.Context, entries []Entry, now time.Time) (int, error)
	// Claim marks up to limit items as sending, on disk before they are sent, and returns
	// them. They are due and not lost. No two items of one name are in flight at a time; an
	// accepted item that is Late is not in flight. The items of a claim belong to one instance,
	// have the same BatchMax, and are no more than that.
	Claim(ctx context.Context, limit int, now time.Time) ([]Item, error)
	// Record writes items back, except those that have changed since they were read.
	Record(ctx context.Context, items []Item) error
	// Recover marks the items that an ended process left as sending as lost, and returns how
	// many there were.
	Recover(ctx context.Context) (int, error)
	// Pending returns the items of every instance that are not settled.
	Pending(ctx context.Context) ([]Item, error)
	// Unverified returns the items of every instance that may turn out to be among the
	// platform's assets: accepted, lost or failed.
	Unverified(ctx context.Context) ([]Item, error)
	// Claims returns the ids of the assets that belong to imported items of a name.
	Claims(ctx context.Context, nameKey string) ([]string, error)
	// Work counts what is left to do.
	Work(ctx context.Context) (Work, error)
	// Changed returns this instance's items with a Seq above since, and the newest Seq.
	Changed(ctx context.Context, since int64) ([]Item, int64, error)
	// Wait returns when something may have changed: at once after a change by this handle, and
	// about a second after one by another at the latest.
	Wait(ctx context.Context) error
	// Meta and SetMeta keep small values beside the items, such as the time of the last check.
	// A value that was never set is empty.
	Meta(ctx context.Context, key string) (string, error)
	SetMeta(ctx context.Context, key, value string) error
}
