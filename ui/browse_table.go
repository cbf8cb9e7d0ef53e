package ui

import (
	"strings"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/status"
	"conviso-importer/internal/text"
	"conviso-importer/ui/draw"
	"conviso-importer/ui/session"
)

const gutter = 6 // cursor marker, checkbox and a blank

type table struct {
	draw.Table

	width  int
	narrow bool
	gl     draw.Glyphs
	words  []string // what to underline
}

func newTable(w int, gl draw.Glyphs, cols columns) table {
	return table{Table: draw.NewTable(w, gutter, gl, cols.list(w)), width: w, gl: gl, narrow: w < draw.CompactBelow}
}

func (t *table) heads(s session.Order) string {
	return t.Heads(s.Title(), directionMark(s.Direction, t.gl))
}

func directionMark(d session.Direction, gl draw.Glyphs) string {
	switch d {
	case session.Ascending:
		return gl.Up
	case session.Descending:
		return gl.Down
	case session.AsInCatalog, session.Directions:
	}
	return ""
}

type rowState struct {
	entity          *catalog.Entity
	status          importer.Status
	marked, current bool
	ranged          bool // in the range being chosen
	now             time.Time
}

func (t *table) row(st *draw.Styles, r rowState) string {
	mark := gutterMark(r)
	box := "[ ] "
	switch {
	case !r.status.State.Markable():
		box = "    "
	case r.marked:
		box = "[x] "
	}
	before := st.Marker.Of(mark) + draw.Blanks(2-draw.Width(mark)) + box
	return t.Row(st, before, func(title string) draw.Cell { return t.cell(st, title, &r) })
}

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

// cell underlines the filter's words only in columns that a search looks at.
func (t *table) cell(st *draw.Styles, title string, r *rowState) draw.Cell {
	e := r.entity
	switch title {
	case colName:
		name := displayName(e, t.narrow)
		if e.Altered {
			name = t.gl.Warn + " " + name
		}
		return draw.Cell{Text: name, Words: t.words, Part: e.Name}
	case colOwner:
		// A namespace that comes from the entity is not searched.
		return draw.Cell{Text: catalog.ColumnOwner.Shown(e), Words: t.words, Part: e.Owner[strings.LastIndexByte(e.Owner, ':')+1:]}
	case colDescription:
		return draw.Cell{Text: describe(e), Words: t.words}
	case colTags:
		return draw.Cell{Text: strings.Join(e.Tags, ","), Words: t.words}
	case colType:
		return draw.Cell{Text: e.Type}
	case colLifecycle:
		return draw.Cell{Text: e.Lifecycle}
	case colNamespace:
		return draw.Cell{Text: e.Namespace}
	case colSystem:
		return draw.Cell{Text: catalog.ColumnSystem.Shown(e)}
	case colKind:
		return draw.Cell{Text: e.Kind}
	case colChecked:
		return draw.Cell{Text: text.ShortAge(r.now, r.status.CheckedAt)}
	case colStatus:
		return draw.Cell{Text: statusWords(r, t.narrow), Style: st.States[r.status.State]}
	}
	return draw.Cell{}
}

// displayName adds an unusual namespace: two entities of one name must not look the same.
func displayName(e *catalog.Entity, narrow bool) string {
	switch {
	case e.Namespace == "" || strings.EqualFold(e.Namespace, catalog.DefaultNamespace):
		return e.Name
	case narrow:
		return e.Name + " (" + e.Namespace + ")"
	}
	return e.Name + " (ns: " + e.Namespace + ")"
}

// statusWords add the reason or the age; the reason need not repeat the entity's name.
func statusWords(r *rowState, narrow bool) string {
	s := &r.status
	switch {
	case narrow:
	case s.State == importer.Failed && s.Reason != "":
		return string(s.State) + ": " + text.Reason(r.entity.Name, s.Reason)
	case inFlight(s.State):
		return string(s.State) + waiting(r.now, s.SentAt)
	}
	if bulk := status.BulkWord(r.entity.Annotated); bulk != "" && s.State.Markable() {
		return string(s.State) + ", " + bulk
	}
	return string(s.State)
}

func inFlight(s importer.State) bool { return s == importer.Accepted || s == importer.Retrying }

// waiting is the time since sending, or empty for the first minute: most items appear within seconds.
func waiting(now, sent time.Time) string {
	if sent.IsZero() || now.Sub(sent) < time.Minute {
		return ""
	}
	return " " + text.ShortAge(now, sent)
}
