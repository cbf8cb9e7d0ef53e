package lines

import (
	"fmt"
	"maps"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
	"conviso-importer/ui"
)

// known returns the rows, from 0, that spans name, or says which is not on the list.
func (s *session) known(spans []span) ([]int, bool) {
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

// toggle marks rows by hand, or unmarks those that are marked.
func (s *session) toggle(c command) {
	rows, ok := s.known(c.spans)
	if !ok {
		return
	}
	s.settle()
	var marked, unmarked int
	var refused []string
	for _, row := range rows {
		ref := s.look.ref(row)
		_, is := s.marks[ref]
		switch why := s.refusal(ref); {
		case is && c.verb != verbMark:
			delete(s.marks, ref)
			unmarked++
		case is || c.verb == verbUnmark:
		case why != "":
			refused = append(refused, fmt.Sprintf("%d is %s", row+1, why))
		default:
			s.marks[ref] = true
			marked++
		}
	}
	var left string
	if len(refused) > 0 {
		const shown = 5
		left = text.Join(", ", refused[:min(len(refused), shown)]...)
		if more := len(refused) - shown; more > 0 {
			left += fmt.Sprintf(", and %d more", more)
		}
		left += "."
	}
	s.write(text.Join(" ", changed(marked, "marked"), changed(unmarked, "unmarked"), left, s.total()))
}

// changed is a count with what was done, or nothing where nothing was.
func changed(n int, what string) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d %s.", n, what)
}

// total says how many entities are marked in all.
func (s *session) total() string {
	if len(s.marks) == 0 {
		return "Nothing is marked."
	}
	return fmt.Sprintf("%d marked in all.", len(s.marks))
}

// markPage marks what can be imported of the page on show.
func (s *session) markPage() {
	to := min(s.look.top+s.opt.Rows, len(s.look.rows))
	s.markRows(s.look.rows[min(s.look.top, to):to])
}

// markRows marks what of rows can be imported, or unmarks them where nothing is left to mark.
func (s *session) markRows(rows []int) {
	s.settle()
	if s.snap == nil {
		s.write("Nothing is read yet.")
		return
	}
	now := s.today(rows)
	choice := importer.Choose(s.statuses, s.markedRows(), now)
	if choice.Marked == 0 && choice.Already > 0 {
		before := len(s.marks)
		for _, row := range now {
			delete(s.marks, s.snap.Ref(row))
		}
		s.write(text.Join(" ", changed(before-len(s.marks), "unmarked"), s.total()))
		return
	}
	for row := range choice.Take.Rows() {
		s.marks[s.snap.Ref(row)] = false
	}
	s.write(text.Join(" ", s.choiceWords(&choice), s.total()))
}

// today are rows of the list, which may be older than what is known now, as rows of the latter.
func (s *session) today(rows []int) []int {
	var now []int
	for _, row := range rows {
		if at, ok := s.snap.Row(s.look.snap.Ref(row)); ok {
			now = append(now, at)
		}
	}
	return now
}

// markedRows are the marked entities as rows of what is known now.
func (s *session) markedRows() catalog.RowSet {
	set := catalog.NewRowSet(s.snap.Len())
	for ref := range s.marks {
		if row, ok := s.snap.Row(ref); ok {
			set.Add(row)
		}
	}
	return set
}

// choiceWords say what a bulk mark did and what it left alone.
func (s *session) choiceWords(c *importer.Choice) string {
	n := c.Marked
	switch {
	case n == 0 && c.Unknown > 0:
		return "Nothing was marked: Conviso's assets are not read, so nothing is known to be new. A number marks a single row."
	case n == 0 && c.Left == 0:
		return "Nothing of it is new or failed."
	}
	text := fmt.Sprintf("%d marked", n)
	if s.reads.catalog.running && !s.snap.Complete {
		text += " so far, the catalog is still being read"
	}
	if c.Already > 0 {
		text += fmt.Sprintf(", %d marked before", c.Already)
	}
	if c.Left > 0 {
		text += fmt.Sprintf(", %d left that share a name", c.Left)
	}
	if c.Unknown > 0 {
		text += fmt.Sprintf(", %d left of unknown status", c.Unknown)
	}
	return text + "."
}

// unmarkAll clears the selection.
func (s *session) unmarkAll() {
	n := len(s.marks)
	clear(s.marks)
	s.write(fmt.Sprintf("%d unmarked.", n))
}

// turnMarks takes the latest change of the marks back, or makes it again.
func (s *session) turnMarks(back bool) {
	s.settle()
	s.write(text.Join(" ", s.undo.Turn(s.marks, back, s.canMark), s.total()))
}

// canMark reports whether a mark of the entity would stay.
func (s *session) canMark(ref catalog.Ref) bool { return s.refusal(ref) == "" }

// refusal is why an entity cannot be marked now, or empty.
func (s *session) refusal(ref catalog.Ref) string {
	return importer.NotMarkable(ref, s.snap, s.statuses, s.engine.Kinds())
}

// request is what an import of the marked entities asks for, in the order of their refs.
func (s *session) request() importer.Request { return importer.NewRequest(maps.All(s.marks)) }

// hidden returns a function that reports whether an entity is not on the list as it is filtered. An
// incomplete catalog hides nothing that it does not have: that may still come.
func (s *session) hidden() func(catalog.Ref) bool {
	l := &s.look
	if l.snap == nil {
		return func(catalog.Ref) bool { return false }
	}
	on := catalog.RowSetOf(l.snap.Len(), l.rows)
	return func(ref catalog.Ref) bool {
		row, ok := l.snap.Row(ref)
		return ok && !on.Has(row) || !ok && l.snap.Complete
	}
}

// sendable says whether anything may be sent, and why not where it may not.
func (s *session) sendable() bool {
	if why := ui.Unable(s.id); why != "" {
		s.write(text.Sentence(why))
		return false
	}
	return true
}
