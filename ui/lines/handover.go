package lines

import (
	"context"
	"errors"

	"conviso-importer/internal/text"
	work "conviso-importer/ui/session"
)

// savePlan writes the plan under review into a file.
func (s *session) savePlan(r *work.Review) {
	if err := r.Savable(s.opt.SavePlan != nil); err != nil {
		s.write(text.Sentence(err.Error()) + ".")
		return
	}
	save := s.opt.SavePlan
	s.busily(func(context.Context) func() {
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
			case s.id.Demo:
				s.write("The demo's end removes it.")
			}
		}
	})
}

// tellCommand writes the command that does without anybody watching what is reviewed.
func (s *session) tellCommand(r *work.Review) {
	line, err := r.Command(s.opt.Command)
	switch {
	case errors.Is(err, work.ErrTooMany):
		s.write(text.Sentence(err.Error()) + ". save saves the plan, and then command writes the command that sends it.")
	case err != nil:
		s.write(text.Sentence(err.Error()) + ".")
	default:
		s.write(line)
	}
}
