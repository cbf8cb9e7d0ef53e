package lines

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
	"conviso-importer/ui/session"
)

// auto is auto-import as this run knows it.
type auto struct {
	status importer.AutoStatus
	// checking reports that a check is under way; next is when timer makes the one after.
	checking bool
	next     time.Time
	timer    *time.Timer
}

// leastWait keeps checks apart whose next time has passed already, as after a failure.
const leastWait = time.Minute

// due is when a check is to be made; never where none is.
func (a *auto) due() <-chan time.Time {
	if a.timer == nil {
		return nil
	}
	return a.timer.C
}

// set sets the one alarm, or clears it for the zero time.
func (a *auto) set(now, at time.Time) {
	if at.Equal(a.next) && (a.timer != nil || at.IsZero()) {
		return
	}
	if a.timer != nil {
		a.timer.Stop()
		a.timer = nil
	}
	a.next = at
	if !at.IsZero() {
		a.timer = time.NewTimer(max(0, at.Sub(now)))
	}
}

// toggleAuto switches auto-import off after a question, or on after a review.
func (s *console) toggleAuto() {
	if !s.sendable() {
		return
	}
	if !s.auto.status.Here {
		s.startReview(true, s.engine.AutoPlan)
		return
	}
	s.ask("Switch auto-import off? That holds for everybody who uses this integration. yes or no:", "Auto-import stays on.",
		func() { s.setAuto(false) })
}

// ask asks something that only yes agrees to.
func (s *console) ask(prompt, otherwise string, yes func()) {
	s.question = &question{prompt: func() string { return prompt }, answer: func(line string) {
		s.question = nil
		if word := strings.ToLower(strings.TrimSpace(line)); word == "yes" || word == "y" {
			yes()
			return
		}
		s.write(otherwise)
	}}
}

func (s *console) setAuto(on bool) {
	s.busily(func(ctx context.Context) func() {
		status, err := s.engine.SetAutoImport(ctx, on)
		return func() {
			s.autoKnown(status)
			switch {
			case err != nil:
				s.fail(err, "")
			case on:
				s.say(fmt.Sprintf("Auto-import is on: every %s while this is open. Unattended: let cron start %s.",
					text.Interval(status.Interval), session.Unattended))
				s.check()
			default:
				s.say("Auto-import is off.")
			}
		}
	})
}

// autoKnown takes what is known of auto-import and sets the alarm for the next check.
func (s *console) autoKnown(status importer.AutoStatus) {
	s.auto.status = status
	switch {
	case !status.Here || session.Unable(s.id) != "":
		s.auto.set(s.now(), time.Time{})
	case !s.auto.checking:
		s.auto.set(s.now(), status.Next)
	}
}

// check makes a check of auto-import.
func (s *console) check() {
	if s.auto.checking {
		return
	}
	s.auto.checking = true
	s.auto.set(s.now(), time.Time{})
	kinds := s.kinds
	s.beside(func(ctx context.Context) func() {
		result, err := s.engine.AutoCheck(ctx)
		items, _, readErr := s.engine.Items(ctx)
		err = errors.Join(err, readErr)
		return func() {
			if kinds != s.kinds {
				// It is a list of other kinds by now.
				result.Snapshot = nil
			}
			s.checked(&result, items, err)
		}
	})
}

// checked takes what a check found and queued, sends it, and sets the next alarm.
func (s *console) checked(r *importer.AutoResult, items []importer.Item, err error) {
	s.auto.checking = false
	s.auto.status = s.engine.AutoImport()
	if errors.Is(err, context.Canceled) {
		return
	}
	s.monitor.Take(r.Snapshot, s.kinds, r.Assets, nil, 0)
	if r.Snapshot != nil && r.Snapshot.Complete {
		s.snap, s.outdated = r.Snapshot, true
	}
	if r.Assets != nil && r.Assets.Complete {
		s.assets, s.outdated = r.Assets, true
	}
	switch {
	case err != nil:
		s.fail(err, "")
	case r.SwitchedOff:
		s.say("Auto-import was switched off at Conviso, so it is off here too.")
	default:
		s.say(session.CheckWords(s.now(), r))
	}
	if r.Queued() > 0 {
		s.beginJob(nil)
	}
	s.merge(items)
	if r.Queued() > 0 {
		s.drain()
	}
	if s.auto.status.Here && session.Unable(s.id) == "" {
		next := s.auto.status.Next
		if soonest := s.now().Add(leastWait); next.Before(soonest) {
			next = soonest
		}
		s.auto.set(s.now(), next)
	}
}

// words are auto-import in a sentence.
func (a *auto) words(now time.Time) string {
	switch {
	case a.status.Here && a.checking:
		return "Auto-import is on and checks now."
	case a.status.Here && !a.next.IsZero():
		return fmt.Sprintf("Auto-import is on, every %s, next at %s; it runs while this is open.", text.Interval(a.status.Interval), text.Clock(now, a.next))
	case a.status.Here:
		return "Auto-import is on; it runs while this is open."
	case a.status.Flag:
		return "Auto-import is on at Conviso, but not sent from here; t switches it on here as well."
	case a.status.FlagReadAt.IsZero():
		return "Whether auto-import is on is not known yet."
	}
	return "Auto-import is off."
}
