package lines

import (
	"context"
	"fmt"
	"strings"

	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
	"conviso-importer/ui"
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
	s.say("Going on with the unfinished import: " + words)
	s.work.Resume()
}

// tellCounts skips a line that repeats the last.
func (s *console) tellCounts() {
	if !s.work.Job.Sends {
		return
	}
	counts := s.work.Job.States()
	var parts []string
	for _, state := range []importer.State{importer.Imported, importer.Accepted, importer.Sending, importer.Retrying, importer.Queued, importer.Failed} {
		if counts[state] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[state], state))
		}
	}
	line := fmt.Sprintf("Importing %s: %s.", text.Entities(s.work.Job.Len()), strings.Join(parts, ", "))
	if line != s.counts {
		s.counts = line
		s.say(line)
	}
}

func (s *console) farewell(ctx context.Context) ui.Outcome {
	return ui.Outcome{Ending: s.work.End(ctx, s.write), Company: s.leaveTo, Filter: s.look.filter, Kinds: s.work.Kinds()}
}
