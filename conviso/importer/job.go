package importer

import (
	"math"
	"slices"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer/status"
	"conviso-importer/internal/safetext"
)

// Job follows entities through the queue until they are settled: for an import, a resume or an
// auto-import check. Updates cost what changed, not the job's size. It is not safe for concurrent use.
type Job struct {
	Began, Ended time.Time // Ended is zero while the job runs

	items        []JobItem
	index        map[catalog.Ref]int
	states       Counts
	late, unseen int // late counts the late items, unseen those of them not read back since the job began
	doubled      int // counts imported items with a note
	stopped      int // counts items skipped after they were queued
	first        int // the index of the first pending item, or len(items)
	planning     bool
	unplanned    int // how many entities are not planned yet
	// early are the newest changes of entities that have not joined, while the job is planned: they are told once.
	early map[catalog.Ref]Item
}

// JobItem is one entity of a job. Its strings are safe to show.
type JobItem struct {
	Ref   catalog.Ref
	Name  string
	State State // a status, or Skipped
	// AssetID was read back; Error is the last failure, or why it was skipped.
	AssetID, Error string
	Attempts       int
	Lost           bool // the answer to its request was lost
	Late           bool // the platform accepted it too long ago to wait for
	// SentAt is when it was last sent, NotBefore when it may be sent again; zero for none.
	SentAt, NotBefore time.Time
	unseen            bool  // it is late and was not read back since the job began
	seq               int64 // the queue's change it comes from; zero for a plan
}

// Reason is why the item is in its state: the error, or for an imported one that was not sent that it was not.
func (i *JobItem) Reason() string {
	if i.State == Imported && i.Attempts == 0 && i.Error == "" {
		return status.ImportedMeanwhile
	}
	return i.Error
}

// NewJob returns a job without entities.
func NewJob(began time.Time) *Job {
	return &Job{Began: began, index: map[catalog.Ref]int{}, states: Counts{}}
}

// AddPlan adds what a plan sends and skips. Skipped items that are in flight are followed; what is gone fails where
// a list names it.
func (j *Job) AddPlan(p *Plan) {
	for i := range p.Items {
		j.add(JobItem{Ref: p.Items[i].Ref, Name: safetext.Line(p.Items[i].Project.Name), State: Queued})
	}
	for i := range p.Skipped {
		s := &p.Skipped[i]
		item := JobItem{Ref: s.Ref, Name: s.Name, State: Skipped}
		switch {
		case s.State.Pending():
			item.State = s.State
		case s.State == Gone && p.listed:
			// What the queue has of it is older.
			item.State, item.Error, item.seq = Failed, s.Reason, math.MaxInt64
		case s.State != Imported:
			item.Error = string(s.State)
			if s.Reason != "" {
				item.Error += " (" + s.Reason + ")"
			}
		}
		j.add(item)
	}
}

// Others counts the queue's items outside this job: unfinished, and late ones.
func (j *Job) Others(items []Item, now time.Time) (unfinished, late int) {
	for i := range items {
		switch item := &items[i]; {
		case j.Has(item.Ref) || !item.State.Pending():
		case item.Late(now):
			late++
		default:
			unfinished++
		}
	}
	return unfinished, late
}

// AddPending adds the queue's unfinished items, except late ones; see AddLate.
func (j *Job) AddPending(items []Item, now time.Time) {
	for i := range items {
		if item := &items[i]; item.State.Pending() && !item.Late(now) {
			j.add(jobItem(item))
		}
	}
}

// AddLate adds the late items, each to be read back once.
func (j *Job) AddLate(items []Item, now time.Time) {
	for i := range items {
		if item := &items[i]; !j.Has(item.Ref) && item.Late(now) {
			late := jobItem(item)
			late.Late, late.unseen = true, true
			late.Error = "taken on " + item.SentAt.Format(status.WhenLayout) + " and not seen since"
			j.add(late)
		}
	}
}

func jobItem(i *Item) JobItem {
	return JobItem{Ref: i.Ref, Name: safetext.Line(i.Project.Name), State: i.State, AssetID: i.AssetID, Error: i.Error,
		Attempts: i.Attempts, Lost: i.Lost, SentAt: i.SentAt, NotBefore: i.NotBefore, seq: i.Seq}
}

func (j *Job) add(item JobItem) {
	if j.Has(item.Ref) {
		return
	}
	j.index[item.Ref] = len(j.items)
	j.items = append(j.items, item)
	j.count(&item, 1)
	if !item.State.Pending() && j.first == len(j.items)-1 {
		j.first++
	}
	if change, ok := j.early[item.Ref]; ok {
		delete(j.early, item.Ref)
		j.Update([]Item{change})
	}
}

func (j *Job) endPlanning() { j.planning, j.early = false, nil }

func (j *Job) count(item *JobItem, by int) {
	j.states[item.State] += by
	if item.Late {
		j.late += by
	}
	if item.unseen {
		j.unseen += by
	}
	if item.State == Imported && item.Error != "" {
		j.doubled += by
	}
	if item.State == Skipped && item.seq > 0 {
		j.stopped += by
	}
}

// Update applies changes of the queue. Items that a plan skipped and changes older than the item's are ignored:
// answers may arrive out of order. While the job is planned, those of entities that have not joined are kept.
func (j *Job) Update(items []Item) {
	for i := range items {
		at, ok := j.index[items[i].Ref]
		if !ok && j.planning && items[i].Seq >= j.early[items[i].Ref].Seq {
			if j.early == nil {
				j.early = map[catalog.Ref]Item{}
			}
			j.early[items[i].Ref] = items[i]
		}
		if !ok || j.items[at].State == Skipped && j.items[at].seq == 0 || items[i].Seq < j.items[at].seq {
			continue
		}
		old := &j.items[at]
		fresh := jobItem(&items[i])
		if old.Late && fresh.State == Accepted {
			fresh.Late, fresh.Error = true, old.Error
			fresh.unseen = old.unseen && !items[i].CheckedAt.After(j.Began)
		}
		j.count(old, -1)
		j.count(&fresh, 1)
		*old = fresh
		if fresh.State.Pending() {
			j.first = min(j.first, at)
		}
	}
	for j.first < len(j.items) && !j.items[j.first].State.Pending() {
		j.first++
	}
}

// Has reports whether the job has the entity.
func (j *Job) Has(ref catalog.Ref) bool {
	_, ok := j.index[ref]
	return ok
}

// Len is the number of entities, skipped ones included.
func (j *Job) Len() int { return len(j.items) }

// At returns the item at an index; items are in the order of adding.
func (j *Job) At(i int) JobItem { return j.items[i] }

// Item returns the item of an entity.
func (j *Job) Item(ref catalog.Ref) (JobItem, bool) {
	at, ok := j.index[ref]
	if !ok {
		return JobItem{}, false
	}
	return j.items[at], true
}

// First is the index of the first pending item, or Len.
func (j *Job) First() int { return j.first }

// Failed returns the failed entities in the job's order.
func (j *Job) Failed() []catalog.Ref {
	if j.states[Failed] == 0 {
		return nil
	}
	var refs []catalog.Ref
	for i := range j.items {
		if j.items[i].State == Failed {
			refs = append(refs, j.items[i].Ref)
		}
	}
	return refs
}

// FailedFirst moves failed items to the front.
func (j *Job) FailedFirst() {
	slices.SortStableFunc(j.items, func(a, b JobItem) int {
		switch {
		case a.State == Failed && b.State != Failed:
			return -1
		case a.State != Failed && b.State == Failed:
			return 1
		}
		return 0
	})
	for i := range j.items {
		j.index[j.items[i].Ref] = i
	}
	j.first = len(j.items)
	if i := slices.IndexFunc(j.items, func(i JobItem) bool { return i.State.Pending() }); i >= 0 {
		j.first = i
	}
}

// JobCounts are a job's counters: Requested = Skipped + Verified + Failed + Pending.
type JobCounts struct {
	Requested, Skipped int
	// Verified were read back. Accepted and Late are parts of Pending.
	Verified, Failed, Pending, Accepted, Late int
	Doubled                                   int // imported ones whose name has a second asset
	Stopped                                   int // skipped ones that had been queued
	Unplanned                                 int // entities beside Requested that were not planned
}

// Counts returns the current counters.
func (j *Job) Counts() JobCounts {
	return JobCounts{Requested: len(j.items), Skipped: j.states[Skipped], Verified: j.states[Imported], Failed: j.states[Failed],
		Pending: j.states.Pending(), Accepted: j.states[Accepted], Late: j.late, Doubled: j.doubled,
		Stopped: j.stopped, Unplanned: j.unplanned}
}

// States returns the number of items by state. Do not modify it.
func (j *Job) States() Counts { return j.states }

// Settled reports whether there is nothing to wait for; with accepted, items that the platform
// accepted count as done. Late items are waited for until read back once.
func (j *Job) Settled(accepted bool) bool {
	if j.planning {
		return false
	}
	waiting := j.states.Pending() - j.late + j.unseen
	if accepted {
		waiting -= j.states[Accepted] - j.late
	}
	return waiting == 0
}
