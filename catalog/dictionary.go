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
	ids    map[string]uint32
	scoped map[scopedValue]uint32 // values with a scope
}

type scopedValue struct{ value, scope string }

// values are a dictionary's values by id, as received and in lower case. A copy does not see later additions.
type values struct {
	plain, folded []string
	// scopes complete references that name no namespace: one text is another group in another namespace.
	scopes []string
}

// id returns the id of a value with its scope, and adds it if it is new.
func (d *dictionary) id(value, scope string) uint32 {
	var id uint32
	var known bool
	if scope == "" {
		id, known = d.ids[value]
	} else {
		id, known = d.scoped[scopedValue{value, scope}]
	}
	if known {
		return id
	}
	// Do not keep the page that the value is part of.
	value, scope = strings.Clone(value), strings.Clone(scope)
	id = uint32(len(d.plain))
	if scope == "" {
		put(&d.ids, value, id)
	} else {
		put(&d.scoped, scopedValue{value, scope}, id)
	}
	d.values.add(value, scope)
	return id
}

func put[K comparable](ids *map[K]uint32, key K, id uint32) {
	if *ids == nil {
		*ids = map[K]uint32{}
	}
	(*ids)[key] = id
}

func (v *values) add(value, scope string) {
	v.plain = append(v.plain, value)
	v.folded = append(v.folded, strings.ToLower(value))
	v.scopes = append(v.scopes, scope)
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
