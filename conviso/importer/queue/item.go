package queue

import (
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
)

// State is a status word. The words are the same on screen, in JSON and in the queue.
type State string

// The status words.
const (
	// New: no asset of this name is among the platform's assets.
	New State = "new"
	// Imported: an asset of this name was read back from the platform.
	Imported State = "imported"
	// Queued: written to the queue, not sent yet.
	Queued State = "queued"
	// Sending: the request is in flight, or its outcome is not on disk yet.
	Sending State = "sending"
	// Retrying: to be sent again. If the answer was lost, the assets are read until the settle
	// time first.
	Retrying State = "retrying"
	// Accepted: the platform took it, and its job has not made the asset yet.
	Accepted State = "accepted"
	// Failed: refused, with a reason.
	Failed State = "failed"
	// Clash: an asset of this name exists and several entities map to it, or, in a plan,
	// another entity of the same name goes first.
	Clash State = "clash"
	// Unknown: the platform's assets could not be read.
	Unknown State = "unknown"
	// Skipped is the outcome of an entity that a plan left out; it never names a status.
	Skipped State = "skipped"
)

// Pending reports whether the engine still has work to do for an item in this state.
func (s State) Pending() bool {
	return s == Queued || s == Sending || s == Retrying || s == Accepted
}

// Markable reports whether an entity in this state may be marked for an import. What is imported
// or pending has nothing left to import.
func (s State) Markable() bool { return s != Imported && !s.Pending() }

// LateAfter is how long an accepted item that does not appear is waited for. Later reads settle it.
const LateAfter = 15 * time.Minute

// NoteInterrupted is the error of an item that was on its way when its process ended.
const NoteInterrupted = "an earlier run ended before the answer came; the assets are read before anything is sent again"

// ID is the identity of an item: the catalog's instance and the entity.
type ID struct {
	Instance string
	Ref      catalog.Ref
}

// Item is an entity in the queue: it is sent, and looked for among the platform's assets.
type Item struct {
	// Instance and Ref are the item's identity; see ID.
	Instance string
	Ref      catalog.Ref
	// Seq grows with every change of any item; watchers ask for what is newer.
	Seq int64
	// Project is exactly what is sent.
	Project conviso.Project
	State   State
	// Lost reports that the item may have been sent and the outcome is unknown. It is not sent
	// again before the assets have been read until the settle time.
	Lost bool
	// Attempts counts the requests that the platform may have worked on.
	Attempts int
	// BatchMax is the size of the largest batch that may carry the item. A batch that the
	// platform refuses as a whole is split until the item at fault is alone.
	BatchMax int
	// Error is the last failure in one safe line.
	Error string
	// AssetID is the id of the item's asset.
	AssetID string
	// Baseline are the ids of the assets that had the item's name before it was sent. They do
	// not show that it arrived.
	Baseline []string
	// Strict reports that entities share the name, so that only exactly one new asset shows that
	// the item arrived.
	Strict bool
	// Reads counts the complete reads since SentAt that did not show the item.
	Reads int
	// AddedAt, SentAt, CheckedAt are when it was queued, last sent, last looked for.
	AddedAt, SentAt, CheckedAt time.Time
	// NotBefore is when it may be sent again.
	NotBefore time.Time
}

// ID returns the item's identity.
func (i *Item) ID() ID { return ID{i.Instance, i.Ref} }

// Waits reports whether the item is to be sent.
func (i *Item) Waits() bool { return i.State == Queued || i.State == Retrying && !i.Lost }

// Late reports whether the item was accepted so long ago that nobody waits for its asset any more.
func (i *Item) Late(now time.Time) bool {
	return i.State == Accepted && now.Sub(i.SentAt) > LateAfter
}

// Key returns the item's name in the form in which names are compared.
func (i *Item) Key() string { return conviso.NameKey(i.Project.Name) }
