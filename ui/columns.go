package ui

import (
	"strings"

	"conviso-importer/catalog"
)

// columnKind is a column of the table, in the order in which columns stand.
type columnKind int

const (
	colName columnKind = iota
	colEntityKind
	colOwner
	colType
	colLifecycle
	colSystem
	colNamespace
	colTags
	colDescription
	colStatus
	colChecked
	colKinds
)

// title is the column's head.
func (c columnKind) title() string {
	return [colKinds]string{"NAME", "KIND", "OWNER", "TYPE", "LIFECYCLE", "SYSTEM", "NAMESPACE", "TAGS", "DESCRIPTION", "STATUS", "CHECKED"}[c]
}

// columns are what decides which columns there are, besides the width.
type columns struct {
	// wide gives more columns room at the cost of the name and the status.
	wide bool
	// kinds says that there are entities of several kinds.
	kinds bool
}

// newTable divides w columns. Columns are added in the order of their use while they fit;
// what is left over goes to the name and then to the description or the status's reason.
// Widths depend on the window and on what the user chose, so that no row moves another one's
// columns.
func newTable(w int, gl glyphs, cols columns) table {
	t := table{width: w, gl: gl, narrow: w < compactBelow}
	room := dividing{table: &t, left: w - gutter + gap}
	if cols.wide {
		room.widely(cols)
	} else {
		room.plainly(cols)
	}
	return t
}

// dividing is a table whose columns are being added.
type dividing struct {
	*table

	// left are the columns that are not given away yet.
	left int
}

// add adds a column where it fits.
func (d *dividing) add(c columnKind, size int) {
	if d.left >= size+gap {
		d.widths[c] = size
		d.left -= size + gap
	}
}

// grow widens a column as far as there is room.
func (d *dividing) grow(c columnKind, most int) {
	more := min(d.left, max(0, most-d.widths[c]))
	d.widths[c] += more
	d.left -= more
}

// plainly favours names and statuses.
func (d *dividing) plainly(cols columns) {
	name, status := 26, 14
	if d.narrow {
		name, status = 16, 10
	}
	d.add(colName, name)
	d.add(colStatus, status)
	if d.width >= wideFrom {
		d.add(colChecked, 7)
	}
	if d.width >= wideFrom && cols.kinds {
		d.add(colEntityKind, 9)
	}
	if !d.narrow {
		d.add(colOwner, 14)
		d.add(colType, 10)
		d.add(colLifecycle, 12)
		d.add(colDescription, 24)
	}
	if d.widths[colDescription] > 0 {
		d.add(colNamespace, 14)
	}
	d.grow(colName, 30)
	d.grow(colStatus, 18)
	d.grow(colName, 36)
	d.grow(colOwner, 22)
	switch {
	case d.narrow:
		d.grow(colName, d.width)
	case d.widths[colDescription] > 0:
		d.grow(colName, widest)
		d.grow(colDescription, d.width)
	default:
		d.grow(colName, widest)
		d.grow(colStatus, d.width)
	}
}

// widely favours columns; the description comes before the others, since it is what is looked
// for most, and takes what is left.
func (d *dividing) widely(cols columns) {
	name, status := 20, 10
	if d.narrow {
		name, status = 12, 8
	}
	d.add(colName, name)
	d.add(colStatus, status)
	d.add(colDescription, max(18, d.width/5))
	d.add(colOwner, 10)
	if cols.kinds {
		d.add(colEntityKind, 9)
	}
	d.add(colType, 8)
	d.add(colLifecycle, 12)
	d.add(colSystem, 12)
	d.add(colNamespace, 10)
	d.add(colTags, 14)
	if d.width >= wideFrom {
		d.add(colChecked, 7)
	}
	if d.narrow {
		d.grow(colName, d.width)
		return
	}
	d.grow(colDescription, 40)
	d.grow(colName, 26)
	d.grow(colOwner, 16)
	d.grow(colName, widest)
	d.grow(colDescription, d.width)
}

// describe is what an entity is in words: its title, which is how a catalog shows it to people,
// and its description. A title that says no more than the name is left out.
func describe(e *catalog.Entity) string {
	switch {
	case e.Title == "" || bare(e.Title) == bare(e.Name):
		return e.Description
	case e.Description == "":
		return e.Title
	}
	return e.Title + " - " + e.Description
}

// bare is a name without what joins its words.
func bare(name string) string {
	return strings.ToLower(strings.NewReplacer("-", "", "_", "", ".", "", " ", "").Replace(name))
}
