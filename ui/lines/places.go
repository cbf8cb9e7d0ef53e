package lines

import (
	"context"
	"slices"

	"conviso-importer/catalog"
	"conviso-importer/internal/printout"
	"conviso-importer/internal/text"
	"conviso-importer/ui"
)

// useKinds makes the list one of other kinds: of what is cached of them, then of what the
// catalog has. The marks of other kinds go, since an import sends what can be looked at.
func (s *console) useKinds(text string) {
	kinds, answer, err := ui.ChooseKinds(text, s.engine.Kinds())
	switch {
	case err != nil:
		s.fail(err, "")
		return
	case answer != "":
		s.write(answer)
		return
	}
	ended := s.monitor.Now().Catalog.Ended
	s.monitor.UseKinds(kinds)
	if words := s.marks.KeepKinds(s.engine.Kinds()); words != "" {
		s.say(words)
	}
	s.kinds++
	s.snap, s.look.snap, s.look.rows, s.look.top = nil, nil, nil, 0
	s.marks.Show(nil, nil)
	s.reads.opened = false
	s.reads.told.catalog = ended
	if !s.id.Offline {
		s.reads.wanted.catalog = ended + 1
	}
	s.busy++
}

// kindWords name the kinds of the list, where they are not the ordinary one.
func (s *console) kindWords() string {
	kinds := s.engine.Kinds()
	if slices.Equal(kinds, []string{catalog.DefaultKind}) {
		return ""
	}
	return "Kind " + ui.KindWords(kinds) + "."
}

// noSwitch is why the company cannot be changed now.
func (s *console) noSwitch() string {
	return ui.NoSwitch(s.id, s.job.Sends && s.left().Unfinished() > 0)
}

// company leaves for another company, for whoever started this run to go on there.
func (s *console) company(wanted string) {
	if why := s.noSwitch(); why != "" {
		s.write(text.Sentence(why))
		return
	}
	s.write("Reading the companies.")
	s.doing = "Still reading the companies."
	s.busily(func(ctx context.Context) func() {
		list, err := s.engine.Companies(ctx)
		return func() {
			s.doing = ""
			company, answer := ui.ChooseCompany(wanted, list, s.id.Company)
			switch why := s.noSwitch(); {
			case err != nil:
				s.fail(err, "")
			case why != "":
				s.write(text.Sentence(why))
			case answer != "":
				s.write(answer)
			default:
				s.leaveTo, s.done = company, true
			}
		}
	})
}

// export writes what is listed to a file, with what is known of it now.
func (s *console) export(name string) {
	write := s.opt.Export
	switch {
	case write == nil:
		s.write(text.Sentence(ui.NoFiles))
		return
	case s.look.snap == nil:
		s.write("Nothing is read yet; r reads.")
		return
	case name == "":
		name = ui.ExportName(s.now())
	}
	s.settle()
	rows, complete := s.today(s.look.rows), s.snap.Complete
	view := s.view()
	s.busily(func(context.Context) func() {
		path, err := write(name, printout.Of(view, rows))
		return func() {
			if err != nil {
				s.fail(err, "")
				return
			}
			s.say(ui.Exported(len(rows), path, complete))
		}
	})
}
