package catalog

import "strings"

// Column is a field to sort by.
type Column int

// The columns, in the order of a wide list.
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

const columns = int(ColumnTags) + 1

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

// Value returns the column's text for an entity; tags are separated by ", ".
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

// ShortOwner returns an owner as a table shows it: without the kind and namespace of a group in
// the default namespace.
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
