package lines

import (
	"fmt"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
	"conviso-importer/ui/session"
)

// rowsOf converts spans to rows, from 0, those of ranges apart, or writes which row does not exist.
func (s *console) rowsOf(spans []span) (single, ranges []int, ok bool) {
	seen := make([]bool, len(s.look.rows))
	for _, p := range spans {
		if p.to > len(s.look.rows) {
			s.write(fmt.Sprintf("There is no row %d; the list has %d. Nothing was done.", p.to, len(s.look.rows)))
			return nil, nil, false
		}
		for row := p.from - 1; row < p.to; row++ {
			switch {
			case seen[row]:
			case p.from == p.to:
				single = append(single, row)
			default:
				ranges = append(ranges, row)
			}
			seen[row] = true
		}
	}
	return single, ranges, true
}

// toggle marks single rows by hand and ranges in bulk, or unmarks them.
func (s *console) toggle(c command) {
	single, ranges, ok := s.rowsOf(c.spans)
	if !ok {
		return
	}
	s.syncView()
	refs, rows := make([]catalog.Ref, len(single)), make([]int32, len(ranges))
	for i, row := range single {
		refs[i] = s.look.ref(row)
	}
	for i, row := range ranges {
		rows[i] = s.look.rows[row]
	}
	how := session.MarkOrUnmark
	if c.verb == verbMark {
		how = session.OnlyMark
	} else if c.verb == verbUnmark {
		how = session.OnlyUnmark
	}
	done, refused, choice := s.work.Marks.Change(&s.work.Shown.View, how, refs, s.currentRows(rows))
	var left string
	if len(refused) > 0 {
		const shown = 5
		for _, r := range refused[:min(len(refused), shown)] {
			left = text.Join(", ", left, fmt.Sprintf("%d is %s", single[r.At]+1, r.Why))
		}
		if more := len(refused) - shown; more > 0 {
			left += fmt.Sprintf(", and %d more", more)
		}
		left += "."
	}
	marked := changed(done.Marked, "marked")
	if choice != nil {
		choice.Marked += done.Marked
		marked = s.choiceWords(choice)
	}
	s.write(text.Join(" ", marked, changed(done.Unmarked, "unmarked"), left,
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
	reading := s.catalogRuns() && !s.work.Shown.Catalog.Complete
	return strings.TrimSuffix(session.ChoiceWords(c, "of it", "A number marks a single row", reading), ".") + "."
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
