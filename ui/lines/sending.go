package lines

import (
	"fmt"

	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
	"conviso-importer/ui/session"
)

func (s *console) pause() {
	if why := s.work.Job.NotPausable(s.engine.Flow()); why != "" {
		s.write(text.Sentence(why))
		return
	}
	s.work.Pause(true)
	s.say("Paused: " + s.pausedWords())
}

func (s *console) pausedWords() string {
	text := "nothing new is sent"
	if n := s.work.Job.States()[importer.Sending]; n > 0 {
		text += fmt.Sprintf("; %d on their way", n)
	}
	return text + ". resume goes on."
}

func (s *console) stop() {
	if why := s.work.Job.NotStoppable(s.engine.Flow()); why != "" {
		s.write(text.Sentence(why))
		return
	}
	n := s.work.Job.ToSend()
	s.ask(fmt.Sprintf("Stop after what is on its way? %d %s in the queue; resume goes on later. yes or no:", n, text.Plural(n, "stays", "stay")), "The import goes on.",
		func() {
			s.work.Stop()
			s.say("Stops after what is on its way.")
		})
}

// askAdopt asks whether a copied queue has moved here and then goes on. It reports whether it had to ask.
func (s *console) askAdopt(then func()) bool {
	if s.work.NotCopied() != "" {
		return false
	}
	s.ask(s.work.AdoptQuestion()+" yes or no:", "Nothing was sent.", func() {
		s.busy++
		s.work.Adopt(func(err error) {
			s.busy--
			if err == nil {
				then()
			}
		})
	})
	return true
}

// reasons covers all failures on record, not only those of the last import.
func (s *console) reasons() {
	for _, line := range session.FailureLines(s.now(), session.Failures(s.work.Items()), s.work.Items()) {
		if line != "" {
			s.write(line)
		}
	}
}

func (s *console) flowWords() string {
	flow := s.engine.Flow()
	switch {
	case !s.work.Job.Sends:
		return ""
	case flow.Stopping:
		return "Stopping: nothing new is sent; what is on its way is answered and looked for."
	case flow.Paused:
		return "Paused: " + s.pausedWords()
	}
	return text.Sentence(session.FlowWords(s.now(), flow))
}

// wait refuses while a paused import would make it endless.
func (s *console) wait() {
	if flow := s.engine.Flow(); s.work.Job.Sends && flow.Paused && !flow.Stopping {
		s.write("The import is paused, and nothing would end that. resume goes on.")
		return
	}
	s.waits = true
}
