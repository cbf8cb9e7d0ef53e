// Package catalog holds a software catalog in memory: entities and references, snapshots to
// search and sort, the query language, and the cached copy of the last complete list. It must
// not know where entities come from (packages below its folder do), the platform that they are
// sent to, or the user interface.
package catalog

import (
	"slices"

	"conviso-importer/internal/safetext"
)

// Entity is one row of the list. Every string has passed safetext. Field names follow
// Backstage's descriptor format.
type Entity struct {
	Ref                     Ref
	UID                     string // metadata.uid, constant for an entity's life; only details have it
	Kind                    string // as the catalog writes it, e.g. "Component"
	Namespace, Name         string
	Title, Description      string // may be empty
	Owner                   string // spec.owner as written: "team-1", "group:default/team-1", "user:jane"
	Type, Lifecycle, System string // of spec, may be empty
	Tags                    []string
	Annotated
	// Altered: safetext changed the kind, namespace, name or title: it had characters that move the cursor,
	// hide or reorder text, and may imitate another one.
	Altered bool
}

// Link is one of metadata.links.
type Link struct {
	URL   string `json:"url"`
	Title string `json:"title,omitempty"`
	Icon  string `json:"icon,omitempty"`
}

// Detail is an entity with all that an import needs, read by reference. Its strings are raw,
// because they are sent on; show only what Safe returns.
type Detail struct {
	Entity
	OwnerRef    string // the target of the ownedBy relation, a full reference, or empty
	Annotations map[string]string
	Links       []Link
	Relations   []Relation // the other relations, at most a hundred
}

// Relation is one of an entity's relations, such as partOf system:default/payments.
type Relation struct {
	Type   string // Backstage's, e.g. partOf, dependsOn, providesApi
	Target string
}

// Safe returns a copy whose strings and ref are safe to show.
func (e Entity) Safe() Entity {
	for _, field := range []*string{&e.Kind, &e.Namespace, &e.Name, &e.Title} {
		line := safetext.Line(*field)
		// Text that needs no change cannot deceive.
		e.Altered = e.Altered || line != *field && safetext.Deceives(*field)
		*field = line
	}
	for _, field := range []*string{&e.UID, &e.Description, &e.Owner, &e.Type, &e.Lifecycle, &e.System, &e.Unclear, &e.AssetID} {
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

// Safe returns a copy whose strings are safe to show, with the ref that the list shows.
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
