package catalog

import "strings"

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
	columns
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
