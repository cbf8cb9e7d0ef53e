package ui

import (
	"fmt"
	"strings"

	"conviso-importer/conviso/importer"
	"conviso-importer/ui/draw"
	"conviso-importer/ui/session"
)

// countsLine shows the facets with counts: "+" means partly read, "?" unknown.
func (m *browseScreen) countsLine() string {
	parts, sep := m.countParts()
	left := m.gl.Cut(strings.Join(parts, sep), m.width)
	if right := m.listWordsBeside(left); right != "" {
		return m.gl.Sides(left, m.st.Dim.Of(right), m.width)
	}
	return left
}

// listWordsBeside returns kinds and order in the longest form that fits beside left.
func (m *browseScreen) listWordsBeside(left string) string {
	kinds := "kind " + session.KindWords(m.work.Kinds(), "")
	forms := []string{m.sortWords()}
	switch {
	case !session.OrdinaryKinds(m.work.Kinds()):
		forms = []string{kinds + "   " + m.sortWords(), kinds}
	case m.width >= draw.WideFrom:
		forms = []string{kinds + "   " + m.sortWords(), m.sortWords()}
	}
	for _, right := range forms {
		if draw.Width(left)+3+draw.Width(right) <= m.width {
			return right
		}
	}
	return ""
}

// shownFacets are those on the counts line: clashes only while they are listed, and what is gone if there is any.
func (m *browseScreen) shownFacets() []session.Facet {
	var shown []session.Facet
	for f := session.FacetAll; f < session.Facets; f++ {
		rare := f == session.FacetClash || f == session.FacetGone && m.work.Shown.Statuses.Count(importer.Gone) == 0
		if !rare || f == m.facet {
			shown = append(shown, f)
		}
	}
	return shown
}

// countParts returns the facets in the longest form that fits.
func (m *browseScreen) countParts() (parts []string, sep string) {
	var full, short []string
	for _, f := range m.shownFacets() {
		word := f.String()
		if f == m.facet {
			word = strings.ToUpper(word)
		}
		figure := m.figure(f)
		full = append(full, fmt.Sprintf("%d %s %s", int(f)+1, word, figure))
		if m.width < draw.CompactBelow {
			word = word[:min(3, len(word))]
		}
		short = append(short, word+" "+figure)
	}
	if n := m.work.Left().Unfinished(); n > 0 {
		full, short = append(full, fmt.Sprintf("Pending %d", n)), append(short, fmt.Sprintf("Pen %d", n))
	}
	forms := []countForm{{full, "  "}, {short, "  "}, {short, " "}}
	for _, f := range forms {
		// A list of several kinds shows the kinds rather than long facet names.
		if !session.OrdinaryKinds(m.work.Kinds()) && m.listWordsBeside(f.String()) != "" {
			return f.parts, f.sep
		}
	}
	for _, f := range forms {
		if draw.Width(f.String()) <= m.width {
			return f.parts, f.sep
		}
	}
	return short, " "
}

type countForm struct {
	parts []string
	sep   string
}

func (f countForm) String() string { return strings.Join(f.parts, f.sep) }

func (m *browseScreen) facetAt(x int) (session.Facet, bool) {
	parts, sep := m.countParts()
	next := 0
	for i, f := range m.shownFacets() {
		from := next
		next += draw.Width(parts[i])
		if x >= from && x < next {
			return f, true
		}
		next += draw.Width(sep)
	}
	return 0, false
}

func (m *browseScreen) figure(f session.Facet) string {
	plus := ""
	if m.work.Shown.Catalog != nil && !m.work.Shown.Catalog.Complete {
		plus = "+"
	}
	count := func(s importer.State) string { return fmt.Sprintf("%d%s", m.work.Shown.Statuses.Count(s), plus) }
	switch {
	case f == session.FacetAll && m.work.Shown.Catalog == nil, (f == session.FacetNew || f == session.FacetImported) && !m.work.Shown.Known():
		return "?"
	case f == session.FacetAll:
		return fmt.Sprintf("%d%s", m.work.Shown.All(), plus)
	case f == session.FacetNew:
		return count(importer.New)
	case f == session.FacetImported:
		return count(importer.Imported)
	case f == session.FacetFailed:
		return count(importer.Failed)
	case f == session.FacetClash:
		return count(importer.Clash)
	case f == session.FacetGone:
		return count(importer.Gone)
	}
	return fmt.Sprint(m.work.Marks.Len())
}

func (m *browseScreen) sortWords() string {
	s := m.work.Shown.Order
	if mark := directionMark(s.Direction, m.gl); mark != "" {
		return "sort " + s.Title() + " " + mark
	}
	return "catalog order"
}

func (m *browseScreen) filterLine() string {
	right := m.positionWords()
	room := m.width - draw.Width(right) - 1
	if m.typing {
		left := "/ " + draw.Input(&m.filter.Model, room-3, m.st.Input)
		return left + draw.Blanks(room+1-draw.Width(left)) + right
	}
	left := m.st.Dim.Of(m.gl.Fit(room, "/ filter: words, owner:team, status:new, !not; tab completes",
		"/ filter: words, owner:team, status:new, !not", "/ filter: words, owner:team, !not", "/ words, owner:team", "/ filter"))
	if !m.query.Empty() {
		left = m.gl.Cut("/ "+m.query.String(), room)
	}
	return left + draw.Blanks(room+1-draw.Width(left)) + right
}

func (m *browseScreen) positionWords() string {
	all := m.figure(session.FacetAll)
	switch {
	case m.list.partial:
		return m.gl.Ellipsis + " of " + all // the count is not known yet
	case len(m.list.rows) == 0:
		return "0 of " + all
	}
	page, pages := m.list.pages()
	from, to := m.list.page()
	if m.width < draw.CompactBelow {
		return fmt.Sprintf("%d of %s  p%d/%d", m.list.len(), all, page, pages)
	}
	return fmt.Sprintf("%d of %s   rows %d-%d   page %d/%d", m.list.len(), all, from+1, to, page, pages)
}
