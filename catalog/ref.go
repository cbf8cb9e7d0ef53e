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
	return Ref(appendRef(few[:0], kind, namespace, name))
}

// appendRef appends NewRef's text to ref, which is empty.
func appendRef(ref []byte, kind, namespace, name string) []byte {
	if namespace == "" {
		namespace = DefaultNamespace
	}
	ref = append(append(ref, kind...), ':')
	ref = append(append(ref, namespace...), '/')
	ref = append(ref, name...)
	for i, b := range ref {
		switch {
		case b >= utf8.RuneSelf:
			return []byte(strings.ToLower(string(ref)))
		case 'A' <= b && b <= 'Z':
			ref[i] += 'a' - 'A'
		}
	}
	return ref
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
