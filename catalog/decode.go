package catalog

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"conviso-importer/internal/safetext"
)

// record is an entity on the wire, as far as this program reads it. Unknown fields are
// ignored. A value of another type than the one here is left out and the rest of the
// entity kept, which is what encoding/json does beside reporting an UnmarshalTypeError:
// one odd entity must not cost the user the whole list.
type record struct {
	Kind     string `json:"kind"`
	Metadata struct {
		UID         string            `json:"uid"`
		Name        string            `json:"name"`
		Namespace   string            `json:"namespace"`
		Title       string            `json:"title"`
		Description string            `json:"description"`
		Tags        []string          `json:"tags"`
		Annotations map[string]string `json:"annotations"`
		Links       []Link            `json:"links"`
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

// listAnswer is the answer of by-query, and of by-refs, which has items alone.
type listAnswer struct {
	// body is the answer as it came.
	body []byte
	// quick reads the items as entities; without it they stay as they came.
	quick *quick
	// items are the parts of body that are the items' JSON, and left those that quick did not take.
	items [][]byte
	left  []leftItem
	// entities are the items as entities, safe to show. One that has no kind or no name is none.
	// The next document's take their place.
	entities []Entity
	// size is how many items there are.
	size int
	// failed says which of them is no JSON.
	failed error
	// isList is false where there is no list of items.
	isList     bool
	TotalItems int
	PageInfo   json.RawMessage
}

// leftItem is an item that stands at a place of the entities when it is read.
type leftItem struct {
	at  int
	raw []byte
}

// reset empties the answer for another document in its body.
func (a *listAnswer) reset() {
	*a = listAnswer{body: a.body, quick: a.quick, items: a.items[:0], left: a.left[:0], entities: a.entities[:0]}
}

// complete reads the items that were left and leaves out those that are no entities.
func (a *listAnswer) complete() {
	for _, item := range a.left {
		e, err := a.quick.any(item.raw)
		if err != nil {
			a.failed = err
			return
		}
		a.entities[item.at] = e
	}
	a.entities = slices.DeleteFunc(a.entities, func(e Entity) bool { return e.Kind == "" || e.Name == "" })
}

// cursor returns the next page's cursor, empty on the last page; false when the answer has
// not the shape of a list.
func (a *listAnswer) cursor() (string, bool) {
	if !a.isList || !bytes.HasPrefix(a.PageInfo, []byte("{")) {
		return "", false
	}
	var info struct {
		NextCursor any `json:"nextCursor"`
	}
	if err := json.Unmarshal(a.PageInfo, &info); err != nil {
		return "", false
	}
	if info.NextCursor == nil {
		return "", true
	}
	next, ok := info.NextCursor.(string)
	return next, ok && next != ""
}

// records returns the items; one that is null is nil.
func (a *listAnswer) records() ([]*record, error) {
	records := make([]*record, 0, len(a.items))
	for _, raw := range a.items {
		var r *record
		if err := unmarshal(raw, &r); err != nil {
			return nil, err
		}
		records = append(records, r)
	}
	return records, nil
}

// entity returns the record's fields as they came, and its ref.
func (r *record) entity() Entity {
	e := r.fields()
	e.Ref = NewRef(e.Kind, e.Namespace, e.Name)
	return e
}

// fields returns the record's fields as they came, without a ref.
func (r *record) fields() Entity {
	e := Entity{
		UID: r.Metadata.UID, Kind: r.Kind, Namespace: r.Metadata.Namespace, Name: r.Metadata.Name,
		Title: r.Metadata.Title, Description: r.Metadata.Description, Owner: r.Spec.Owner,
		Type: r.Spec.Type, Lifecycle: r.Spec.Lifecycle, System: r.Spec.System,
		Tags: r.Metadata.Tags,
	}
	e.settle()
	return e
}

// settle leaves out tags that say nothing, and names the namespace where the catalog does not.
func (e *Entity) settle() {
	e.Tags = slices.DeleteFunc(e.Tags, func(tag string) bool { return tag == "" })
	if e.Namespace == "" {
		e.Namespace = DefaultNamespace
	}
}

// detail returns the record's fields as they came, with what an import needs.
func (r *record) detail() Detail {
	d := Detail{Entity: r.entity(), Annotations: r.Metadata.Annotations,
		Links: slices.DeleteFunc(r.Metadata.Links, func(l Link) bool { return l.URL == "" })}
	for _, relation := range r.Relations {
		switch {
		case relation.TargetRef == "" || relation.Type == "":
		case relation.Type == "ownedBy" && d.OwnerRef == "":
			d.OwnerRef = relation.TargetRef
		case len(d.Relations) < maxRelations:
			d.Relations = append(d.Relations, Relation{Type: relation.Type, Target: relation.TargetRef})
		}
	}
	return d
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

// interner keeps one copy of each string that many entities have in common. A list of
// 100,000 has a few hundred owners and types, and each would be held 100,000 times.
type interner map[string]string

// share returns e with its common strings replaced by the kept copies.
func (in interner) share(e Entity) Entity {
	for _, field := range []*string{&e.Kind, &e.Namespace, &e.Owner, &e.Type, &e.Lifecycle, &e.System} {
		*field = in.one(*field)
	}
	for i, tag := range e.Tags {
		e.Tags[i] = in.one(tag)
	}
	e.slim()
	return e
}

// slim makes the name, where it can be, a part of the ref.
func (e *Entity) slim() {
	// A name in lower case, which is nearly every name, lives inside its ref.
	if strings.HasSuffix(string(e.Ref), e.Name) {
		e.Name = string(e.Ref)[len(e.Ref)-len(e.Name):]
	}
}

func (in interner) one(s string) string {
	if kept, ok := in[s]; ok {
		return kept
	}
	in[s] = s
	return s
}

// bytes is one for text that is no string yet.
func (in interner) bytes(text []byte) string {
	if kept, ok := in[string(text)]; ok {
		return kept
	}
	return in.one(string(text))
}
