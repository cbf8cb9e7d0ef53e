package lines

import (
	"fmt"

	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
	"conviso-importer/ui/session"
)

func (s *console) resume() {
	if s.work.Job.Sends && s.work.Pause(false) {
		s.say("It goes on after the pause.")
		return
	}
	words := s.work.Left().Words()
	if why := s.work.NotResumable(); why != "" {
		s.write(text.Sentence(why))
		return
	}
	if s.askAdopt(s.resume) {
		return
	}
	s.say("Going on with the unfinished import: " + words)
	s.work.Resume()
}

// writeCounts skips a line that repeats the last.
func (s *console) writeCounts() {
	if !s.work.Job.Sends {
		return
	}
	counts := session.CountWords(s.work.Job.States(), importer.Imported, importer.Accepted, importer.Sending,
		importer.Retrying, importer.Queued, importer.Skipped, importer.Failed)
	line := fmt.Sprintf("Importing %s: %s.", text.Entities(s.work.Job.Len()), counts)
	if line != s.counts {
		s.counts = line
		s.say(line)
	}
}
