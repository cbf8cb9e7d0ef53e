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

// String returns the column's word, e.g. "owner".
func (c Column) String() string {
	if c < 0 || int(c) >= columns {
		return ""
	}
	return [columns]string{ColumnName: "name", ColumnOwner: "owner", ColumnType: "type", ColumnLifecycle: "lifecycle",
		ColumnNamespace: "namespace", ColumnKind: "kind", ColumnSystem: "system", ColumnTitle: "title",
		ColumnDescription: "description", ColumnTags: "tags"}[c]
}

// Shown returns the column's text for a screen: an owner or a system is the same text however it is written.
func (c Column) Shown(e *Entity) string {
	if kind := c.refers(); kind != "" {
		return shownRef(c.value(e), e.Namespace, kind)
	}
	return c.value(e)
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
