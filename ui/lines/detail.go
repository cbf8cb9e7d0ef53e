package lines

import (
	"context"
	"errors"

	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
	"conviso-importer/ui/session"
)

func (s *console) facts(parts []session.Facts) {
	for _, p := range parts {
		if p.Title != "" {
			s.write(p.Title + ":")
		}
		for _, f := range p.List {
			s.write("  " + text.Join(": ", f.Name, f.Value))
		}
	}
}

func (s *console) details(c command) {
	if len(c.spans) != 1 || c.spans[0].from != c.spans[0].to {
		s.write("d wants the number of one row, such as d 3.")
		return
	}
	rows, _, ok := s.rowsOf(c.spans)
	if !ok {
		return
	}
	e := s.look.snap.At(int(s.look.rows[rows[0]]))
	ref := e.Ref
	s.syncView()
	s.runBusy(func(ctx context.Context) func() {
		preview, err := s.engine.Preview(ctx, ref)
		return func() {
			var known *importer.Preview
			if err == nil {
				known = &preview
			}
			var past *importer.Item
			if item, ok := s.work.Item(ref); ok {
				past = &item
			}
			s.facts(session.Details(s.now(), s.work.ID, &e, known, s.work.Shown.Status(ref), s.work.Shown.BulkNote(ref), past))
			switch {
			case errors.Is(err, importer.ErrGone):
				s.fail(err, "r reads it again")
			case err != nil:
				s.fail(err, "")
			}
		}
	})
}
