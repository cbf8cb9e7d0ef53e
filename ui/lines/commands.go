package lines

import (
	"context"
	"fmt"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/ui"
)

// prompt asks for the next line, in a line of its own: who reads only whole lines sees it too.
func (s *session) prompt() {
	text := "Command, ? help:"
	switch {
	case s.question != nil:
		text = s.question.prompt()
	case s.listed:
		text = "Numbers to mark, e.g. 1 3-7; / filter, a all, i import, n next, ? help:"
	}
	s.listed = false
	s.write(text)
	s.prompted = true
}

// typed takes a line.
func (s *session) typed(line inputLine) {
	switch {
	case line.tooLong:
		s.write(fmt.Sprintf("That line is longer than %d bytes; nothing was done.", longest))
	case s.question != nil:
		s.question.answer(line.text)
	default:
		s.do(parse(line.text))
	}
}

// do carries out a command.
func (s *session) do(c command) {
	switch c.verb {
	case verbToggle, verbUnmark:
		s.toggleRows(c)
	case verbMark:
		if len(c.spans) == 0 {
			s.markPage()
			return
		}
		s.toggleRows(c)
	case verbAll:
		s.markRows(s.look.rows)
	case verbClear:
		s.unmarkAll()
	case verbImport:
		s.reviewMarked()
	case verbRetry:
		s.reviewFailed()
	case verbResume:
		s.resume()
	case verbAuto:
		s.toggleAuto()
	case verbFilter:
		s.filterBy(c.text)
	case verbFacet:
		s.show(c.text)
	case verbSort:
		s.sortBy(c.text)
	case verbList, verbNext, verbPrevious, verbGo:
		s.goTo(c)
	case verbDetail:
		s.details(c)
	case verbRefresh:
		s.readAgain()
	case verbConnection:
		s.connection()
	case verbMessages:
		s.messages()
	case verbWait:
		s.waits = true
	case verbHelp:
		s.help()
	case verbQuit:
		s.quit()
	case verbUnclear:
		s.write(c.problem)
	case verbNothing:
	}
}

// toggleRows marks and unmarks rows that were listed.
func (s *session) toggleRows(c command) {
	switch {
	case len(c.spans) == 0:
		s.write("u wants numbers of rows, such as u 1 3-7; A unmarks everything.")
	case s.look.snap == nil:
		s.write("Nothing is read yet; r reads.")
	default:
		s.toggle(c)
	}
}

// goTo lists the page that a command names.
func (s *session) goTo(c command) {
	at := s.look.top / s.opt.Rows
	switch {
	case c.verb == verbList:
		s.list()
	case c.verb == verbNext:
		s.turn(at + 1)
	case c.verb == verbPrevious:
		s.turn(at - 1)
	case len(c.spans) != 1 || c.spans[0].from != c.spans[0].to:
		s.write("g wants the number of a page, such as g 4.")
	default:
		s.turn(c.spans[0].from - 1)
	}
}

// readAgain refreshes.
func (s *session) readAgain() {
	switch {
	case s.id.Offline:
		s.write("Offline: run it without --offline to read again.")
	case s.reads.running():
		s.write("It is being read.")
	default:
		s.refresh()
	}
}

// quit leaves, and asks before that only while an import is under way.
func (s *session) quit() {
	n, _, words := ui.Unfinished(s.items)
	if !s.job.draining || n == 0 {
		s.done = true
		return
	}
	s.ask("Leave? "+words+" The queue on disk keeps them. yes or no:", "The import goes on.", func() { s.done = true })
}

// messages writes what was said once more.
func (s *session) messages() {
	for _, line := range s.said {
		s.write(ui.Clock(s.now(), line.at) + "  " + line.text)
	}
}

// help writes the commands.
func (s *session) help() {
	for _, c := range commands() {
		s.write(c.shown + ": " + c.text + ".")
	}
	for _, hint := range catalog.QueryHelp() {
		s.write("/" + hint.Form + ": " + hint.Meaning + ".")
	}
	s.write("A row is its number, [x] where it is marked, its status, its name, owner and type. Numbers mean the rows as they were listed last.")
	s.write("Status words: new, imported, queued, sending, retrying, accepted (Conviso took it, the asset is not seen yet), failed, clash (others share its name), unknown (Conviso's assets could not be read).")
}

// connection says what is connected to what and how old the data is.
func (s *session) connection() {
	for _, line := range s.connected() {
		s.write(line)
	}
	s.write("Conviso: " + s.id.PlatformURL)
	s.write("This catalog there: instance " + s.id.InstanceID)
	switch {
	case s.integrationAt.IsZero():
		s.write("Its integration is not read yet.")
	case s.integration == nil:
		s.write("It has no integration yet; the first import creates it.")
	default:
		s.write("Its integration is " + s.integration.ID + " for " + s.integration.BackstageURL + ", changed " + s.integration.UpdatedAt + ".")
	}
	s.write(s.ages())
	s.write(s.auto.words(s.now()))
	if n, _, words := ui.Unfinished(s.items); n > 0 {
		s.write("In the queue: " + words)
	}
}

// details writes everything about a row.
func (s *session) details(c command) {
	if len(c.spans) != 1 || c.spans[0].from != c.spans[0].to {
		s.write("d wants the number of one row, such as d 3.")
		return
	}
	rows, ok := s.known(c.spans)
	if !ok {
		return
	}
	ref := s.look.ref(rows[0])
	s.settle()
	s.busily(func(ctx context.Context) func() {
		preview, err := s.engine.Preview(ctx, ref)
		return func() {
			e := s.look.snap.At(rows[0])
			if err == nil {
				e = preview.Detail.Entity
			}
			s.facts(strings.TrimSpace(e.Kind+" "+e.Name), entityFacts(&e))
			s.facts("", s.statusFacts(ref))
			if err != nil {
				s.fail(err, "")
				return
			}
			s.facts("What an import sends:", projectFacts(&preview))
		}
	})
}
