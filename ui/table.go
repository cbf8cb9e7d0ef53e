package ui

import (
	"strings"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/safetext"
)

// columnKind is a column of the table, in the order in which columns stand.
type columnKind int

const (
	colName columnKind = iota
	colOwner
	colType
	colLifecycle
	colNamespace
	colDescription
	colStatus
	colChecked
	colKinds
)

// title is the column's head.
func (c columnKind) title() string {
	return [colKinds]string{"NAME", "OWNER", "TYPE", "LIFECYCLE", "NAMESPACE", "DESCRIPTION", "STATUS", "CHECKED"}[c]
}

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
}

// newTable divides w columns. Columns are added in the order of their use while they fit;
// what is left over goes to the name and then to the description or the status's reason.
// Widths depend on the window alone, so that no row moves another one's columns.
func newTable(w int, gl glyphs) table {
	t := table{width: w, gl: gl, narrow: w < compactBelow}
	name, status := 26, 14
	if t.narrow {
		name, status = 16, 10
	}
	t.widths[colName], t.widths[colStatus] = name, status
	left := w - gutter - name - gap - status
	add := func(c columnKind, size int) {
		if left >= size+gap {
			t.widths[c] = size
			left -= size + gap
		}
	}
	if w >= wideFrom {
		add(colChecked, 7)
	}
	if !t.narrow {
		add(colOwner, 14)
		add(colType, 10)
		add(colLifecycle, 12)
		add(colDescription, 24)
	}
	if t.widths[colDescription] > 0 {
		add(colNamespace, 14)
	}
	grow := func(c columnKind, most int) {
		more := min(left, max(0, most-t.widths[c]))
		t.widths[c] += more
		left -= more
	}
	grow(colName, 30)
	grow(colStatus, 18)
	grow(colName, 36)
	grow(colOwner, 22)
	switch {
	case t.narrow:
		grow(colName, w)
	case t.widths[colDescription] > 0:
		grow(colName, widest)
		grow(colDescription, w)
	default:
		grow(colName, widest)
		grow(colStatus, w)
	}
	return t
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
		b.WriteString(t.gl.cell(t.value(c, &r), w))
		b.WriteString("  ")
	}
	return strings.TrimRight(b.String(), " ")
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
		return r.entity.Owner
	case colType:
		return r.entity.Type
	case colLifecycle:
		return r.entity.Lifecycle
	case colNamespace:
		return r.entity.Namespace
	case colDescription:
		return r.entity.Description
	case colChecked:
		return shortAge(r.now, r.status.CheckedAt)
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
		return string(s.State) + ": " + reasonFor(r.entity.Name, s.Reason)
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
	return " " + shortAge(now, sent)
}

// reasonFor is a reason where it stands beside the name of the entity that it is about.
func reasonFor(name, reason string) string {
	return strings.TrimPrefix(safetext.Line(reason), safetext.Line(name)+": ")
}
