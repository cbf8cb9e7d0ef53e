package queue

import (
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
)

// State is a status, the same word on screen, in JSON and in the queue.
type State string

// The states.
const (
	New      State = "new"      // the platform has no asset of this name
	Imported State = "imported" // an asset of this name was read back
	Queued   State = "queued"   // in the queue, not sent yet
	Sending  State = "sending"  // in flight, or the outcome is not on disk yet
	Retrying State = "retrying" // to be sent again; after a lost answer the assets are read first
	Accepted State = "accepted" // the platform accepted it and has not created the asset yet
	Failed   State = "failed"   // refused, with a reason
	Clash    State = "clash"    // several entities map to an asset, or, in a plan, one of its name goes first
	Unknown  State = "unknown"  // the platform's assets could not be read
	Gone     State = "gone"     // it was imported, and the platform does not find its asset any more; never an item's
	Skipped  State = "skipped"  // a plan left it out, or it was not sent after all, with the reason; never a status
)

// Pending reports whether the engine still has work to do for the item.
func (s State) Pending() bool {
	return s == Queued || s == Sending || s == Retrying || s == Accepted
}

// Markable reports whether an entity may be marked: neither imported nor pending.
func (s State) Markable() bool { return s != Imported && !s.Pending() }

// LateAfter is how long to wait for an accepted item's asset. Later reads may still settle it.
const LateAfter = 15 * time.Minute

// NoteInterrupted is the error of an item in flight when its process ended.
const NoteInterrupted = "an earlier run ended before the answer came; the assets are read before anything is sent again"

// NoteDoubtful is the error of an item that another file than the queue's may know to be sent.
const NoteDoubtful = "the queue's file was damaged, restored, deleted or copied, so it may have been sent already; the assets are read before anything is sent again"

// ID is an item's identity: the catalog's instance and the entity.
type ID struct {
	Instance string
	Ref      catalog.Ref
}

// Item is an entity in the queue.
type Item struct {
	Instance string
	Ref      catalog.Ref
	Seq      int64           // the number of the item's last change; it grows over all items
	Project  conviso.Project // exactly what is sent
	State    State
	// Lost reports that the outcome of a send is unknown. It is not sent again before the assets
	// were read until the settle time.
	Lost     bool
	Attempts int // counts the requests that the platform may have processed
	// BatchMax bounds the item's batch: refused batches are split until the faulty item is alone.
	BatchMax int
	Error    string // the last failure in one safe line
	AssetID  string
	Baseline []string // the assets that had the name before the send; they prove nothing
	Strict   bool     // entities share the name: only exactly one new asset proves arrival
	Reads    int      // counts the whole reads since SentAt that did not show it
	Agreed   Agreed
	// AddedAt, SentAt, CheckedAt are when it was queued, last sent, last read back.
	AddedAt, SentAt, CheckedAt time.Time
	NotBefore                  time.Time // when it may be sent again
	// PlatformAt is SentAt by the platform's clock, zero if that was not known. It holds over runs.
	PlatformAt time.Time
	User, Host string // who imported it and from where, as far as it is known; empty before
}

// Agreed is what the sender of an item knew of it and sent it all the same. The item is judged again before its
// first send, and only what is newly so stops it.
type Agreed struct {
	Clash  bool `json:"clash,omitempty"`  // another entity or an asset has its name
	Gone   bool `json:"gone,omitempty"`   // it was imported, and its asset was deleted
	Late   bool `json:"late,omitempty"`   // the platform took it before and never showed it
	Shared bool `json:"shared,omitempty"` // another entity has its repository
	Held   bool `json:"held,omitempty"`   // its annotations keep it out of bulk imports
	// Sharers are the compared names of other entities of its repository that had no asset. They are only kept
	// where Shared was not agreed to.
	Sharers []string `json:"sharers,omitempty"`
}

// ID returns the item's identity.
func (i *Item) ID() ID { return ID{i.Instance, i.Ref} }

// Waits reports whether the item is to be sent.
func (i *Item) Waits() bool { return i.State == Queued || i.State == Retrying && !i.Lost }

// NoteTakenBack is the error of an item that was taken back before it was sent.
const NoteTakenBack = "taken back"

// TakeBack makes a waiting item a skipped one and reports whether it did.
func (i *Item) TakeBack() bool {
	if !i.Waits() {
		return false
	}
	i.State, i.Error, i.NotBefore = Skipped, NoteTakenBack, time.Time{}
	return true
}

// Doubt marks an item that may have been sent as lost at a time, so that it is read back for the settle time
// before it is sent.
func (i *Item) Doubt(at time.Time) {
	i.State, i.Lost, i.Error = Retrying, true, NoteDoubtful
	// When it was really sent is not known, so the settle time begins with the first look.
	i.PlatformAt = time.Time{}
	i.SentAt, i.NotBefore, i.Reads, i.Attempts = at, time.Time{}, 0, max(1, i.Attempts)
}

// Send marks a waiting item as on its way. What doubted the sends before says nothing of this one.
func (i *Item) Send(now, platform time.Time) {
	i.State, i.SentAt, i.PlatformAt, i.NotBefore, i.Reads = Sending, now, platform, time.Time{}, 0
	i.Attempts++
	if i.Error == NoteDoubtful {
		i.Error = ""
	}
}

// Doubtful reports whether Doubt concerns an item of this state.
func (s State) Doubtful() bool { return s == Queued || s == Sending || s == Retrying }

// Late reports whether the item was accepted too long ago to wait for it.
func (i *Item) Late(now time.Time) bool {
	return i.State == Accepted && now.Sub(i.SentAt) > LateAfter
}

// By returns who imported it and from where, or empty.
func (i *Item) By() string {
	if i.User == "" || i.Host == "" {
		return i.User + i.Host
	}
	return i.User + " on " + i.Host
}

// Key returns the item's name in its compared form.
func (i *Item) Key() string { return conviso.NameKey(i.Project.Name) }

// ByRef indexes items by ref.
func ByRef(items []Item) map[catalog.Ref]Item {
	byRef := make(map[catalog.Ref]Item, len(items))
	for i := range items {
		byRef[items[i].Ref] = items[i]
	}
	return byRef
}
