package lines

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/safego"
	"conviso-importer/internal/text"
	"conviso-importer/ui"
)

// job is the import that was last begun here: everything that was pending since then.
type job struct {
	refs  []catalog.Ref
	known map[catalog.Ref]bool
	// told are the failures that were said; line is the last line of counts.
	told map[catalog.Ref]bool
	line string
	// began and ended bound it; ended is zero while it runs.
	began, ended time.Time
	// draining says that this process sends, again that it does so once more.
	draining, again bool
}

// begin starts a new job, unless one is under way: then what comes belongs to that one.
func (j *job) begin(now time.Time) {
	if !j.began.IsZero() && j.ended.IsZero() {
		return
	}
	*j = job{known: map[catalog.Ref]bool{}, told: map[catalog.Ref]bool{}, began: now, draining: j.draining, again: j.again}
}

// expect adds an entity.
func (j *job) expect(ref catalog.Ref) {
	if !j.known[ref] {
		j.known[ref] = true
		j.refs = append(j.refs, ref)
	}
}

// submitted follows a plan that is on disk now to its end.
func (s *session) submitted(p *importer.Plan) {
	s.job.begin(s.now())
	for i := range p.Items {
		s.marks.Sent(p.Items[i].Ref)
		s.job.expect(p.Items[i].Ref)
	}
	s.say(fmt.Sprintf("Importing %s. They are in the queue on disk: losing the link loses nothing.", text.Entities(len(p.Items))))
	s.drain()
}

// resume ends a pause, or goes on with what is not finished. To ask for it is how the user agrees.
func (s *session) resume() {
	left := s.left()
	switch {
	case s.job.draining && s.engine.Pause(false):
		s.say("It goes on after the pause.")
	case !s.sendable():
	case s.job.draining:
		s.write("It is being sent.")
	case left.Pending() == 0:
		s.write("Nothing is left to send.")
	default:
		s.job.begin(s.now())
		s.follow()
		s.say("Going on with the unfinished import: " + ui.UnfinishedWords(left))
		s.drain()
	}
}

// left is what of the queue is not as it should be in the end.
func (s *session) left() importer.Unsettled {
	return importer.UnsettledOf(maps.Values(s.items), s.now())
}

// offer tells of what an earlier run, or another process, has not finished.
func (s *session) offer() {
	left := s.left()
	if left.Late > 0 {
		s.say(ui.LateWords(s.now(), left))
	}
	since, words := left.Since, ui.UnfinishedWords(left)
	switch {
	case left.Pending() == 0:
	case s.runner != "":
		s.say(s.runner + " is importing: " + words)
	case ui.Unable(s.id) != "":
		s.say(fmt.Sprintf("Unfinished import from %s: %s Not resumed, %s", text.Clock(s.now(), since), words, ui.Unable(s.id)))
	default:
		s.say(fmt.Sprintf("Unfinished import from %s: %s resume goes on with it.", text.Clock(s.now(), since), words))
	}
}

// drain sends what is queued. Where that is under way it is done once more afterwards, so that
// nothing stays behind that was queued at its very end.
func (s *session) drain() {
	if s.job.draining {
		s.job.again = true
		return
	}
	s.job.draining = true
	s.beside(func(ctx context.Context) func() {
		err := s.engine.Drain(ctx)
		items, seq, readErr := s.engine.Items(ctx)
		return func() {
			s.seq = max(s.seq, seq)
			s.merge(items)
			s.drained(errors.Join(err, readErr))
		}
	})
}

// drained ends a job, or goes on where more was queued in the meantime.
func (s *session) drained(err error) {
	s.job.draining = false
	switch {
	case errors.Is(err, context.Canceled):
		return
	case errors.Is(err, importer.ErrStopped):
		s.job.again = false
		s.goesOn()
		s.say(fmt.Sprintf("Stopped as asked. %s resume goes on.", ui.UnfinishedWords(s.left())))
		return
	case err != nil:
		s.job.again = false
		s.goesOn()
		s.fail(err, "the queue keeps what is left, resume goes on")
		return
	case s.job.again:
		s.job.again = false
		s.drain()
		return
	}
	s.goesOn()
	s.job.ended = s.now()
	counts := s.job.counts(s.items)
	view := s.view()
	for _, ref := range s.job.refs {
		if s.items[ref].State == importer.Failed {
			s.marks.Failed(view, ref)
		}
	}
	line := "Import finished: " + ui.ResultWords(s.now(), s.job.refs, s.items, s.job.ended.Sub(s.job.began))
	if counts[importer.Failed] > 0 {
		line += " reasons tells why; R tries what failed again."
	}
	s.say(line)
}

// counts are the job's items by state.
func (j *job) counts(items map[catalog.Ref]importer.Item) importer.Counts {
	counts := importer.Counts{}
	for _, ref := range j.refs {
		state := importer.Queued
		if item, ok := items[ref]; ok {
			state = item.State
		}
		counts[state]++
	}
	return counts
}

// follow takes into the job what has become pending while it runs, and tells each failure.
func (s *session) follow() {
	j := &s.job
	if j.began.IsZero() || !j.ended.IsZero() {
		return
	}
	before := len(j.refs)
	for ref, item := range s.items {
		if ui.Joins(&item, s.now()) {
			j.expect(ref)
		}
	}
	slices.Sort(j.refs[before:])
	for _, ref := range j.refs {
		item, ok := s.items[ref]
		switch {
		case !ok:
		case item.State != importer.Failed:
			// What is tried again may fail again.
			delete(j.told, ref)
		case !j.told[ref]:
			j.told[ref] = true
			s.say(fmt.Sprintf("Failed: %s: %s", ref, text.Reason(item.Project.Name, item.Error)))
		}
	}
}

// tellCounts says how far the import has come, unless that was said.
func (s *session) tellCounts() {
	if !s.job.draining {
		return
	}
	counts := s.job.counts(s.items)
	var parts []string
	for _, state := range []importer.State{importer.Imported, importer.Accepted, importer.Sending, importer.Retrying, importer.Queued, importer.Failed} {
		if counts[state] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[state], state))
		}
	}
	line := fmt.Sprintf("Importing %s: %s.", text.Entities(len(s.job.refs)), strings.Join(parts, ", "))
	if line != s.job.line {
		s.job.line = line
		s.say(line)
	}
}

// saysWaiting is how long the end may take without a word.
const saysWaiting = 300 * time.Millisecond

// farewell sums up at the end. An import that was under way is asked once more, since requests
// that were on their way have been answered in the meantime.
func (s *session) farewell(ctx context.Context) ui.Outcome {
	if s.job.draining {
		s.waitForAnswers(ctx)
		if items, _, err := s.engine.Items(context.WithoutCancel(ctx)); err == nil {
			s.merge(items)
		}
	}
	outcome := ui.Farewell(s.now(), s.id, s.job.refs, s.items)
	outcome.Company, outcome.Filter, outcome.Kinds = s.leaveTo, s.look.filter, s.engine.Kinds()
	return outcome
}

func (s *session) waitForAnswers(ctx context.Context) {
	waited := make(chan struct{})
	safego.Go(ctx, func() {
		defer close(waited)
		s.engine.Wait()
	})
	patience := time.NewTimer(saysWaiting)
	defer patience.Stop()
	select {
	case <-waited:
		return
	case <-patience.C:
	}
	s.write("Waiting a few seconds for answers that are on their way; ctrl+c twice ends at once.")
	<-waited
}
