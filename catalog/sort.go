package catalog

import (
	"cmp"
	"slices"
	"strings"
)

// Column is a field that the list can be sorted by.
type Column int

// The columns, in the order in which a wide list shows them.
const (
	ColumnName Column = iota
	ColumnOwner
	ColumnType
	ColumnLifecycle
	ColumnNamespace
	ColumnKind
	ColumnSystem
	ColumnTitle
	ColumnDescription
	ColumnTags
)

// Columns returns every column.
func Columns() []Column {
	return []Column{ColumnName, ColumnOwner, ColumnType, ColumnLifecycle, ColumnNamespace,
		ColumnKind, ColumnSystem, ColumnTitle, ColumnDescription, ColumnTags}
}

// String returns the column's word, e.g. "owner".
func (c Column) String() string {
	switch c {
	case ColumnName:
		return "name"
	case ColumnOwner:
		return "owner"
	case ColumnType:
		return "type"
	case ColumnLifecycle:
		return "lifecycle"
	case ColumnNamespace:
		return "namespace"
	case ColumnKind:
		return "kind"
	case ColumnSystem:
		return "system"
	case ColumnTitle:
		return "title"
	case ColumnDescription:
		return "description"
	case ColumnTags:
		return "tags"
	}
	return ""
}

// Value returns what the column shows of an entity; tags stand with a comma and a blank
// between them.
func (c Column) Value(e Entity) string { return c.value(&e) }

func (c Column) value(e *Entity) string {
	switch c {
	case ColumnName:
		return e.Name
	case ColumnOwner:
		return e.Owner
	case ColumnType:
		return e.Type
	case ColumnLifecycle:
		return e.Lifecycle
	case ColumnNamespace:
		return e.Namespace
	case ColumnKind:
		return e.Kind
	case ColumnSystem:
		return e.System
	case ColumnTitle:
		return e.Title
	case ColumnDescription:
		return e.Description
	case ColumnTags:
		return strings.Join(e.Tags, ", ")
	}
	return ""
}

// ShortOwner is an owner as a table shows it: a group's name alone where its namespace is the
// usual one, as most owners are written; any other owner as it is.
func ShortOwner(owner string) string {
	const group, namespace = "group:", DefaultNamespace + "/"
	if len(owner) <= len(group) || !strings.EqualFold(owner[:len(group)], group) {
		return owner
	}
	name := owner[len(group):]
	if len(name) > len(namespace) && strings.EqualFold(name[:len(namespace)], namespace) {
		return name[len(namespace):]
	}
	return name
}

// sortKey is what rows are compared by: the value as a table shows it, in lower case.
func (c Column) sortKey(e *Entity) string {
	if c == ColumnOwner {
		return strings.ToLower(ShortOwner(e.Owner))
	}
	return strings.ToLower(c.value(e))
}

// Sort orders rows in place by a column, in any case. Rows without a value come last in
// both directions, since they are never what is looked for; rows of equal value stand in
// the order of their refs, so that the same rows always come out the same.
func (s *Snapshot) Sort(rows []int, by Column, descending bool) {
	type keyed struct {
		key string
		row int
	}
	list := make([]keyed, len(rows))
	for i, row := range rows {
		list[i] = keyed{by.sortKey(s.rows.at(row)), row}
	}
	slices.SortFunc(list, func(a, b keyed) int {
		switch order := cmp.Compare(a.key, b.key); {
		case order == 0:
			return cmp.Compare(s.rows.at(a.row).Ref, s.rows.at(b.row).Ref)
		case a.key == "" || b.key == "":
			return -order
		case descending:
			return -order
		default:
			return order
		}
	})
	for i, k := range list {
		rows[i] = k.row
	}
}

// Order lists every row by a column, as Sort does. A snapshot keeps its orders, so that the
// second time costs nothing; the first may take a second at a million rows, and others may ask
// meanwhile. The slice must not be changed.
func (s *Snapshot) Order(by Column, descending bool) []int32 {
	rows := s.Search(Query{})
	s.Sort(rows, by, descending)
	order := make([]int32, len(rows))
	for i, row := range rows {
		order[i] = int32(row)
	}
	return order
}
