package catalog

import (
	"cmp"
	"strings"
)

// Kinds of the entities that owners and systems refer to if they name none.
const (
	kindGroup  = "group"
	kindSystem = "system"
)

// refers returns the default kind of a column whose values are references, otherwise empty.
func (c Column) refers() string {
	switch c {
	case ColumnOwner:
		return kindGroup
	case ColumnSystem:
		return kindSystem
	case ColumnName, ColumnType, ColumnLifecycle, ColumnNamespace, ColumnKind, ColumnTitle, ColumnDescription, ColumnTags:
	}
	return ""
}

// scopeOf returns the namespace that a dictionary value depends on: that of the entity, for a
// reference without one.
func scopeOf(column int, value, namespace string) string {
	if column != dictOwner && column != dictSystem || value == "" || strings.IndexByte(value, '/') >= 0 {
		return ""
	}
	return cmp.Or(strings.ToLower(namespace), DefaultNamespace)
}

// target is what an owner or a system refers to.
type target struct{ kind, namespace, name string }

// parseTarget reads `name`, `namespace/name`, `kind:name` or `kind:namespace/name` as Backstage does; kind
// and scope stand for what is omitted. It is not ok if a part is empty: such a text refers to nothing.
func parseTarget(text, scope, kind string) (t target, ok bool) {
	t = target{kind: kind, namespace: cmp.Or(scope, DefaultNamespace), name: text}
	slash := strings.IndexByte(text, '/')
	// A colon after the slash is part of the name.
	if colon := strings.IndexByte(text, ':'); colon >= 0 && (slash < 0 || colon < slash) {
		t.kind, t.name = text[:colon], text[colon+1:]
	}
	if slash >= 0 {
		t.namespace, t.name, _ = strings.Cut(t.name, "/")
	}
	return t, t.kind != "" && t.namespace != "" && t.name != ""
}

// short returns the target without the default kind and the default namespace.
func (t target) short(kind string) string {
	text := t.name
	if t.elsewhere() {
		text = t.namespace + "/" + text
	}
	return t.prefix(kind) + text
}

// shown is short with the name first, as the namespace is what a narrow column can do without.
func (t target) shown(kind string) string {
	text := t.prefix(kind) + t.name
	if t.elsewhere() {
		text += " (" + t.namespace + ")"
	}
	return text
}

func (t target) elsewhere() bool { return !strings.EqualFold(t.namespace, DefaultNamespace) }

func (t target) prefix(kind string) string {
	if strings.EqualFold(t.kind, kind) {
		return ""
	}
	return t.kind + ":"
}

// shownRef returns a reference as a screen shows it.
func shownRef(text, scope, kind string) string {
	if t, ok := parseTarget(text, scope, kind); ok {
		return t.shown(kind)
	}
	return text
}

// refForms returns the texts that mean a reference in a query, the whole one first; text is in lower case.
// Without a kind only those of the default kind are meant, and without a namespace those of any.
func refForms(text, scope, kind string) []string {
	t, ok := parseTarget(text, scope, kind)
	if !ok {
		return []string{text}
	}
	whole := t.kind + ":" + t.namespace + "/" + t.name
	forms := []string{whole, t.kind + ":" + t.name}
	if t.kind == kind {
		forms = append(forms, whole[len(t.kind)+1:], t.name)
	}
	return forms
}
