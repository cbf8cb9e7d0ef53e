package lines

import (
	"fmt"

	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
	"conviso-importer/ui"
)

// sending is the import of this run as the table would know it.
func (s *session) sending() *ui.Sending {
	return &ui.Sending{Now: s.now(), Flow: s.engine.Flow(), Refs: s.job.refs, Items: s.items, Draining: s.job.draining, Runner: s.runner}
}

// pause keeps new batches from starting.
func (s *session) pause() {
	if why := s.sending().NotPausable(); why != "" {
		s.write(text.Sentence(why))
		return
	}
	s.engine.Pause(true)
	s.say("Paused: " + s.pausedWords())
}

func (s *session) pausedWords() string {
	text := "nothing new is sent"
	if n := s.job.counts(s.items)[importer.Sending]; n > 0 {
		text += fmt.Sprintf("; %d on their way", n)
	}
	return text + ". resume goes on."
}

// goesOn ends a pause with the import that it was for, so that it does not hold the next one.
func (s *session) goesOn() {
	s.flow = importer.FlowNews{}
	if s.engine.Pause(false) {
		s.say("The pause ended with the import.")
	}
}

// stop ends the sending after a question.
func (s *session) stop() {
	sending := s.sending()
	if why := sending.NotStoppable(); why != "" {
		s.write(text.Sentence(why))
		return
	}
	n := sending.ToSend()
	s.ask(fmt.Sprintf("Stop after what is on its way? %d %s in the queue; resume goes on later. yes or no:", n, text.Plural(n, "stays", "stay")), "The import goes on.",
		func() {
			s.engine.Stop()
			s.say("Stops after what is on its way.")
		})
}

// reasons writes what has failed, on record and not only of the last import.
func (s *session) reasons() {
	failed := s.sending()
	failed.Refs = ui.Failures(s.items)
	for _, line := range failed.Reasons() {
		if line != "" {
			s.write(line)
		}
	}
}

// tellFlow tells what is new about how the sending goes.
func (s *session) tellFlow() {
	for _, news := range s.flow.Next(s.now(), s.engine.Flow()) {
		s.say(text.Sentence(news))
	}
}

// flowWords say how the sending goes now, empty where there is nothing to say.
func (s *session) flowWords() string {
	sending := s.sending()
	switch {
	case !s.job.draining:
		return ""
	case sending.Flow.Stopping:
		return "Stopping: nothing new is sent; what is on its way is answered and looked for."
	case sending.Flow.Paused:
		return "Paused: " + s.pausedWords()
	}
	return text.Sentence(sending.Words())
}

// wait puts the next line off, unless that would be for ever.
func (s *session) wait() {
	if flow := s.engine.Flow(); s.job.draining && flow.Paused && !flow.Stopping {
		s.write("The import is paused, and nothing would end that. resume goes on.")
		return
	}
	s.waits = true
}
