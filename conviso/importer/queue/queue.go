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

// Entry is what is added to the queue.
type Entry struct {
	Ref     catalog.Ref
	Project conviso.Project
	// Baseline and Strict are as in Item.
	Baseline []string
	Strict   bool
	// After is the first Seq that was not known when the entry was planned; 0 where that is
	// not known itself. An item that was imported since then is left as it is.
	After int64
}

// Replaces reports whether adding e starts an item of the same entity again. One that is pending
// stays as it is, and so does one that was imported after the entry was planned.
func (e *Entry) Replaces(old *Item) bool {
	return !old.State.Pending() && (old.State != Imported || e.After <= 0 || old.Seq < e.After)
}

// Item returns the item that e becomes.
func (e *Entry) Item(instance string, now time.Time) Item {
	return Item{Instance: instance, Ref: e.Ref, Project: e.Project, State: Queued, BatchMax: BatchSize,
		Baseline: e.Baseline, Strict: e.Strict, AddedAt: now}
}

// Work is what a queue has left to do, over all instances.
type Work struct {
	// ToSend, Sending, Lost and Accepted are numbers of items; ToSend are the queued ones
	// and those that are retried because they certainly did not arrive.
	ToSend, Sending, Lost, Accepted int
	// NextSend is when the first item is due to be sent; zero where none is left.
	NextSend time.Time
	// LastAccepted is when the newest accepted item was sent; zero where there is none.
	LastAccepted time.Time
}

// BatchSize is how many projects one request carries: what the platform is known to take.
const BatchSize = 25

// ErrNewer is met by errors.Is when a queue was written by a newer version, which
// alone knows what its rows promise.
var ErrNewer = errors.New("the queue was written by a newer version of conviso-importer")

// Queue is the durable record of what was promised to the user. Every method that changes
// it returns only after the change is on disk. Several processes may use one queue; only
// the holder of its runner lock may call Claim, Record and Recover.
type Queue interface {
	// Add puts entries into the queue in one transaction and says how many were not pending
	// already. An item that failed or was imported before starts anew, unless it was imported
	// after the entry was planned.
	Add(ctx context.Context, entries []Entry, now time.Time) (int, error)
	// Claim marks up to limit items as sending, on disk before they are sent, and returns
	// them. They may be due, must not be lost, and no two items of one name are in flight at
	// a time; one that was taken long ago and is Late is in flight no more. Items of one claim have the same BatchMax and are no more than it.
	Claim(ctx context.Context, limit int, now time.Time) ([]Item, error)
	// Record writes items back. One that has changed since it was read is left alone.
	Record(ctx context.Context, items []Item) error
	// Recover marks every item that a dead runner left as sending: its fate is unknown.
	Recover(ctx context.Context) (int, error)
	// Pending returns the items of every instance that are not settled.
	Pending(ctx context.Context) ([]Item, error)
	// Unverified returns the items of every instance whose fate the platform's assets can
	// still decide: accepted, lost or failed.
	Unverified(ctx context.Context) ([]Item, error)
	// Claims returns the ids of the assets that were read back for items of a name.
	Claims(ctx context.Context, nameKey string) ([]string, error)
	// Work counts what is left to do.
	Work(ctx context.Context) (Work, error)
	// Changed returns this instance's items whose Seq is above since, and the newest Seq.
	Changed(ctx context.Context, since int64) ([]Item, int64, error)
	// Wait returns when something may have changed: soon after a change by this process,
	// and within about a second after one by another.
	Wait(ctx context.Context) error
	// Meta and SetMeta keep small facts beside the items, such as the last check's time.
	Meta(ctx context.Context, key string) (string, error)
	SetMeta(ctx context.Context, key, value string) error
}
