package catalog

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"conviso-importer/internal/safetext"
)

// Ref is an entity's reference, `kind:namespace/name` in lower case. It identifies an entity
// everywhere: selection, queue, status, JSON.
type Ref string

// Backstage's defaults for references that omit a part.
const (
	DefaultKind      = "component"
	DefaultNamespace = "default"
)

// NewRef returns the Ref of parts in any case; an empty namespace means the default one.
func NewRef(kind, namespace, name string) Ref {
	// Avoid an allocation beyond the result: every row has a Ref.
	var buf [128]byte
	return Ref(AppendRef(buf[:0], kind, namespace, name))
}

// AppendRef appends NewRef's text to a buffer.
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

// ParseRef parses `name`, `namespace/name`, `kind:name` or `kind:namespace/name`.
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

// Name returns the part after the slash.
func (r Ref) Name() string {
	_, rest, _ := strings.Cut(string(r), ":")
	_, name, _ := strings.Cut(rest, "/")
	return name
}
