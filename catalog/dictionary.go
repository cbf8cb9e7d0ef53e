package catalog

import "strings"

// Columns with few distinct values. Rows store the ids of such values.
const (
	dictKind = iota
	dictNamespace
	dictOwner
	dictType
	dictLifecycle
	dictSystem
	dictionaries
)

// dictionary numbers the distinct values of one column. It only grows.
type dictionary struct {
	values
	ids map[string]uint32
}

// values are a dictionary's values by id, as received and in lower case. A copy does not see later additions.
type values struct {
	plain, folded []string
}

// id returns the id of a value and adds the value if it is new.
func (d *dictionary) id(value string) uint32 {
	if id, known := d.ids[value]; known {
		return id
	}
	if d.ids == nil {
		d.ids = map[string]uint32{}
	}
	// Do not keep the page that the value is part of.
	value = strings.Clone(value)
	id := uint32(len(d.plain))
	d.ids[value] = id
	d.plain = append(d.plain, value)
	d.folded = append(d.folded, strings.ToLower(value))
	return id
}

func (e *Entity) shared() [dictionaries]string {
	return [dictionaries]string{dictKind: e.Kind, dictNamespace: e.Namespace, dictOwner: e.Owner,
		dictType: e.Type, dictLifecycle: e.Lifecycle, dictSystem: e.System}
}

// dictionary returns the dictionary of a column; false for free text.
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
	case ColumnName, ColumnTitle, ColumnDescription, ColumnTags:
	}
	return 0, false
}
