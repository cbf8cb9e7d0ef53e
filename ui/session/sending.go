package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/safego"
)

// Submit puts a plan into the queue and sends it. Done is called in between, once the plan is on disk
// and its entities are not marked any more, or could not be put there.
func (s *Session) Submit(p *importer.Plan, done func(err error)) {
	s.front.Run(func(ctx context.Context) func() {
		err := s.engine.Submit(ctx, p)
		return func() {
			if err != nil {
				s.trouble(AboutImport, err.Error(), "nothing was queued")
				done(err)
				return
			}
			s.over(AboutUnfinished)
			s.begin(p)
			for i := range p.Items {
				s.Marks.Sent(p.Items[i].Ref)
			}
			done(nil)
			s.send()
		}
	})
}

// begin begins an import of what a plan has put into the queue, or of what is unfinished in it where
// there is no plan.
func (s *Session) begin(p *importer.Plan) {
	if s.Job.Begin(s.now(), p, s.Items()) {
		s.front.Changed(JobBegan)
	}
}

// send sends what is queued. Where that is under way it is done once more afterwards, so that nothing
// stays behind that was queued at its very end.
func (s *Session) send() {
	if s.Job.Sends {
		s.Job.Again = true
		return
	}
	s.Job.Sends = true
	s.front.Run(func(ctx context.Context) func() {
		items, seq, err := s.engine.Send(ctx)
		s.monitor.Take(nil, 0, nil, items, seq)
		// The end is told with the items as they were read after the sender had stopped.
		return func() { s.known(seq, func() { s.sent(err) }) }
	})
}

// sent ends a job, or goes on where more was queued in the meantime.
func (s *Session) sent(err error) {
	s.Job.Sends = false
	again := s.Job.Again
	s.Job.Again = false
	switch {
	case cancelled(err):
	case errors.Is(err, importer.ErrStopped):
		s.goesOn()
		s.tell(AboutImport, fmt.Sprintf("Stopped as asked. %s %s.", s.Left().Words(), s.phrases.GoOn))
	case err != nil:
		s.goesOn()
		hint := "the queue keeps what is left, " + s.phrases.GoOn
		if errors.Is(err, conviso.ErrAuth) {
			hint = "the queue keeps what is left; after that, " + s.phrases.GoOn
		}
		s.trouble(AboutImport, err.Error(), hint)
	case again:
		s.send()
	default:
		s.goesOn()
		for _, ref := range s.Job.End(s.now()) {
			s.Marks.Failed(s.Known.View, ref)
		}
		s.front.Changed(JobEnded)
		words := s.phrases.Finished + s.Job.Result()
		if s.Job.States()[importer.Failed] > 0 {
			words += " " + s.phrases.Failed
		}
		s.tell(AboutImport, words)
	}
}

// NotResumable is why the sending cannot go on with what is unfinished in the queue, or empty.
func (s *Session) NotResumable() string {
	return cmp.Or(s.Job.NotResumable(s.Left().Unfinished()), s.Unable())
}

// Resume goes on with what is unfinished in the queue, and returns why it cannot or nothing. To ask
// for it is how the user agrees to finish what an earlier run has left.
func (s *Session) Resume() (why string) {
	s.over(AboutUnfinished)
	if why := s.NotResumable(); why != "" {
		return why
	}
	s.begin(nil)
	s.over(AboutImport)
	s.send()
	return ""
}

// Pause holds the sending, or lets it go on, and reports whether it was held.
func (s *Session) Pause(on bool) (was bool) {
	was = s.engine.Pause(on)
	s.Job.ForgetRate()
	if on {
		s.Log.add(s.now(), false, "paused; no new batch is sent")
	} else if was {
		s.Log.add(s.now(), false, "goes on after the pause")
	}
	s.LookAtFlow()
	return was
}

// goesOn ends a pause with the import that it was for, so that it does not hold the next one.
func (s *Session) goesOn() {
	s.Job.ForgetRate()
	s.Flow.Forget()
	if s.engine.Pause(false) {
		s.announce(false, "the pause ended with the import")
	}
	s.LookAtFlow()
}

// Stop ends the sending after what is on its way.
func (s *Session) Stop() {
	s.engine.Stop()
	s.Log.add(s.now(), false, "stops after what is on its way")
	s.LookAtFlow()
}

// LookAtFlow asks how the sending goes and tells what is new about it.
func (s *Session) LookAtFlow() {
	for _, news := range s.Flow.Look(s.now(), s.engine.Flow(), &s.Job) {
		s.announce(news.Trouble, news.Text)
	}
	s.Job.Measure(s.now())
}

// Leaving asks whether to leave, and says what stays undone; it is empty where nobody need be asked,
// since no import is under way.
func (s *Session) Leaving() string {
	if !s.Job.Sends || s.Left().Unfinished() == 0 {
		return ""
	}
	return "Leave? " + s.Left().Words() + " The queue on disk keeps them."
}

// saysWaiting is how long the end may take without a word.
const saysWaiting = 300 * time.Millisecond

// Ending is what there is to say when the front end is closed: Text in whole lines, and how many
// entities failed since it was opened and are unfinished in the queue.
type Ending struct {
	Text            string
	Failed, Pending int
}

// End sums up after the front end's loop has ended. An import that was under way is asked once more,
// since requests that were on their way have been answered in the meantime; where that takes a while,
// say gets a sentence.
func (s *Session) End(ctx context.Context, say func(words string)) Ending {
	left := s.Left()
	if s.Job.Sends {
		s.await(ctx, say)
		if items, _, err := s.engine.Items(context.WithoutCancel(ctx)); err == nil {
			s.Job.Absorb(items, s.now())
			left = Left{importer.UnsettledOf(slices.Values(items), s.now())}
		}
	}
	return Ending{Text: Farewell(s.now(), &s.Job, left, s.ID.Demo), Failed: s.Job.States()[importer.Failed], Pending: left.Unfinished()}
}

// await waits for the requests on their way.
func (s *Session) await(ctx context.Context, say func(words string)) {
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
	say("Waiting a few seconds for answers that are on their way; ctrl+c twice ends at once.")
	<-waited
}
