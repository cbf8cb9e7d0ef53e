package ui

import (
	"strings"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
)

const (
	// gutter is what stands before the name: the cursor's marker, the box and a blank.
	gutter = 6
	// gap is between two columns.
	gap = 2
	// widest is how much of a wide window a name takes.
	widest = 40
)

// table knows how wide the columns are. It draws rows; it does not know which.
type table struct {
	width  int
	narrow bool
	gl     glyphs
	widths [colKinds]int
	// words are underlined where a search looks at the cell's text.
	words []string
}

// heads is the line of column titles; that of the sorted column carries the direction.
func (t *table) heads(s sorting) string {
	var b strings.Builder
	b.WriteString(blanks(gutter))
	for c := colName; c < colKinds; c++ {
		if t.widths[c] == 0 {
			continue
		}
		title := c.title()
		if title == sortColumns()[s.column].title {
			switch s.direction {
			case ascending:
				title += " " + t.gl.up
			case descending:
				title += " " + t.gl.down
			case catalogOrder, directions:
			}
		}
		b.WriteString(t.gl.cell(title, t.widths[c]))
		b.WriteString(blanks(gap))
	}
	return strings.TrimRight(b.String(), " ")
}

// columnAt is the column that a place in a line belongs to, with the gap behind it.
func (t *table) columnAt(x int) (columnKind, bool) {
	next := gutter
	for c := colName; c < colKinds; c++ {
		if t.widths[c] == 0 {
			continue
		}
		from := next
		next += t.widths[c] + gap
		if x >= from && x < next {
			return c, true
		}
	}
	return 0, false
}

// rowState is everything that decides how a row looks.
type rowState struct {
	entity          *catalog.Entity
	status          importer.Status
	marked, current bool
	// ranged says that the row is in the range being chosen.
	ranged bool
	now    time.Time
}

// row draws one row. A cell has at most one style, and nothing is styled beyond its text.
func (t *table) row(st *styles, r rowState) string {
	var b strings.Builder
	before := gutterMark(r)
	b.WriteString(st.marker.of(before) + blanks(2-width(before)))
	switch {
	case !markable(r.status.State):
		b.WriteString("    ")
	case r.marked:
		b.WriteString("[x] ")
	default:
		b.WriteString("[ ] ")
	}
	for c := colName; c < colKinds; c++ {
		w := t.widths[c]
		if w == 0 {
			continue
		}
		if c == colStatus {
			word := t.gl.cut(statusWords(&r, t.narrow), w)
			b.WriteString(st.states[r.status.State].of(word))
			b.WriteString(blanks(w - width(word) + gap))
			continue
		}
		text := t.gl.cut(t.value(c, &r), w)
		b.WriteString(t.marked(st, c, text, &r))
		b.WriteString(blanks(w - width(text) + gap))
	}
	return strings.TrimRight(b.String(), " ")
}

// marked is a cell's text with what the filter's words found in it underlined. In the name's
// cell stands more than the name.
func (t *table) marked(st *styles, c columnKind, text string, r *rowState) string {
	switch c {
	case colOwner, colDescription, colTags:
		return st.underlined(text, t.words)
	case colName:
		from := max(0, strings.Index(text, r.entity.Name))
		to := min(len(text), from+len(r.entity.Name))
		return text[:from] + st.underlined(text[from:to], t.words) + text[to:]
	case colEntityKind, colType, colLifecycle, colSystem, colNamespace, colStatus, colChecked, colKinds:
	}
	return text
}

// gutterMark is what stands before a row's box: where the cursor is, and what is in the range.
func gutterMark(r rowState) string {
	mark := " "
	if r.current {
		mark = ">"
	}
	if r.ranged {
		mark += "*"
	}
	return strings.TrimRight(mark, " ")
}

// value is the text of a cell.
func (t *table) value(c columnKind, r *rowState) string {
	switch c {
	case colName:
		name := displayName(r.entity, t.narrow)
		if r.entity.Altered {
			name = t.gl.warn + " " + name
		}
		return name
	case colOwner:
		return catalog.ShortOwner(r.entity.Owner)
	case colType:
		return r.entity.Type
	case colLifecycle:
		return r.entity.Lifecycle
	case colNamespace:
		return r.entity.Namespace
	case colDescription:
		return describe(r.entity)
	case colSystem:
		return r.entity.System
	case colEntityKind:
		return r.entity.Kind
	case colTags:
		return strings.Join(r.entity.Tags, ",")
	case colChecked:
		return text.ShortAge(r.now, r.status.CheckedAt)
	case colStatus, colKinds:
	}
	return ""
}

// displayName is an entity's name, with its namespace where that is not the usual one: two
// entities of one name must not look the same.
func displayName(e *catalog.Entity, narrow bool) string {
	switch {
	case e.Namespace == "" || strings.EqualFold(e.Namespace, catalog.DefaultNamespace):
		return e.Name
	case narrow:
		return e.Name + " (" + e.Namespace + ")"
	}
	return e.Name + " (ns: " + e.Namespace + ")"
}

// statusWords are a status's word, with the reason or the age where that is the point of it.
// The reason need not name the entity that it stands beside.
func statusWords(r *rowState, narrow bool) string {
	s := &r.status
	switch {
	case narrow:
	case s.State == importer.Failed && s.Reason != "":
		return string(s.State) + ": " + text.Reason(r.entity.Name, s.Reason)
	case waits(s.State):
		return string(s.State) + waiting(r.now, s.SentAt)
	}
	return string(s.State)
}

// waits says whether an item in this state has been sent and is being looked for.
func waits(s importer.State) bool { return s == importer.Accepted || s == importer.Retrying }

// waiting is how long ago an item was sent, once that is worth knowing: most appear within
// seconds.
func waiting(now, sent time.Time) string {
	if sent.IsZero() || now.Sub(sent) < time.Minute {
		return ""
	}
	return " " + text.ShortAge(now, sent)
}
