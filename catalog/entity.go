// Package catalog holds a software catalog in memory: entities and their references, snapshots
// that can be searched and sorted, the query language, and the copy of the last complete list in
// the cache. It must not know where entities come from, which is the business of packages below
// its folder, nor the platform that they are sent to, nor how they are shown.
package catalog

import (
	"slices"

	"conviso-importer/internal/safetext"
)

// Entity is one row of the catalog as the list shows it. Every string has passed safetext.
// Field names follow Backstage's descriptor format.
type Entity struct {
	Ref Ref
	// UID is metadata.uid, stable for an entity's life. Details have it; lists, which nobody
	// asks for it, do not.
	UID string
	// Kind is as the catalog writes it, e.g. "Component".
	Kind string
	// Namespace and Name are metadata.namespace and metadata.name in their own case.
	Namespace, Name string
	// Title and Description are metadata.title and metadata.description, or empty.
	Title, Description string
	// Owner is spec.owner as written: "team-1", "group:default/team-1", "user:jane".
	Owner string
	// Type, Lifecycle and System are the spec's fields of these names, or empty.
	Type, Lifecycle, System string
	// Tags is metadata.tags.
	Tags []string
	// Altered reports that what names the entity, which is its kind, namespace, name or title, is
	// not shown as the catalog has it: it held characters that move the cursor, hide or
	// reorder text. Such a name may pretend to be another one.
	Altered bool
}

// Link is one of metadata.links.
type Link struct {
	URL   string `json:"url"`
	Title string `json:"title,omitempty"`
	Icon  string `json:"icon,omitempty"`
}

// Detail is an entity with everything an import needs, fetched fresh by reference. Its
// strings are raw, since they are sent on as they are; show only what Safe returns.
type Detail struct {
	Entity
	// OwnerRef is the ownedBy relation's target, the owner's full reference, or empty.
	OwnerRef string
	// Annotations is metadata.annotations.
	Annotations map[string]string
	// Links is metadata.links.
	Links []Link
	// Relations are the other relations, or the first hundred of them.
	Relations []Relation
}

// Relation is one of an entity's relations, such as partOf system:default/payments.
type Relation struct {
	// Type is Backstage's word: partOf, dependsOn, providesApi.
	Type string
	// Target is the other entity's full reference.
	Target string
}

// Safe returns a copy whose strings may be shown, with the ref that belongs to them.
func (e Entity) Safe() Entity {
	for _, field := range []*string{&e.Kind, &e.Namespace, &e.Name, &e.Title} {
		line := safetext.Line(*field)
		// What may be shown as it is deceives nobody.
		e.Altered = e.Altered || line != *field && safetext.Deceives(*field)
		*field = line
	}
	for _, field := range []*string{&e.UID, &e.Description, &e.Owner, &e.Type, &e.Lifecycle, &e.System} {
		*field = safetext.Line(*field)
	}
	if slices.ContainsFunc(e.Tags, safetext.Changed) {
		tags := make([]string, len(e.Tags))
		for i, tag := range e.Tags {
			tags[i] = safetext.Line(tag)
		}
		e.Tags = tags
	}
	if e.Namespace == "" {
		e.Namespace = DefaultNamespace
	}
	e.Ref = NewRef(e.Kind, e.Namespace, e.Name)
	return e
}

// Safe returns a copy for showing: every string has passed safetext, and Ref is the one
// that the list shows.
func (d Detail) Safe() Detail {
	d.Entity = d.Entity.Safe()
	d.OwnerRef = safetext.Line(d.OwnerRef)
	if d.Annotations != nil {
		annotations := make(map[string]string, len(d.Annotations))
		for key, value := range d.Annotations {
			annotations[safetext.Line(key)] = safetext.Line(value)
		}
		d.Annotations = annotations
	}
	if d.Links != nil {
		links := make([]Link, len(d.Links))
		for i, l := range d.Links {
			links[i] = Link{URL: safetext.Line(l.URL), Title: safetext.Line(l.Title), Icon: safetext.Line(l.Icon)}
		}
		d.Links = links
	}
	if d.Relations != nil {
		relations := make([]Relation, len(d.Relations))
		for i, r := range d.Relations {
			relations[i] = Relation{Type: safetext.Line(r.Type), Target: safetext.Line(r.Target)}
		}
		d.Relations = relations
	}
	return d
}
