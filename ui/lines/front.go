package lines

import (
	"conviso-importer/internal/safego"
	"conviso-importer/ui/session"
)

func phrases() session.Phrases {
	return session.Phrases{GoOn: "resume goes on", Resume: "resume goes on with it.", Accept: "accept takes it for right", Adopt: "adopt takes it over", Finished: "Import finished: ",
		Failed: "reasons tells why; R tries what failed again."}
}

// Run runs a task in a goroutine and its result in the loop.
func (s *console) Run(t session.Task) {
	safego.Go(s.ctx, func() {
		take := t(s.ctx)
		if take == nil {
			return
		}
		select {
		case s.events <- take:
		case <-s.ctx.Done():
		}
	})
}

// Notify skips renewals: the user has read the line that they update.
func (s *console) Notify(n session.Notice) {
	switch {
	case n.Text == "" || n.Renews:
	case n.Trouble && n.About != session.AboutLog:
		s.say("! " + n.Text)
	default:
		s.say(n.Text)
	}
}

// Changed follows the session.
func (s *console) Changed(e session.Event) {
	switch e {
	case session.Updated:
		s.updated()
	case session.JobBegan:
		s.counts = ""
	case session.JobEnded:
	}
}
