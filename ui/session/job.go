package session

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/safetext"
	"conviso-importer/internal/text"
)

// Job is the import that a person follows, by whichever process it is sent. The zero value follows nothing.
type Job struct {
	// Sends reports that this process sends, Again that it must send once more afterwards.
	Sends, Again bool
	Runner       string // the other process that sends, or empty

	job importer.Job
	// failed is valid while failedKnown.
	failed      []catalog.Ref
	failedKnown bool
	sending     map[catalog.Ref]time.Time // when each item under way was sent
	estimate    estimate
}

// Begin starts a job with everything pending, unless one is running, and reports whether it did. The items of
// p, which may be nil, join either.
func (j *Job) Begin(now time.Time, p *importer.Plan, known map[catalog.Ref]importer.Item) bool {
	isNew := !j.Running()
	if isNew {
		*j = Job{Sends: j.Sends, Again: j.Again, Runner: j.Runner, job: *importer.NewJob(now), sending: map[catalog.Ref]time.Time{}}
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
		j.join(maps.Values(known), now)
	}
	return isNew
}

// Running reports whether the job has begun and not ended.
func (j *Job) Running() bool { return j.begun() && j.job.Ended.IsZero() }

func (j *Job) begun() bool { return !j.job.Began.IsZero() }

// Absorb updates the job with changed items; new pending ones join unless late. It returns those of a running
// job that have just failed, by ref.
func (j *Job) Absorb(fresh []importer.Item, now time.Time) []importer.Item {
	if !j.begun() {
		return nil
	}
	var failures []importer.Item
	if j.Running() {
		j.join(slices.Values(fresh), now)
		for i := range fresh {
			was, ok := j.job.Item(fresh[i].Ref)
			if ok && fresh[i].State == importer.Failed && (was.State != importer.Failed || was.Attempts != fresh[i].Attempts) {
				failures = append(failures, fresh[i])
			}
		}
		slices.SortFunc(failures, byRef)
	}
	j.update(fresh)
	return failures
}

// join adds pending items by ref; the job leaves out late ones.
func (j *Job) join(items iter.Seq[importer.Item], now time.Time) {
	var joining []importer.Item
	for item := range items {
		if item.State.Pending() && !j.job.Has(item.Ref) {
			joining = append(joining, item)
		}
	}
	slices.SortFunc(joining, byRef)
	j.job.AddPending(joining, now)
	j.noteSending(joining)
}

func byRef(a, b importer.Item) int { return cmp.Compare(a.Ref, b.Ref) }

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

// End ends the job, moves failures to the top and returns them.
func (j *Job) End(now time.Time) []catalog.Ref {
	if !j.begun() {
		return nil
	}
	j.job.Ended = now
	j.job.FailedFirst()
	j.failedKnown = false
	return j.Failed()
}

// Ended reports whether the job has begun and ended.
func (j *Job) Ended() bool { return !j.job.Ended.IsZero() }

// Took returns the duration of an ended job.
func (j *Job) Took() time.Duration { return j.job.Ended.Sub(j.job.Began) }

// Len returns the number of entities.
func (j *Job) Len() int { return j.job.Len() }

// At returns the item at a position.
func (j *Job) At(i int) importer.JobItem { return j.job.At(i) }

// Item returns the item of an entity.
func (j *Job) Item(ref catalog.Ref) (importer.JobItem, bool) { return j.job.Item(ref) }

// First returns the position of the first unsettled item, or Len.
func (j *Job) First() int { return j.job.First() }

// States returns the number of items by state. Do not change it.
func (j *Job) States() importer.Counts { return j.job.States() }

// Refs returns the job's entities in order.
func (j *Job) Refs() []catalog.Ref {
	refs := make([]catalog.Ref, j.Len())
	for i := range refs {
		refs[i] = j.job.At(i).Ref
	}
	return refs
}

// Failed returns the failed entities in order; the result is cached.
func (j *Job) Failed() []catalog.Ref {
	if !j.failedKnown {
		j.failed, j.failedKnown = j.job.Failed(), true
	}
	return j.failed
}

// Unanswered returns when the oldest request under way was sent; zero for none.
func (j *Job) Unanswered() time.Time {
	var oldest time.Time
	for _, at := range j.sending {
		if oldest.IsZero() || at.Before(oldest) {
			oldest = at
		}
	}
	return oldest
}

// Result sums up an ended job.
func (j *Job) Result() string {
	counts := j.States()
	words := text.Join(", ", fmt.Sprintf("%d imported, %d failed", counts[importer.Imported], counts[importer.Failed]),
		countOf(counts[importer.Skipped], "skipped"))
	if n := counts.Pending(); n > 0 {
		words += fmt.Sprintf(", %d not seen at Conviso yet", n)
	}
	return words + " in " + text.Took(j.Took()) + "."
}

// FailureLines describe failures with their whole reasons. Lines with a leading blank continue the entity
// before; empty lines separate entities.
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
