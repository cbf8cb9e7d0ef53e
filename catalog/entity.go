// Package catalog reads a Backstage software catalog: it streams entities from the catalog
// API, keeps them as a Snapshot that can be searched and sorted, and fetches an entity's
// details when an import needs them. It must not know the platform that entities are sent
// to, nor how they are shown.
package catalog

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
	// Altered says that what names the entity, which is its kind, namespace, name or title, is
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
	// Relations are the other relations, the first maxRelations of them.
	Relations []Relation
}

// memory is about how many bytes a detail takes: its texts, what holds each of them, and the map's
// own, which together are more than its encoding.
func (d Detail) memory() int {
	const fields, text, few, pair = 280, 16, 320, 40
	n := fields + len(d.Ref) + len(d.UID) + len(d.Title) + len(d.Description) + len(d.Owner) + len(d.OwnerRef)
	for _, tag := range d.Tags {
		n += text + len(tag)
	}
	if len(d.Annotations) > 0 {
		n += few
	}
	for name, value := range d.Annotations {
		n += pair + len(name) + len(value)
	}
	for _, link := range d.Links {
		n += 3*text + len(link.URL) + len(link.Title) + len(link.Icon)
	}
	for _, relation := range d.Relations {
		n += 2*text + len(relation.Type) + len(relation.Target)
	}
	return n
}

// Relation is one of an entity's relations, such as partOf system:default/payments.
type Relation struct {
	// Type is Backstage's word: partOf, dependsOn, providesApi.
	Type string
	// Target is the other entity's full reference.
	Target string
}

// maxRelations bounds what is kept of an entity's relations: a domain may have thousands of
// parts, which nobody reads here.
const maxRelations = 100
