package lines

import (
	"fmt"

	"conviso-importer/internal/text"
	"conviso-importer/ui/session"
)

// prompt ends with a newline: some clients show only whole lines.
func (s *console) prompt() {
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

func (s *console) typed(line inputLine) {
	switch {
	case line.tooLong:
		s.write(fmt.Sprintf("That line is longer than %d bytes; nothing was done.", longest))
	case s.question != nil:
		s.question.answer(line.text)
	default:
		s.do(parse(line.text))
	}
}

func (s *console) do(c command) {
	switch c.verb {
	case verbToggle, verbMark, verbUnmark, verbAll, verbClear:
		s.change(c)
	case verbUndo:
		s.undo(s.work.Marks.Undo, session.UndoWords)
	case verbRedo:
		s.undo(s.work.Marks.Redo, session.RedoWords)
	case verbImport:
		s.reviewMarked()
	case verbRetry:
		s.reviewFailed()
	case verbResume:
		s.resume()
	case verbPause:
		s.pause()
	case verbStop:
		s.stop()
	case verbDrop:
		s.drop(c.text)
	case verbReasons:
		s.reasons()
	case verbAuto:
		s.switchAuto()
	case verbFilter:
		s.filterBy(c.text)
	case verbFacet:
		s.show(c.text)
	case verbSort:
		s.sortBy(c.text)
	case verbKind:
		s.useKinds(c.text)
	case verbCompany:
		s.company(c.text)
	case verbExport:
		s.export(c.text)
	case verbList, verbNext, verbPrevious, verbGo:
		s.goTo(c)
	case verbDetail:
		s.details(c)
	case verbRefresh:
		s.readAgain()
	case verbAccept:
		s.acceptShrunk()
	case verbAdopt:
		s.adopt()
	case verbConnection:
		s.connection()
	case verbMessages:
		s.messages()
	case verbWait:
		s.wait()
	case verbHelp:
		s.help(c.text)
	case verbQuit:
		s.quit()
	case verbUnclear:
		s.write(c.problem)
	case verbNothing:
	}
}

func (s *console) adopt() {
	if !s.askAdopt(func() {}) {
		s.write(text.Sentence(s.work.NotCopied()))
	}
}

func (s *console) change(c command) {
	switch {
	case c.verb == verbAll:
		s.markRows(s.look.rows)
	case c.verb == verbClear:
		s.write(fmt.Sprintf("%d unmarked.", s.work.Marks.Clear()))
	case c.verb == verbMark && len(c.spans) == 0:
		to := min(s.look.top+s.opt.Rows, len(s.look.rows))
		s.markRows(s.look.rows[min(s.look.top, to):to])
	case len(c.spans) == 0:
		s.write("u wants numbers of rows, such as u 1 3-7; A unmarks everything.")
	case s.look.snap == nil:
		s.write("Nothing is read yet; r reads.")
	default:
		s.toggle(c)
	}
}

func (s *console) goTo(c command) {
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

func (s *console) acceptShrunk() {
	if why := s.work.NotShrunk(); why != "" {
		s.write(text.Sentence(why))
		return
	}
	s.work.AcceptShrunk()
}

func (s *console) readAgain() {
	switch {
	case s.work.ID.Offline:
		s.write("Offline: run it without --offline to read again.")
	case s.reading():
		s.write("It is being read.")
	default:
		s.refresh()
	}
}

func (s *console) quit() {
	words := s.work.Leaving()
	if words == "" {
		s.done = true
		return
	}
	s.ask(words+" yes or no:", "The import goes on.", func() { s.done = true })
}

func (s *console) messages() {
	for _, line := range s.said {
		s.write(text.Clock(s.now(), line.at) + "  " + line.text)
	}
}

func (s *console) connection() {
	for _, line := range s.connected() {
		s.write(line)
	}
	s.write("Conviso: " + s.work.ID.PlatformURL)
	s.write("This catalog there: instance " + s.work.ID.InstanceID)
	switch {
	case s.work.Connection.Err != nil:
		s.write("Its integration could not be read: " + text.Sentence(s.work.Connection.Err.Error()))
	case s.work.Connection.ReadAt.IsZero():
		s.write("Its integration is not read yet.")
	case s.work.Connection.Integration == nil:
		s.write("It has no integration yet; the first import creates it.")
	default:
		s.write("Its integration is " + s.work.Connection.Integration.ID + " for " + s.work.Connection.Integration.BackstageURL + ", changed " + s.work.Connection.Integration.UpdatedAt + ".")
	}
	s.write(s.ages())
	s.write("Auto-import: " + s.work.Auto.Words(s.now()) + ".")
	left := s.work.Left()
	if left.Unfinished() > 0 {
		s.write("In the queue: " + left.Words())
	}
	if late := left.LateWords(s.now()); late != "" {
		s.write(late)
	}
	if words := s.flowWords(); words != "" {
		s.write(words)
	}
}
