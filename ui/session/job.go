package session

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/safetext"
	"conviso-importer/internal/text"
)

// Job is the import that a person follows: everything that was pending since it began, by whichever
// process it is sent. The zero value follows nothing.
type Job struct {
	// Sends reports that this process sends, Again that it does so once more afterwards, so that
	// nothing stays behind that was queued at the very end.
	Sends, Again bool
	// Runner is the other process that sends, or empty.
	Runner string

	job *importer.Job
	// failed are the entities that failed, as long as failedKnown.
	failed      []catalog.Ref
	failedKnown bool
	// sending is when each item went that is on its way.
	sending  map[catalog.Ref]time.Time
	estimate estimate
}

// Begin starts a new job, unless one is under way: then what comes belongs to that one. The plan,
// which may be nil, is one that is in the queue now; known is the queue as far as it is known.
// Everything unfinished in it belongs to a new job. Begin reports whether the job is new.
func (j *Job) Begin(now time.Time, p *importer.Plan, known map[catalog.Ref]importer.Item) bool {
	isNew := !j.Running()
	if isNew {
		*j = Job{Sends: j.Sends, Again: j.Again, Runner: j.Runner, job: importer.NewJob(now), sending: map[catalog.Ref]time.Time{}}
	}
	if p != nil {
		j.job.AddPlan(&importer.Plan{Items: p.Items})
		var items []importer.Item
		for i := range p.Items {
			if item, ok := known[p.Items[i].Ref]; ok {
				items = append(items, item)
			}
		}
		j.update(items)
	}
	if isNew {
		var pending []importer.Item
		for _, item := range known {
			if item.State.Pending() {
				pending = append(pending, item)
			}
		}
		j.join(pending, now)
	}
	return isNew
}

// Running reports whether the job has begun and not ended.
func (j *Job) Running() bool { return j.job != nil && j.job.Ended.IsZero() }

// Absorb takes over items that have changed. What becomes pending while the job runs joins it; an
// item that is late does not, since nothing waits for it any more. It returns those items of a
// running job that have just failed, in the order of their refs.
func (j *Job) Absorb(fresh []importer.Item, now time.Time) []importer.Item {
	if j.job == nil {
		return nil
	}
	running := j.Running()
	var failures []importer.Item
	if running {
		j.join(fresh, now)
		for i := range fresh {
			was, ok := j.job.Item(fresh[i].Ref)
			if ok && fresh[i].State == importer.Failed && (was.State != importer.Failed || was.Attempts != fresh[i].Attempts) {
				failures = append(failures, fresh[i])
			}
		}
		slices.SortFunc(failures, func(a, b importer.Item) int { return cmp.Compare(a.Ref, b.Ref) })
	}
	j.update(fresh)
	return failures
}

// join adds what is pending and not late, in the order of the refs.
func (j *Job) join(items []importer.Item, now time.Time) {
	var joining []importer.Item
	for i := range items {
		if items[i].State.Pending() && !j.job.Has(items[i].Ref) {
			joining = append(joining, items[i])
		}
	}
	slices.SortFunc(joining, func(a, b importer.Item) int { return cmp.Compare(a.Ref, b.Ref) })
	j.job.AddPending(joining, now)
	j.noteSending(joining)
}

// update brings the job's items up to date.
func (j *Job) update(items []importer.Item) {
	j.job.Update(items)
	j.noteSending(items)
	j.failedKnown = false
}

func (j *Job) noteSending(items []importer.Item) {
	for i := range items {
		if item, ok := j.job.Item(items[i].Ref); ok && item.State == importer.Sending {
			j.sending[item.Ref] = item.SentAt
		} else {
			delete(j.sending, items[i].Ref)
		}
	}
}

// End ends the job; what was read after the sender stopped has been absorbed before. What failed
// comes first then, where its reasons are seen. End returns those failures, to be marked so that they are
// at hand.
func (j *Job) End(now time.Time) []catalog.Ref {
	if j.job == nil {
		return nil
	}
	j.job.Ended = now
	j.job.FailedFirst()
	j.failedKnown = false
	return j.Failed()
}

// Ended reports whether the job has begun and ended.
func (j *Job) Ended() bool { return j.job != nil && !j.job.Ended.IsZero() }

// Took is how long a job took that has ended.
func (j *Job) Took() time.Duration { return j.job.Ended.Sub(j.job.Began) }

// Len is the number of entities, and At the item at a position.
func (j *Job) Len() int {
	if j.job == nil {
		return 0
	}
	return j.job.Len()
}

// At returns the item at a position.
func (j *Job) At(i int) importer.JobItem { return j.job.At(i) }

// Item returns the item of an entity.
func (j *Job) Item(ref catalog.Ref) (importer.JobItem, bool) {
	if j.job == nil {
		return importer.JobItem{}, false
	}
	return j.job.Item(ref)
}

// First is the position of the first item that is not settled, Len where all are.
func (j *Job) First() int {
	if j.job == nil {
		return 0
	}
	return j.job.First()
}

// States returns how many items are in each state. It must not be changed.
func (j *Job) States() importer.Counts {
	if j.job == nil {
		return nil
	}
	return j.job.States()
}

// Refs returns the job's entities in their order.
func (j *Job) Refs() []catalog.Ref {
	refs := make([]catalog.Ref, j.Len())
	for i := range refs {
		refs[i] = j.job.At(i).Ref
	}
	return refs
}

// Failed returns the entities that failed, in the order of the job. It looks for them only after a
// change.
func (j *Job) Failed() []catalog.Ref {
	if j.job == nil {
		return nil
	}
	if !j.failedKnown {
		j.failed, j.failedKnown = j.job.Failed(), true
	}
	return j.failed
}

// Unanswered is when the oldest of the requests went that are on their way; zero for none.
func (j *Job) Unanswered() time.Time {
	var oldest time.Time
	for _, at := range j.sending {
		if oldest.IsZero() || at.Before(oldest) {
			oldest = at
		}
	}
	return oldest
}

// Result sums up a job that has ended.
func (j *Job) Result() string {
	counts := j.States()
	words := fmt.Sprintf("%d imported, %d failed", counts[importer.Imported], counts[importer.Failed])
	if n := counts.Pending(); n > 0 {
		words += fmt.Sprintf(", %d not seen at Conviso yet", n)
	}
	return words + " in " + text.Took(j.Took()) + "."
}

// FailureLines are lines about entities that failed, each with the whole of its reason; those that
// begin with blanks belong to the one before them, and an empty line parts entities. Where there are
// no entities, one line says so.
func FailureLines(now time.Time, refs []catalog.Ref, items map[catalog.Ref]importer.Item) []string {
	if len(refs) == 0 {
		return []string{"Nothing has failed."}
	}
	var lines []string
	for _, ref := range refs {
		item := items[ref]
		head := string(ref)
		if name := safetext.Line(item.Project.Name); name != "" && name != ref.Name() {
			head += " (as " + name + ")"
		}
		if len(lines) > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, head, "  "+cmp.Or(safetext.Line(item.Error), "no reason is known"))
		if item.Attempts > 0 {
			lines = append(lines, fmt.Sprintf("  sent %s, last at %s", text.Count(item.Attempts, "time", "times"), text.ClockSeconds(now, item.SentAt)))
		}
	}
	return lines
}
