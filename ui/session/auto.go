package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"conviso-importer/conviso/importer"
	"conviso-importer/internal/pause"
	"conviso-importer/internal/text"
)

// Auto is this session's view of auto-import.
type Auto struct {
	Status   importer.AutoStatus
	Checking bool
	Next     time.Time
	alarm    int // increases with each alarm, so that an old one is ignored
}

// leastWait delays a check whose time has passed, as after a failure.
const leastWait = time.Minute

// SwitchOffQuestion asks for confirmation.
const SwitchOffQuestion = "Switch auto-import off? That holds for everybody who uses this integration."

// Words describe auto-import in the second half of a sentence.
func (a *Auto) Words(now time.Time) string {
	words := "off"
	switch {
	case a.Status.Here && a.Checking:
		words = "on; it checks now and runs here while this is open"
	case a.Status.Here && !a.Next.IsZero():
		words = fmt.Sprintf("on, every %s, next at %s; it runs here while this is open", text.Interval(a.Status.Interval), text.Clock(now, a.Next))
	case a.Status.Here:
		words = "on; it runs here while this is open"
	case a.Status.Flag:
		words = "on at Conviso, but not sent from here; t switches it on here as well"
	case a.Status.FlagReadAt.IsZero():
		return "not known yet"
	}
	if a.Status.FlagReadAt.IsZero() {
		return words
	}
	return words + " (flag read " + text.Age(now, a.Status.FlagReadAt) + ")"
}

// AutoKnown takes a new status and sets the alarm for the next check.
func (s *Session) AutoKnown(status importer.AutoStatus) {
	s.Auto.Status = status
	switch {
	case !status.Here || s.Unable() != "":
		s.setAlarm(time.Time{})
	case !s.Auto.Checking:
		s.setAlarm(status.Next)
	}
}

// setAlarm replaces the alarm; the zero time clears it.
func (s *Session) setAlarm(at time.Time) {
	a := &s.Auto
	if at.Equal(a.Next) && !at.IsZero() {
		return
	}
	a.alarm++
	a.Next = at
	if at.IsZero() {
		return
	}
	alarm, wait := a.alarm, max(0, at.Sub(s.now()))
	s.front.Run(func(ctx context.Context) func() {
		if pause.Sleep(ctx, wait) != nil {
			return nil
		}
		return func() {
			if alarm == a.alarm {
				s.check()
			}
		}
	})
}

// SetAuto switches auto-import for everybody who uses the integration, calls done and, if on, checks at once.
func (s *Session) SetAuto(on bool, done func(err error)) {
	s.front.Run(func(ctx context.Context) func() {
		status, err := s.engine.SetAutoImport(ctx, on)
		return func() {
			switch {
			case err != nil:
				s.AutoKnown(status)
				s.trouble(AboutAuto, err.Error(), "")
			case on:
				s.Auto.Status = status
				s.notify(AboutAuto, fmt.Sprintf("Auto-import is on: every %s while this is open. Unattended: let cron start %s.",
					text.Interval(status.Interval), Unattended))
			default:
				s.AutoKnown(status)
				s.notify(AboutAuto, "Auto-import is off.")
			}
			done(err)
			if on && err == nil {
				s.check()
			}
		}
	})
}

// check reads the queue before anything that it queued is sent, so that the import shows all of it.
func (s *Session) check() {
	if s.Auto.Checking {
		return
	}
	s.setAlarm(time.Time{})
	s.Auto.Checking = true
	generation := s.Known.Generation
	s.front.Run(func(ctx context.Context) func() {
		result, err := s.engine.AutoCheck(ctx)
		seq, readErr := s.catchUp(ctx, result.Snapshot, generation, result.Assets)
		err = errors.Join(err, readErr)
		return func() { s.afterSeq(seq, func() { s.checkEnded(&result, err) }) }
	})
}

func (s *Session) checkEnded(r *importer.AutoResult, err error) {
	s.Auto.Checking = false
	s.Auto.Status = s.engine.AutoImport()
	switch {
	case cancelled(err):
		return
	case s.isCopied(err):
	case err != nil:
		s.trouble(AboutAuto, err.Error(), "")
	case r.SwitchedOff:
		s.notify(AboutAuto, "Auto-import was switched off at Conviso, so it is off here too.")
	default:
		s.notify(AboutAuto, CheckWords(s.now(), r))
	}
	if r.Queued() > 0 {
		s.begin(nil)
		s.send()
	}
	if s.Auto.Status.Here && s.Unable() == "" {
		next := s.Auto.Status.Next
		if soonest := s.now().Add(leastWait); next.Before(soonest) {
			next = soonest
		}
		s.setAlarm(next)
	}
}
