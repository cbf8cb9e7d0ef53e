package importer

import (
	"slices"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/internal/safetext"
)

// Job follows entities through the queue, from a plan or an earlier run to their end: it is what
// an import, a resume and a check of auto-import report. It costs what has changed, not what it
// has. One goroutine owns it.
type Job struct {
	// Began and Ended bound it; Ended is zero while it runs.
	Began, Ended time.Time

	items []JobItem
	index map[catalog.Ref]int
	// states counts the items by state.
	states Counts
	// late is how many items are Late, unseen how many of these no look at the platform has
	// confirmed since the job began.
	late, unseen int
	// doubled is how many are imported and have something said of them.
	doubled int
	// first is the first item that is pending, or the number of items.
	first int
}

// JobItem is one entity of a job. Its strings are safe to show.
type JobItem struct {
	Ref  catalog.Ref
	Name string
	// State is a status word, or Skipped.
	State State
	// AssetID is the asset that was read back; Error the last failure, or why it was skipped.
	AssetID, Error string
	Attempts       int
	// Lost reports that a request carried it and its answer was lost.
	Lost bool
	// Late reports that the platform took it so long ago that nothing waits for it any more.
	Late bool
	// SentAt is when it was last sent, NotBefore when it may be sent again; zero for none.
	SentAt, NotBefore time.Time
	// unseen reports that it is late and was not looked for since the job began.
	unseen bool
	// seq is the change of the queue that it was taken from; zero for what a plan has added.
	seq int64
}

// NewJob returns a job without entities.
func NewJob(began time.Time) *Job {
	return &Job{Began: began, index: map[catalog.Ref]int{}, states: Counts{}}
}

// AddPlan adds what a plan sends and what it skips. What is on its way already is no skip: it is
// followed like the rest.
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
		case s.State != Imported:
			item.Error = string(s.State)
			if s.Reason != "" {
				item.Error += " (" + s.Reason + ")"
			}
		}
		j.add(item)
	}
}

// Others counts what is in the queue and not of this job: what is unfinished, and what is late,
// which nothing waits for.
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

// AddPending adds what is unfinished in the queue. Late items are left out; see AddLate.
func (j *Job) AddPending(items []Item, now time.Time) {
	for i := range items {
		if item := &items[i]; item.State.Pending() && !item.Late(now) {
			j.add(jobItem(item))
		}
	}
}

// AddLate adds the late items: each is looked for once, and stays as it is if it is not there.
func (j *Job) AddLate(items []Item, now time.Time) {
	for i := range items {
		if item := &items[i]; !j.Has(item.Ref) && item.Late(now) {
			late := jobItem(item)
			late.Late, late.unseen = true, true
			late.Error = "taken on " + item.SentAt.Format(whenLayout) + " and not seen since"
			j.add(late)
		}
	}
}

func jobItem(i *Item) JobItem {
	return JobItem{Ref: i.Ref, Name: safetext.Line(i.Project.Name), State: i.State, AssetID: i.AssetID, Error: i.Error,
		Attempts: i.Attempts, Lost: i.Lost, SentAt: i.SentAt, NotBefore: i.NotBefore, seq: i.Seq}
}

// add appends an item unless the job has its entity.
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
}

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
}

// Update takes over what the queue knows of the job's entities. What a plan skipped stays so, and
// an item that is older than what the job knows changes nothing: answers may overtake each other.
func (j *Job) Update(items []Item) {
	for i := range items {
		at, ok := j.index[items[i].Ref]
		if !ok || j.items[at].State == Skipped || items[i].Seq < j.items[at].seq {
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

// Has reports whether the job follows an entity.
func (j *Job) Has(ref catalog.Ref) bool {
	_, ok := j.index[ref]
	return ok
}

// Len is the number of entities, those that were skipped included.
func (j *Job) Len() int { return len(j.items) }

// At returns the item at a position, in the order in which entities joined.
func (j *Job) At(i int) JobItem { return j.items[i] }

// Item returns the item of an entity.
func (j *Job) Item(ref catalog.Ref) (JobItem, bool) {
	at, ok := j.index[ref]
	if !ok {
		return JobItem{}, false
	}
	return j.items[at], true
}

// First is the position of the first item that is pending, Len where none is.
func (j *Job) First() int { return j.first }

// Failed returns the entities that failed, in the order of the job.
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

// FailedFirst puts what failed before the rest, where its reasons are seen.
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

// JobCounts are the figures of a job: Requested = Skipped + Verified + Failed + Pending.
type JobCounts struct {
	Requested, Skipped int
	// Verified are imported: their assets were read back. Accepted is the part of the pending
	// ones that the platform took, Late the part of those that nothing waits for any more.
	Verified, Failed, Pending, Accepted, Late int
	// Doubled are imported ones whose name has a second asset, which somebody else made.
	Doubled int
}

// Counts returns the figures now.
func (j *Job) Counts() JobCounts {
	return JobCounts{Requested: len(j.items), Skipped: j.states[Skipped], Verified: j.states[Imported], Failed: j.states[Failed],
		Pending: j.states.Pending(), Accepted: j.states[Accepted], Late: j.late, Doubled: j.doubled}
}

// States returns how many items are in each state. It must not be changed.
func (j *Job) States() Counts { return j.states }

// Settled reports whether nothing is left to wait for; with accepted it is enough that the
// platform has taken an item. Late items are waited for until they were looked for once.
func (j *Job) Settled(accepted bool) bool {
	waiting := j.states.Pending() - j.late + j.unseen
	if accepted {
		waiting -= j.states[Accepted] - j.late
	}
	return waiting == 0
}
