package catalog

import "strings"

// The columns whose values many rows have in common. Rows hold the numbers of such values.
const (
	dictKind = iota
	dictNamespace
	dictOwner
	dictType
	dictLifecycle
	dictSystem
	dictionaries
)

// dictionary numbers the different values of one column. It only grows.
type dictionary struct {
	values
	ids map[string]uint32
}

// values are the values of a dictionary up to some moment, by number: as they came and in lower
// case. A copy of them is not touched by what the dictionary learns later.
type values struct {
	plain, folded []string
}

// id is the number of a value, which is new where the dictionary does not have it.
func (d *dictionary) id(value string) uint32 {
	if id, known := d.ids[value]; known {
		return id
	}
	if d.ids == nil {
		d.ids = map[string]uint32{}
	}
	// The value may be a part of a page that nothing else holds any more.
	value = strings.Clone(value)
	id := uint32(len(d.plain))
	d.ids[value] = id
	d.plain = append(d.plain, value)
	d.folded = append(d.folded, strings.ToLower(value))
	return id
}

// shared returns the entity's values of the dictionary columns.
func (e *Entity) shared() [dictionaries]string {
	return [dictionaries]string{dictKind: e.Kind, dictNamespace: e.Namespace, dictOwner: e.Owner,
		dictType: e.Type, dictLifecycle: e.Lifecycle, dictSystem: e.System}
}

// dictionary is the one that a column's values are in; false for columns of free text.
func (c Column) dictionary() (int, bool) {
	switch c {
	case ColumnOwner:
		return dictOwner, true
	case ColumnType:
		return dictType, true
	case ColumnLifecycle:
		return dictLifecycle, true
	case ColumnNamespace:
		return dictNamespace, true
	case ColumnKind:
		return dictKind, true
	case ColumnSystem:
		return dictSystem, true
	case ColumnName, ColumnTitle, ColumnDescription, ColumnTags, columns:
	}
	return 0, false
}
