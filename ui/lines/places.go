package lines

import (
	"context"

	"conviso-importer/conviso"
	"conviso-importer/internal/printout"
	"conviso-importer/internal/text"
	"conviso-importer/ui/session"
)

func (s *console) useKinds(text string) {
	ended := s.work.Known.Catalog.Ended
	answer, err := s.work.UseKinds(text)
	switch {
	case err != nil:
		s.fail(err, "")
		return
	case answer != "":
		s.write(answer)
		return
	}
	s.view = s.work.Known.View
	s.look.snap, s.look.rows, s.look.top = nil, nil, 0
	s.reads.opened = false
	s.reads.told.catalog = ended
	if !s.work.ID.Offline {
		s.reads.wanted.catalog = ended + 1
	}
	s.busy++
}

func (s *console) kindWords() string {
	kinds := s.work.Kinds()
	if session.OrdinaryKinds(kinds) {
		return ""
	}
	return "Kind " + session.KindWords(kinds, "and") + "."
}

// company leaves for another company; the caller starts there.
func (s *console) company(wanted string) {
	if why := s.work.NoSwitch(); why != "" {
		s.write(text.Sentence(why))
		return
	}
	s.write("Reading the companies.")
	s.doing = "Still reading the companies."
	s.busy++
	s.work.ReadCompanies(func(list []conviso.Company, err error) {
		s.doing = ""
		s.busy--
		company, answer := session.ChooseCompany(wanted, list, s.work.ID.Company)
		switch why := s.work.NoSwitch(); {
		case err != nil:
			s.fail(err, "")
		case why != "":
			s.write(text.Sentence(why))
		case answer != "":
			s.write(answer)
		default:
			s.leaveTo, s.done = company, true
		}
	})
}

func (s *console) export(name string) {
	write := s.opt.Export
	switch {
	case write == nil:
		s.write(text.Sentence(session.NoFiles))
		return
	case s.look.snap == nil:
		s.write("Nothing is read yet; r reads.")
		return
	case s.notBulk():
		return
	case name == "":
		name = session.ExportName(s.now())
	}
	s.syncView()
	rows, complete := s.currentRows(s.look.rows), s.work.Shown.Catalog.Complete
	view := &s.work.Shown.View
	s.runBusy(func(context.Context) func() {
		path, err := write(name, printout.Of(view, rows))
		return func() {
			if err != nil {
				s.fail(err, "")
				return
			}
			s.say(session.Exported(len(rows), path, complete))
		}
	})
}
