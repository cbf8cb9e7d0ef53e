package lines

import (
	"context"

	"conviso-importer/internal/text"
	"conviso-importer/ui"
)

// savePlan writes the plan under review into a file.
func (s *session) savePlan(r *review) {
	if why := ui.NotSavable(&s.opt.Outside, r.plan); why != "" {
		s.write(text.Sentence(why))
		return
	}
	save := s.opt.SavePlan
	s.busily(func(context.Context) func() {
		path, err := save(r.plan)
		return func() {
			if err != nil {
				s.fail(err, "nothing was saved")
				return
			}
			r.saved = path
			s.say("Saved as " + path)
			line, _ := s.headless(r)
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
func (s *session) tellCommand(r *review) {
	line, why := s.headless(r)
	if why != "" {
		s.write(text.Sentence(why))
		return
	}
	s.write(line)
}

func (s *session) headless(r *review) (line, why string) {
	return ui.Headless(&s.opt.Outside, s.id, s.engine.Kinds(), r.plan, r.auto, r.saved, "save saves the plan, and then command writes the command that sends it.")
}
