package demo

import (
	"strings"
)

// Entity is one entity of the catalog. Add sets empty Kind (Component), Namespace (default), UID and Etag.
type Entity struct {
	Kind, Namespace, Name string
	Title, Description    string
	UID, Etag             string
	Tags                  []string
	Labels, Annotations   map[string]string
	Links                 []Link
	// Type, Lifecycle, Owner and System are spec fields; empty ones are omitted.
	Type, Lifecycle, Owner, System string
	Relations                      []Relation
}

// Link is one of metadata.links; empty fields are omitted.
type Link struct{ URL, Title, Icon string }

// Relation is a relation that the catalog derives from a spec.
type Relation struct{ Type, Target string }

// Ref returns the entity's reference, `kind:namespace/name` in lower case.
func (e *Entity) Ref() string {
	return strings.ToLower(e.Kind + ":" + e.Namespace + "/" + e.Name)
}

// maxSearchable is the length of the longest indexed value.
const maxSearchable = 200

// values returns the indexed values of a lower-case key, several for a list.
func (e *Entity) values(key string) []string {
	if name, ok := strings.CutPrefix(key, "metadata.tags."); ok {
		for _, tag := range e.Tags {
			if strings.EqualFold(tag, name) {
				return []string{"true"}
			}
		}
		return nil
	}
	if name, ok := strings.CutPrefix(key, "metadata.annotations."); ok {
		return keyed(e.Annotations, name)
	}
	if name, ok := strings.CutPrefix(key, "metadata.labels."); ok {
		return keyed(e.Labels, name)
	}
	if name, ok := strings.CutPrefix(key, "relations."); ok {
		var targets []string
		for _, r := range e.Relations {
			if strings.EqualFold(r.Type, name) {
				targets = append(targets, r.Target)
			}
		}
		return targets
	}
	if key == "metadata.tags" {
		return e.Tags
	}
	if v := e.scalar(key); v != "" && len(v) <= maxSearchable {
		return []string{v}
	}
	return nil
}

func (e *Entity) scalar(key string) string {
	switch key {
	case "kind":
		return e.Kind
	case "apiversion":
		return apiVersion
	case "metadata.name":
		return e.Name
	case "metadata.namespace":
		return e.Namespace
	case "metadata.title":
		return e.Title
	case "metadata.description":
		return e.Description
	case "metadata.uid":
		return e.UID
	case "metadata.etag":
		return e.Etag
	case "spec.type":
		return e.Type
	case "spec.lifecycle":
		return e.Lifecycle
	case "spec.owner":
		return e.Owner
	case "spec.system":
		return e.System
	}
	return ""
}

func keyed(m map[string]string, name string) []string {
	for k, v := range m {
		if strings.EqualFold(k, name) && len(v) <= maxSearchable {
			return []string{v}
		}
	}
	return nil
}
