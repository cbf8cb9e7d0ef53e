package backstage

import (
	"encoding/json"
	"slices"

	"conviso-importer/catalog"
	"conviso-importer/internal/safetext"
)

// A domain may have thousands of relations, and nobody reads them here.
const maxRelations = 100

// record is an entity as transported. Unknown fields are ignored, and values of another type are left out, as
// encoding/json does while it reports an UnmarshalTypeError: one irregular entity must not cost the whole list.
type record struct {
	Kind     string `json:"kind"`
	Metadata struct {
		UID         string         `json:"uid"`
		Name        string         `json:"name"`
		Namespace   string         `json:"namespace"`
		Title       string         `json:"title"`
		Description string         `json:"description"`
		Tags        []string       `json:"tags"`
		Annotations annotations    `json:"annotations"`
		Links       []catalog.Link `json:"links"`
	} `json:"metadata"`
	Spec struct {
		Type      string `json:"type"`
		Lifecycle string `json:"lifecycle"`
		Owner     string `json:"owner"`
		System    string `json:"system"`
	} `json:"spec"`
	Relations []struct {
		Type      string `json:"type"`
		TargetRef string `json:"targetRef"`
	} `json:"relations"`
}

// entity returns the record's raw fields and its ref.
func (r *record) entity() catalog.Entity {
	e := r.fields()
	e.Ref = catalog.NewRef(e.Kind, e.Namespace, e.Name)
	return e
}

// fields returns the record's raw fields without a ref.
func (r *record) fields() catalog.Entity {
	e := catalog.Entity{
		UID: r.Metadata.UID, Kind: r.Kind, Namespace: r.Metadata.Namespace, Name: r.Metadata.Name,
		Title: r.Metadata.Title, Description: r.Metadata.Description, Owner: r.Spec.Owner,
		Type: r.Spec.Type, Lifecycle: r.Spec.Lifecycle, System: r.Spec.System,
		Tags: r.Metadata.Tags, Annotated: catalog.ReadAnnotations(r.Metadata.Annotations),
	}
	normalize(&e)
	withoutSecrets(&e)
	return e
}

// annotations are texts. Some catalogs also let through other values, of which the text is kept: a false
// that a person has written means the same as "false".
type annotations map[string]string

// UnmarshalJSON implements json.Unmarshaler.
func (a *annotations) UnmarshalJSON(doc []byte) error {
	var values map[string]json.RawMessage
	if err := unmarshal(doc, &values); err != nil || values == nil {
		return err
	}
	*a = make(annotations, len(values))
	for name, raw := range values {
		var text string
		switch {
		case string(raw) == "null":
			continue
		case json.Unmarshal(raw, &text) != nil:
			text = string(raw)
		}
		(*a)[name] = text
	}
	return nil
}

// withoutSecrets removes what may be a secret from the URLs in an entity's texts. It is done here, so that
// nothing that is sent, kept, logged or shown ever has one.
func withoutSecrets(e *catalog.Entity) {
	for _, field := range []*string{&e.Title, &e.Description, &e.Owner, &e.Type, &e.Lifecycle, &e.System} {
		*field = safetext.WithoutSecrets(*field)
	}
	for i, tag := range e.Tags {
		e.Tags[i] = safetext.WithoutSecrets(tag)
	}
}

// detail returns the record's raw fields for an import, without secrets.
func (r *record) detail() catalog.Detail {
	d := catalog.Detail{Entity: r.entity(), Annotations: r.Metadata.Annotations,
		Links: slices.DeleteFunc(r.Metadata.Links, func(l catalog.Link) bool { return l.URL == "" })}
	for name, value := range d.Annotations {
		d.Annotations[name] = safetext.WithoutSecrets(value)
	}
	for i := range d.Links {
		l := &d.Links[i]
		l.URL, l.Title, l.Icon = safetext.WithoutSecrets(l.URL), safetext.WithoutSecrets(l.Title), safetext.WithoutSecrets(l.Icon)
	}
	for _, relation := range r.Relations {
		switch {
		case relation.TargetRef == "" || relation.Type == "":
		case relation.Type == "ownedBy" && d.OwnerRef == "":
			d.OwnerRef = safetext.WithoutSecrets(relation.TargetRef)
		case len(d.Relations) < maxRelations:
			d.Relations = append(d.Relations, catalog.Relation{
				Type: safetext.WithoutSecrets(relation.Type), Target: safetext.WithoutSecrets(relation.TargetRef)})
		}
	}
	return d
}

// normalize drops empty tags and sets the default namespace.
func normalize(e *catalog.Entity) {
	e.Tags = slices.DeleteFunc(e.Tags, func(tag string) bool { return tag == "" })
	if e.Namespace == "" {
		e.Namespace = catalog.DefaultNamespace
	}
}
