package lines

import (
	"fmt"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
	"conviso-importer/ui/session"
)

// rowsOf converts spans to rows, from 0, or writes which row does not exist.
func (s *console) rowsOf(spans []span) ([]int, bool) {
	var rows []int
	seen := make([]bool, len(s.look.rows))
	for _, p := range spans {
		if p.to > len(s.look.rows) {
			s.write(fmt.Sprintf("There is no row %d; the list has %d. Nothing was done.", p.to, len(s.look.rows)))
			return nil, false
		}
		for row := p.from - 1; row < p.to; row++ {
			if !seen[row] {
				seen[row] = true
				rows = append(rows, row)
			}
		}
	}
	return rows, true
}

func (s *console) toggle(c command) {
	rows, ok := s.rowsOf(c.spans)
	if !ok {
		return
	}
	s.syncView()
	refs := make([]catalog.Ref, len(rows))
	for i, row := range rows {
		refs[i] = s.look.ref(row)
	}
	how := session.MarkOrUnmark
	if c.verb == verbMark {
		how = session.OnlyMark
	} else if c.verb == verbUnmark {
		how = session.OnlyUnmark
	}
	done, refused := s.work.Marks.Toggle(&s.work.Shown.View, how, refs...)
	var left string
	if len(refused) > 0 {
		const shown = 5
		for _, r := range refused[:min(len(refused), shown)] {
			left = text.Join(", ", left, fmt.Sprintf("%d is %s", rows[r.At]+1, r.Why))
		}
		if more := len(refused) - shown; more > 0 {
			left += fmt.Sprintf(", and %d more", more)
		}
		left += "."
	}
	s.write(text.Join(" ", changed(done.Marked, "marked"), changed(done.Unmarked, "unmarked"), left,
		session.GoneNote(&s.work.Shown.View, s.work.Marks.Has, refs...), s.total()))
}

func changed(n int, what string) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d %s.", n, what)
}

func (s *console) total() string {
	if s.work.Marks.Len() == 0 {
		return "Nothing is marked."
	}
	return fmt.Sprintf("%d marked in all.", s.work.Marks.Len())
}

// notBulk writes why nothing may act on all that match, if so.
func (s *console) notBulk() bool {
	why := session.NoBulk(s.look.query, s.work.Kinds())
	if why != "" {
		s.write(text.Sentence(why))
	}
	return why != ""
}

// markRows marks what it can, or unmarks the rows if nothing is left to mark.
func (s *console) markRows(rows []int32) {
	s.syncView()
	if s.work.Shown.Catalog == nil {
		s.write("Nothing is read yet.")
		return
	}
	if s.notBulk() {
		return
	}
	choice, unmarked := s.work.Marks.ToggleAll(&s.work.Shown.View, s.currentRows(rows))
	if unmarked > 0 {
		s.write(text.Join(" ", changed(unmarked, "unmarked"), s.total()))
		return
	}
	s.write(text.Join(" ", s.choiceWords(&choice), s.total()))
}

// currentRows converts rows of the list to rows of the newest snapshot.
func (s *console) currentRows(rows []int32) []int32 {
	if s.look.snap == s.work.Shown.Catalog {
		return rows
	}
	var now []int32
	for _, row := range rows {
		if at, ok := s.work.Shown.Catalog.Row(s.look.snap.Ref(int(row))); ok {
			now = append(now, int32(at))
		}
	}
	return now
}

func (s *console) choiceWords(c *importer.Choice) string {
	n := c.Marked
	switch {
	case n == 0 && c.Unknown > 0:
		return "Nothing was marked: Conviso's assets are not read, so nothing is known to be new. A number marks a single row."
	case n == 0 && c.Left == 0:
		return "Nothing of it is new or failed."
	}
	text := fmt.Sprintf("%d marked", n)
	if s.catalogRuns() && !s.work.Shown.Catalog.Complete {
		text += " so far, the catalog is still being read"
	}
	if c.Already > 0 {
		text += fmt.Sprintf(", %d marked before", c.Already)
	}
	if c.Left > 0 {
		text += fmt.Sprintf(", %d skipped: same name", c.Left)
	}
	if c.Unknown > 0 {
		text += fmt.Sprintf(", %d left of unknown status", c.Unknown)
	}
	return text + "."
}

// undo runs Undo or Redo of the marks.
func (s *console) undo(step func(*importer.View) (session.Change, bool), words func(session.Change, bool) string) {
	s.syncView()
	done, found := step(&s.work.Shown.View)
	s.write(text.Join(" ", text.Sentence(words(done, found)), s.total()))
}

// sendable writes the reason if nothing may be sent.
func (s *console) sendable() bool {
	if why := s.work.Unable(); why != "" {
		s.write(text.Sentence(why))
		return false
	}
	return true
}
