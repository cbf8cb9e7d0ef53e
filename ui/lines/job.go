package lines

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"conviso-importer/conviso/importer"
	"conviso-importer/internal/safego"
	"conviso-importer/internal/text"
	"conviso-importer/ui"
	"conviso-importer/ui/session"
)

// job is the import that was last begun here.
type job struct {
	session.Job
	// line is the last line of counts.
	line string
}

// beginJob begins an import of what a plan has put into the queue, or of what is unfinished in it
// where there is no plan.
func (s *console) beginJob(p *importer.Plan) {
	if s.job.Begin(s.now(), p, s.items) {
		s.job.line = ""
	}
}

// submitted follows a plan that is on disk now to its end.
func (s *console) submitted(p *importer.Plan) {
	s.beginJob(p)
	for i := range p.Items {
		s.marks.Sent(p.Items[i].Ref)
	}
	s.say(fmt.Sprintf("Importing %s. They are in the queue on disk: losing the link loses nothing.", text.Entities(len(p.Items))))
	s.drain()
}

// left is what of the queue is not as it should be in the end.
func (s *console) left() session.Left { return session.LeftOf(s.items, s.now()) }

// resume ends a pause, or goes on with what is not finished. To ask for it is how the user agrees.
func (s *console) resume() {
	left := s.left()
	n := left.Unfinished()
	switch {
	case s.job.Sends && s.engine.Pause(false):
		s.say("It goes on after the pause.")
	case !s.sendable():
	case s.job.NotResumable(n) != "":
		s.write(text.Sentence(s.job.NotResumable(n)))
	default:
		s.beginJob(nil)
		s.say("Going on with the unfinished import: " + left.Words())
		s.drain()
	}
}

// offer tells of what an earlier run, or another process, has not finished.
func (s *console) offer() {
	left := s.left()
	if late := left.LateWords(s.now()); late != "" {
		s.say(late)
	}
	n, since, words := left.Unfinished(), left.Since, left.Words()
	switch {
	case n == 0:
	case s.job.Runner != "":
		s.say(s.job.Runner + " is importing: " + words)
	case session.Unable(s.id) != "":
		s.say(fmt.Sprintf("Unfinished import from %s: %s Not resumed, %s", text.Clock(s.now(), since), words, session.Unable(s.id)))
	default:
		s.say(fmt.Sprintf("Unfinished import from %s: %s resume goes on with it.", text.Clock(s.now(), since), words))
	}
}

// drain sends what is queued. Where that is under way it is done once more afterwards, so that
// nothing stays behind that was queued at its very end.
func (s *console) drain() {
	if s.job.Sends {
		s.job.Again = true
		return
	}
	s.job.Sends = true
	s.beside(func(ctx context.Context) func() {
		err := s.engine.Drain(ctx)
		items, _, readErr := s.engine.Items(ctx)
		return func() {
			s.merge(items)
			s.drained(errors.Join(err, readErr))
		}
	})
}

// drained ends a job, or goes on where more was queued in the meantime.
func (s *console) drained(err error) {
	s.job.Sends = false
	switch {
	case errors.Is(err, context.Canceled):
		return
	case errors.Is(err, importer.ErrStopped):
		s.job.Again = false
		s.goesOn()
		s.say(fmt.Sprintf("Stopped as asked. %s resume goes on.", s.left().Words()))
		return
	case err != nil:
		s.job.Again = false
		s.goesOn()
		s.fail(err, "the queue keeps what is left, resume goes on")
		return
	case s.job.Again:
		s.job.Again = false
		s.drain()
		return
	}
	s.goesOn()
	view := s.view()
	for _, ref := range s.job.End(s.now()) {
		s.marks.Failed(view, ref)
	}
	line := "Import finished: " + s.job.Result()
	if s.job.States()[importer.Failed] > 0 {
		line += " reasons tells why; R tries what failed again."
	}
	s.say(line)
}

// tellCounts says how far the import has come, unless that was said.
func (s *console) tellCounts() {
	if !s.job.Sends {
		return
	}
	counts := s.job.States()
	var parts []string
	for _, state := range []importer.State{importer.Imported, importer.Accepted, importer.Sending, importer.Retrying, importer.Queued, importer.Failed} {
		if counts[state] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[state], state))
		}
	}
	line := fmt.Sprintf("Importing %s: %s.", text.Entities(s.job.Len()), strings.Join(parts, ", "))
	if line != s.job.line {
		s.job.line = line
		s.say(line)
	}
}

// saysWaiting is how long the end may take without a word.
const saysWaiting = 300 * time.Millisecond

// farewell sums up at the end. An import that was under way is asked once more, since requests
// that were on their way have been answered in the meantime.
func (s *console) farewell(ctx context.Context) ui.Outcome {
	if s.job.Sends {
		s.waitForAnswers(ctx)
		if items, _, err := s.engine.Items(context.WithoutCancel(ctx)); err == nil {
			s.merge(items)
		}
	}
	left := s.left()
	return ui.Outcome{Text: session.Farewell(s.now(), &s.job.Job, left, s.id.Demo), Failed: s.job.States()[importer.Failed],
		Pending: left.Unfinished(), Company: s.leaveTo, Filter: s.look.filter, Kinds: s.engine.Kinds()}
}

func (s *console) waitForAnswers(ctx context.Context) {
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
