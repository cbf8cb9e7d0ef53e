package ui

import (
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/ui/draw"
)

const (
	colName        = "NAME"
	colKind        = "KIND"
	colOwner       = "OWNER"
	colType        = "TYPE"
	colLifecycle   = "LIFECYCLE"
	colSystem      = "SYSTEM"
	colNamespace   = "NAMESPACE"
	colTags        = "TAGS"
	colDescription = "DESCRIPTION"
	colStatus      = "STATUS"
	colChecked     = "CHECKED"
)

const widest = 40 // the widest name in a wide window

// columns select the columns, together with the width.
type columns struct {
	wide  bool // more columns, shorter names and statuses
	kinds bool // there are entities of several kinds
}

func (c columns) list(w int) []draw.Column {
	list := c.plain(w)
	if c.wide {
		list = c.many(w)
	}
	if c.kinds {
		return list
	}
	// KIND is the second column.
	return append(list[:1], list[2:]...)
}

// plain gives spare width to the name, then to the description or the status.
func (c columns) plain(w int) []draw.Column {
	name, status, rest := 26, 14, widest
	if w < draw.CompactBelow {
		name, status, rest = 16, 10, draw.Rest
	}
	return []draw.Column{
		{Title: colName, Rank: 1, Width: name, Grow: [...]int{30, 36, rest}},
		{Title: colKind, Rank: 4, Width: 9, From: draw.WideFrom},
		{Title: colOwner, Rank: 5, Width: 14, From: draw.CompactBelow, Grow: [...]int{0, 22, 0}},
		{Title: colType, Rank: 6, Width: 10, From: draw.CompactBelow},
		{Title: colLifecycle, Rank: 7, Width: 12, From: draw.CompactBelow},
		{Title: colNamespace, Rank: 9, Width: 14, With: colDescription},
		{Title: colDescription, Rank: 8, Width: 24, From: draw.CompactBelow, Grow: [...]int{0, 0, draw.Rest}},
		{Title: colStatus, Rank: 2, Width: status, Grow: [...]int{18, 0, draw.Rest}},
		{Title: colChecked, Rank: 3, Width: 7, From: draw.WideFrom},
	}
}

// many puts the description before the other columns, since it is read most.
func (c columns) many(w int) []draw.Column {
	name, status := 20, 10
	nameGrows, ownerGrows, descriptionGrows := [...]int{0, 26, widest}, [...]int{0, 16, 0}, [...]int{40, 0, draw.Rest}
	if w < draw.CompactBelow {
		name, status = 12, 8
		nameGrows, ownerGrows, descriptionGrows = [...]int{draw.Rest, 0, 0}, [3]int{}, [3]int{}
	}
	return []draw.Column{
		{Title: colName, Rank: 1, Width: name, Grow: nameGrows},
		{Title: colKind, Rank: 5, Width: 9},
		{Title: colOwner, Rank: 4, Width: 10, Grow: ownerGrows},
		{Title: colType, Rank: 6, Width: 8},
		{Title: colLifecycle, Rank: 7, Width: 12},
		{Title: colSystem, Rank: 8, Width: 12},
		{Title: colNamespace, Rank: 9, Width: 10},
		{Title: colTags, Rank: 10, Width: 14},
		{Title: colDescription, Rank: 3, Width: max(18, w/5), Grow: descriptionGrows},
		{Title: colStatus, Rank: 2, Width: status},
		{Title: colChecked, Rank: 11, Width: 7, From: draw.WideFrom},
	}
}

// describe joins title and description; a title that only repeats the name is left out.
func describe(e *catalog.Entity) string {
	switch {
	case e.Title == "" || bare(e.Title) == bare(e.Name):
		return e.Description
	case e.Description == "":
		return e.Title
	}
	return e.Title + " - " + e.Description
}

func bare(name string) string {
	return strings.ToLower(strings.NewReplacer("-", "", "_", "", ".", "", " ", "").Replace(name))
}
