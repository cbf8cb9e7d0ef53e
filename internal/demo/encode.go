package demo

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

const apiVersion = "backstage.io/v1alpha1"

// part is a set of an entity's fields.
type part uint32

const (
	partKind part = 1 << iota
	partAPIVersion
	partName
	partNamespace
	partTitle
	partDescription
	partUID
	partEtag
	partTags
	partLabels
	partAnnotations
	partLinks
	partType
	partLifecycle
	partOwner
	partSystem
	partRelations

	partAll = partRelations<<1 - 1
	// Parts generated on demand: partText because most counting needs only the kind, partCostly
	// because only imports need it.
	partText   = partTitle | partDescription
	partCostly = partEtag | partLabels | partAnnotations | partLinks | partRelations
)

// projection selects an entity's fields for a response.
type projection struct {
	parts part
	// labels and annotations are the selected keys of these maps.
	labels, annotations []string
}

// everything is the projection without `fields`.
func everything() projection { return projection{parts: partAll} }

func (p projection) needs() part {
	parts := p.parts
	if len(p.labels) > 0 {
		parts |= partLabels
	}
	if len(p.annotations) > 0 {
		parts |= partAnnotations
	}
	return parts
}

// parseFields parses the values of `fields`. As in Backstage, unknown paths select nothing and
// paths are case-sensitive.
func parseFields(fields []string) projection {
	if len(fields) == 0 {
		return everything()
	}
	known := map[string]part{
		"kind": partKind, "apiVersion": partAPIVersion, "relations": partRelations,
		"metadata.name": partName, "metadata.namespace": partNamespace, "metadata.title": partTitle,
		"metadata.description": partDescription, "metadata.uid": partUID, "metadata.etag": partEtag,
		"metadata.tags": partTags, "metadata.labels": partLabels, "metadata.annotations": partAnnotations,
		"metadata.links": partLinks,
		"spec.type":      partType, "spec.lifecycle": partLifecycle, "spec.owner": partOwner, "spec.system": partSystem,
	}
	var p projection
	for _, f := range fields {
		for path, bit := range known {
			if path == f || strings.HasPrefix(path, f+".") {
				p.parts |= bit
			}
		}
		if key, ok := strings.CutPrefix(f, "metadata.annotations."); ok {
			p.annotations = append(p.annotations, key)
		}
		if key, ok := strings.CutPrefix(f, "metadata.labels."); ok {
			p.labels = append(p.labels, key)
		}
	}
	return p
}

// appendEntity encodes an entity's fields in p. It is written by hand because benchmarks read
// hundreds of thousands of entities.
func appendEntity(b []byte, e *Entity, p projection) []byte {
	b = append(b, '{')
	b = appendObject(b, "metadata", func(b []byte) []byte { return appendMetadata(b, e, p) })
	if p.parts&partAPIVersion != 0 {
		b = appendMember(b, "apiVersion", apiVersion)
	}
	if p.parts&partKind != 0 {
		b = appendMember(b, "kind", e.Kind)
	}
	b = appendObject(b, "spec", func(b []byte) []byte { return appendSpec(b, e, p.parts) })
	if p.parts&partRelations != 0 {
		b = appendKey(b, "relations")
		b = append(b, '[')
		for _, r := range e.Relations {
			b = append(appendComma(b), '{')
			b = appendMember(b, "type", r.Type)
			b = appendMember(b, "targetRef", r.Target)
			b = append(b, '}')
		}
		b = append(b, ']')
	}
	return append(b, '}')
}

func appendMetadata(b []byte, e *Entity, p projection) []byte {
	for _, f := range [...]struct {
		bit        part
		key, value string
	}{
		{partName, "name", e.Name}, {partNamespace, "namespace", e.Namespace},
		{partTitle, "title", e.Title}, {partDescription, "description", e.Description},
		{partUID, "uid", e.UID}, {partEtag, "etag", e.Etag},
	} {
		if p.parts&f.bit != 0 && f.value != "" {
			b = appendMember(b, f.key, f.value)
		}
	}
	if p.parts&partTags != 0 && len(e.Tags) > 0 {
		b = append(appendKey(b, "tags"), '[')
		for _, tag := range e.Tags {
			b = appendString(appendComma(b), tag)
		}
		b = append(b, ']')
	}
	b = appendStrings(b, "labels", e.Labels, p.parts&partLabels != 0, p.labels)
	b = appendStrings(b, "annotations", e.Annotations, p.parts&partAnnotations != 0, p.annotations)
	if p.parts&partLinks != 0 && len(e.Links) > 0 {
		b = append(appendKey(b, "links"), '[')
		for _, l := range e.Links {
			b = append(appendComma(b), '{')
			for _, f := range [...][2]string{{"url", l.URL}, {"title", l.Title}, {"icon", l.Icon}} {
				if f[1] != "" {
					b = appendMember(b, f[0], f[1])
				}
			}
			b = append(b, '}')
		}
		b = append(b, ']')
	}
	return b
}

func appendSpec(b []byte, e *Entity, parts part) []byte {
	for _, f := range [...]struct {
		bit        part
		key, value string
	}{
		{partType, "type", e.Type}, {partLifecycle, "lifecycle", e.Lifecycle},
		{partOwner, "owner", e.Owner}, {partSystem, "system", e.System},
	} {
		if parts&f.bit != 0 && f.value != "" {
			b = appendMember(b, f.key, f.value)
		}
	}
	return b
}

// appendStrings encodes a map, whole or only some keys; nothing if empty.
func appendStrings(b []byte, key string, m map[string]string, whole bool, only []string) []byte {
	return appendObject(b, key, func(b []byte) []byte {
		keys := only
		if whole {
			keys = slices.Sorted(maps.Keys(m))
		}
		for _, k := range keys {
			if v, ok := m[k]; ok {
				b = appendMember(b, k, v)
			}
		}
		return b
	})
}

// appendObject encodes a member that is an object; nothing if empty.
func appendObject(b []byte, key string, members func([]byte) []byte) []byte {
	start := len(b)
	b = append(appendKey(b, key), '{')
	inside := len(b)
	b = members(b)
	if len(b) == inside {
		return b[:start]
	}
	return append(b, '}')
}

func appendMember(b []byte, key, value string) []byte {
	return appendString(appendKey(b, key), value)
}

func appendKey(b []byte, key string) []byte {
	return append(appendString(appendComma(b), key), ':')
}

// appendComma separates a member or an element from the previous one, if any.
func appendComma(b []byte) []byte {
	switch b[len(b)-1] {
	case '{', '[':
		return b
	}
	return append(b, ',')
}

// appendString encodes a string; plain ASCII needs no escaping.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			quoted, err := json.Marshal(s)
			if err != nil {
				return append(b, `""`...)
			}
			return append(b, quoted...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}
