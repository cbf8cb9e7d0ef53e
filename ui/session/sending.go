package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/conviso/importer/status"
	"conviso-importer/internal/safego"
)

// Planned takes what the engine has learned for a plan. It may be called from any goroutine.
func (s *Session) Planned(p *importer.Plan) {
	if p.Compared {
		s.monitor.Resolve()
	}
}

// Submit queues a plan and sends it. done is called before the sending, with the error of the queueing.
func (s *Session) Submit(p *importer.Plan, done func(err error)) {
	s.front.Run(func(ctx context.Context) func() {
		err := s.engine.Submit(ctx, p)
		return func() {
			if err != nil {
				if !s.isCopied(err) {
					s.trouble(AboutImport, err.Error(), "nothing was queued")
				}
				done(err)
				return
			}
			s.dismiss(AboutUnfinished)
			s.begin(p)
			for i := range p.Items {
				s.Marks.Sent(p.Items[i].Ref)
			}
			s.Marks.ForgetLeftOut()
			done(nil)
			s.send()
		}
	})
}

// begin starts a job with a plan, or with everything unfinished if p is nil.
func (s *Session) begin(p *importer.Plan) {
	if s.Job.Begin(s.now(), p, s.Items()) {
		s.front.Changed(JobBegan)
	}
}

// send sends the queue, again if it runs already: an item may have been queued at its very end.
func (s *Session) send() {
	if s.Job.Sends {
		s.Job.Again = true
		return
	}
	s.Job.Sends = true
	s.front.Run(func(ctx context.Context) func() {
		err := s.engine.Drain(ctx)
		seq, readErr := s.catchUp(context.WithoutCancel(ctx), nil, 0, s.engine.LatestAssets())
		err = errors.Join(err, readErr)
		// Report the end with the items read after the sender had stopped.
		return func() { s.afterSeq(seq, func() { s.sendEnded(err) }) }
	})
}

// catchUp gives the monitor lists, either of which may be nil, and what has changed in the queue since it looked;
// it returns the newest change. It may be called from any goroutine.
func (s *Session) catchUp(ctx context.Context, snap *catalog.Snapshot, generation int, assets *conviso.AssetSet) (int64, error) {
	items, seq, err := s.engine.Changes(ctx, s.monitor.Now().QueueSeq)
	s.monitor.Take(snap, generation, assets, items, seq)
	return seq, err
}

// sendEnded ends the job, or sends again.
func (s *Session) sendEnded(err error) {
	s.Job.Sends = false
	again := s.Job.Again
	s.Job.Again = false
	switch {
	case cancelled(err):
	case errors.Is(err, importer.ErrStopped):
		s.endPause()
		s.notify(AboutImport, fmt.Sprintf("Stopped as asked. %s %s.", s.Left().Words(), s.phrases.GoOn))
	case s.isCopied(err):
		s.endPause()
	case err != nil:
		s.endPause()
		hint := "the queue keeps what is left, " + s.phrases.GoOn
		if errors.Is(err, conviso.ErrAuth) {
			hint = "the queue keeps what is left; after that, " + s.phrases.GoOn
		}
		s.trouble(AboutImport, err.Error(), hint)
	case again:
		s.send()
	default:
		s.endPause()
		for _, ref := range s.Job.End(s.now()) {
			s.Marks.Failed(s.Known.View, ref)
		}
		s.front.Changed(JobEnded)
		words := s.phrases.Finished + s.Job.Result()
		if s.Job.States()[importer.Failed] > 0 {
			words += " " + s.phrases.Failed
		}
		s.notify(AboutImport, words)
	}
}

// NotResumable returns why the queue cannot be resumed, or empty.
func (s *Session) NotResumable() string {
	return cmp.Or(s.Job.NotResumable(s.Left().Unfinished()), s.Unable())
}

// Resume sends what is unfinished in the queue, or returns why it cannot.
func (s *Session) Resume() (why string) {
	s.dismiss(AboutUnfinished)
	if why := s.NotResumable(); why != "" {
		return why
	}
	s.begin(nil)
	s.dismiss(AboutImport)
	s.send()
	return ""
}

// Pause pauses or resumes the sending and reports whether it was paused.
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

// endPause ends the pause of an import that has ended, so that it does not hold the next one.
func (s *Session) endPause() {
	s.Job.ForgetRate()
	s.Flow.Forget()
	if s.engine.Pause(false) {
		s.announce(false, "the pause ended with the import")
	}
	s.LookAtFlow()
}

// Stop ends the sending after the requests under way.
func (s *Session) Stop() {
	s.engine.Stop()
	s.Log.add(s.now(), false, "stops after what is on its way")
	s.LookAtFlow()
}

// LookAtFlow polls the sender and announces what is new.
func (s *Session) LookAtFlow() {
	for _, news := range s.Flow.Look(s.now(), s.engine.Flow(), &s.Job) {
		s.announce(news.Trouble, news.Text)
	}
	s.Job.Measure(s.now())
}

// Leaving returns the question before leaving during an import, otherwise empty.
func (s *Session) Leaving() string {
	if !s.Job.Sends || s.Left().Unfinished() == 0 {
		return ""
	}
	return "Leave? " + s.Left().Words() + " The queue on disk keeps them."
}

// messageAfter is the delay after which awaitAnswers prints a message.
const messageAfter = 300 * time.Millisecond

// Ending is what is left to say and to count when the front end closes.
type Ending struct {
	Text            string
	Failed, Pending int
}

// End sums up after the loop has ended. It reads the queue again because requests under way have been answered
// since; say gets a sentence if that takes long.
func (s *Session) End(ctx context.Context, say func(words string)) Ending {
	left := s.Left()
	if s.Job.Sends {
		s.awaitAnswers(ctx, say)
		if items, _, err := s.engine.Changes(context.WithoutCancel(ctx), s.Known.QueueSeq); err == nil {
			s.Job.Absorb(items, s.now())
			now := maps.Clone(s.Items())
			maps.Copy(now, queue.ByRef(items))
			left = Left{status.UnsettledOf(maps.Values(now), s.now())}
		}
	}
	return Ending{Text: Farewell(s.now(), &s.Job, left, s.ID.Demo), Failed: s.Job.States()[importer.Failed], Pending: left.Unfinished()}
}

func (s *Session) awaitAnswers(ctx context.Context, say func(words string)) {
	waited := make(chan struct{})
	safego.Go(ctx, func() {
		defer close(waited)
		s.engine.Wait()
	})
	patience := time.NewTimer(messageAfter)
	defer patience.Stop()
	select {
	case <-waited:
		return
	case <-patience.C:
	}
	say("Waiting a few seconds for answers that are on their way; ctrl+c twice ends at once.")
	<-waited
}
