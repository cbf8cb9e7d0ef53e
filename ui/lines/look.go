package lines

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/status"
	"conviso-importer/internal/text"
	"conviso-importer/ui/session"
)

// look is the list. It changes only when it is listed again, so that row numbers keep their meaning.
type look struct {
	query catalog.Query
	facet session.Facet
	order session.Order
	snap  *catalog.Snapshot
	rows  []int32
	top   int // first row of the page
}

func facetNames() []string {
	names := make([]string, session.Facets)
	for f := range session.Facets {
		names[f] = strings.ToLower(f.String())
	}
	return names
}

func (l *look) ref(row int) catalog.Ref { return l.snap.Ref(int(l.rows[row])) }

func (l *look) listed() catalog.RowSet {
	if l.snap == nil {
		return nil
	}
	return catalog.RowSetOf(l.snap.Len(), l.rows)
}

func (s *console) search() {
	s.syncView()
	l := &s.look
	l.snap, l.rows = s.work.Shown.Catalog, nil
	if l.snap != nil {
		l.rows = s.hits(l.query)
		l.top = min(l.top, max(0, len(l.rows)-1)/s.opt.Rows*s.opt.Rows)
	}
}

func (s *console) hits(q catalog.Query) []int32 {
	p, marks := &s.work.Shown, &s.work.Marks
	rows, _ := p.Find(q, p.Facts(marks), p.In(s.look.facet, marks), p.Ordered).All(context.WithoutCancel(s.ctx))
	return rows
}

// noMatch runs right after search, so that the list is current.
func (s *console) noMatch() string {
	l := &s.look
	blocker := session.FindBlocker(l.query, l.snap, s.work.Kinds(), func(q catalog.Query) int { return len(s.hits(q)) })
	return session.NoMatch(l.snap.Len(), l.facet, blocker)
}

func (s *console) list() {
	s.search()
	s.page()
}

func (s *console) firstPage() {
	s.look.top = 0
	s.list()
}

func (s *console) page() {
	s.syncView()
	l := &s.look
	if l.snap == nil {
		s.write("Nothing is read yet; r reads.")
		return
	}
	to := min(l.top+s.opt.Rows, len(l.rows))
	s.write(s.heading(to))
	for row := l.top; row < to; row++ {
		s.write(s.row(row))
	}
	s.listed = true
}

func (s *console) heading(to int) string {
	l := &s.look
	what := fmt.Sprintf("Page %d of %d, rows %d to %d of %d", l.top/s.opt.Rows+1, (len(l.rows)+s.opt.Rows-1)/s.opt.Rows, l.top+1, to, len(l.rows))
	switch {
	case len(l.rows) == 0 && l.snap.Len() == 0:
		what = strings.TrimSuffix(session.NoEntities(s.work.Kinds()), ".")
	case len(l.rows) == 0:
		what = s.noMatch()
	}
	var filter, only string
	if query := l.query.String(); query != "" {
		filter = "Filter: " + query + ", / alone clears it."
	}
	if l.facet != session.FacetAll {
		only = "Only " + facetNames()[l.facet] + ", f all lists all."
	}
	return text.Join(" ", what+".", s.kindWords(), filter, only, s.sortWords(), "There are "+s.facetWords()+".", s.markWords())
}

func (s *console) facetWords() string {
	if s.work.Shown.Catalog == nil {
		return "no entities yet"
	}
	plus := ""
	if !s.work.Shown.Catalog.Complete {
		plus = "+"
	}
	figure := func(state importer.State) string {
		if s.work.Shown.Statuses.Count(importer.Unknown) > 0 && state != importer.Failed {
			return "? " + string(state)
		}
		return fmt.Sprintf("%d%s %s", s.work.Shown.Statuses.Count(state), plus, state)
	}
	words := fmt.Sprintf("%d%s in all, %s, %s, %s", s.work.Shown.Catalog.Len(), plus,
		figure(importer.New), figure(importer.Imported), figure(importer.Failed))
	if s.work.Shown.Statuses.Count(importer.Gone) > 0 {
		words += ", " + figure(importer.Gone)
	}
	return words
}

func (s *console) sortWords() string {
	o := s.look.order
	name := strings.ToLower(o.Title())
	switch {
	case o.Direction == session.AsInCatalog:
		return "In the catalog's order."
	case o.Direction == session.Descending:
		return "By " + name + ", descending."
	case o != session.Order{}:
		return "By " + name + "."
	}
	return ""
}

func (s *console) markWords() string {
	n := s.work.Marks.Len()
	if n == 0 {
		return ""
	}
	if unseen := s.work.Marks.Hidden(s.look.snap, s.look.listed()); unseen > 0 {
		return fmt.Sprintf("%d marked, %d of them not on this list.", n, unseen)
	}
	return fmt.Sprintf("%d marked.", n)
}

func (s *console) row(row int) string {
	e := s.look.snap.At(int(s.look.rows[row]))
	is := s.work.Shown.Status(e.Ref)
	number := strconv.Itoa(row + 1)
	if s.work.Marks.Has(e.Ref) {
		number += " [x]"
	}
	name := e.Name
	if e.Namespace != "" && e.Namespace != catalog.DefaultNamespace {
		name += " (" + e.Namespace + ")"
	}
	if e.Altered {
		name += " (! not shown as it is)"
	}
	words := text.Join("  ", number, fmt.Sprintf("%-9s", is.State), name, orDash(catalog.ColumnOwner.Shown(&e)), orDash(e.Type))
	if is.State.Markable() {
		words = text.Join("  ", words, status.BulkWord(e.Annotated))
	}
	if is.State == importer.Failed && is.Reason != "" {
		words += "  " + text.Reason(e.Name, is.Reason)
	}
	return words
}

func orDash(text string) string { return cmp.Or(text, "-") }

func (s *console) filterBy(filter string) {
	s.look.query = catalog.ParseQuery(filter)
	for _, problem := range s.look.query.Problems(s.work.Kinds()...) {
		s.write("! " + text.Sentence(problem.String()))
	}
	if keep := s.opt.KeepFilter; keep != nil && filter != "" {
		s.Run(func(context.Context) func() { keep(filter); return func() {} })
	}
	s.firstPage()
}

func (s *console) show(text string) {
	names := facetNames()
	at := slices.Index(names, strings.ToLower(text))
	if n, err := strconv.Atoi(text); err == nil {
		at = n - 1
	}
	if at < 0 || at >= len(names) {
		s.write("f wants one of " + strings.Join(names, ", ") + ", or 1 to 7.")
		return
	}
	s.look.facet = session.Facet(at)
	s.firstPage()
}

func (s *console) sortBy(text string) {
	word, down := strings.CutPrefix(text, "-")
	direction := session.Ascending
	if down {
		direction = session.Descending
	}
	order, ok := session.OrderBy(word, direction)
	switch {
	case strings.EqualFold(word, "catalog"):
		order = session.Order{Direction: session.AsInCatalog}
	case !ok:
		s.write("s wants one of " + strings.ToLower(strings.Join(session.OrderTitles(), ", ")) + ", with - before it for the other way, or catalog.")
		return
	}
	s.look.order = order
	s.firstPage()
}

// turn goes to a page, from 0.
func (s *console) turn(to int) {
	l := &s.look
	last := max(0, len(l.rows)-1) / s.opt.Rows
	switch {
	case to < 0:
		s.write("This is the first page.")
	case to > last:
		s.write(fmt.Sprintf("There is no page %d; the last one is %d.", to+1, last+1))
	default:
		l.top = to * s.opt.Rows
		s.page()
	}
}
