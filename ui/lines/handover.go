package lines

import (
	"context"
	"errors"

	"conviso-importer/internal/text"
	"conviso-importer/ui/session"
)

func (s *console) savePlan(r *session.Review) {
	if err := r.Savable(s.opt.SavePlan != nil); err != nil {
		s.write(text.Sentence(err.Error()) + ".")
		return
	}
	save := s.opt.SavePlan
	s.runBusy(func(context.Context) func() {
		path, err := save(r.Plan)
		return func() {
			if err != nil {
				s.fail(err, "nothing was saved")
				return
			}
			r.Saved = path
			s.say("Saved as " + path)
			line, _ := r.Command(s.opt.Command)
			switch {
			case line != "":
				s.write("To send it unchanged: " + line)
			case s.work.ID.Demo:
				s.write("The demo's end removes it.")
			}
		}
	})
}

func (s *console) writeCommand(r *session.Review) {
	line, err := r.Command(s.opt.Command)
	switch {
	case errors.Is(err, session.ErrTooMany):
		s.write(text.Sentence(err.Error()) + ". save saves the plan, and then command writes the command that sends it.")
	case err != nil:
		s.write(text.Sentence(err.Error()) + ".")
	default:
		s.write(line)
	}
}
