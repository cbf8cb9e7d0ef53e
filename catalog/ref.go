package catalog

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"conviso-importer/internal/safetext"
)

// Ref is an entity's reference, `kind:namespace/name` in lower case. It is the identity of
// an entity everywhere: selection, queue, status, JSON (Backstage, "Entity references").
type Ref string

// Defaults that Backstage applies to a reference that leaves a part out.
const (
	DefaultKind      = "component"
	DefaultNamespace = "default"
)

// NewRef builds a Ref from its parts, in any case; an empty namespace is the default one.
func NewRef(kind, namespace, name string) Ref {
	// Every row has one, so that it must not cost more than itself.
	var few [128]byte
	return Ref(AppendRef(few[:0], kind, namespace, name))
}

// AppendRef appends the text of NewRef to a buffer, for whoever makes many of them.
func AppendRef(to []byte, kind, namespace, name string) []byte {
	if namespace == "" {
		namespace = DefaultNamespace
	}
	start := len(to)
	to = append(append(to, kind...), ':')
	to = append(append(to, namespace...), '/')
	to = append(to, name...)
	for i, b := range to[start:] {
		switch {
		case b >= utf8.RuneSelf:
			return append(to[:start], strings.ToLower(string(to[start:]))...)
		case 'A' <= b && b <= 'Z':
			to[start+i] += 'a' - 'A'
		}
	}
	return to
}

// ParseRef reads `name`, `namespace/name`, `kind:name` or `kind:namespace/name`.
func ParseRef(s string) (Ref, error) {
	kind, namespace, name := DefaultKind, DefaultNamespace, strings.TrimSpace(s)
	if before, after, ok := strings.Cut(name, ":"); ok {
		kind, name = before, after
	}
	if before, after, ok := strings.Cut(name, "/"); ok {
		namespace, name = before, after
	}
	if kind == "" || namespace == "" || name == "" || strings.ContainsAny(name, "/: \t") || strings.ContainsAny(namespace+kind, ": \t") {
		return "", fmt.Errorf("%q is not an entity reference; write it like component:default/payments", safetext.Line(s))
	}
	return NewRef(kind, namespace, name), nil
}

// Kind returns the part before the colon.
func (r Ref) Kind() string {
	kind, _, _ := strings.Cut(string(r), ":")
	return kind
}

// Namespace returns the part between colon and slash.
func (r Ref) Namespace() string {
	_, rest, _ := strings.Cut(string(r), ":")
	namespace, _, _ := strings.Cut(rest, "/")
	return namespace
}

// Name returns the part behind the slash.
func (r Ref) Name() string {
	_, rest, _ := strings.Cut(string(r), ":")
	_, name, _ := strings.Cut(rest, "/")
	return name
}
