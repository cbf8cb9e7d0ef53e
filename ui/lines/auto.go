package lines

import (
	"strings"

	"conviso-importer/ui/session"
)

func (s *console) switchAuto() {
	if !s.sendable() {
		return
	}
	if !s.work.Auto.Status.Here {
		s.startReview(true, s.engine.AutoPlan)
		return
	}
	s.ask(session.SwitchOffQuestion+" yes or no:", "Auto-import stays on.", func() { s.setAuto(false) })
}

// ask asks a question that only yes agrees to.
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
	s.busy++
	s.work.SetAuto(on, func(error) { s.busy-- })
}
