package demo

import (
	"strconv"
	"strings"
)

func (g *generator) detail(e *Entity, i int, h uint64) {
	e.Etag = g.etag(i)
	e.Labels = map[string]string{"tier": strconv.Itoa(1 + int(h>>40)%3)}
	if i%9 != 2 {
		e.Links = append(e.Links,
			Link{URL: "https://runbooks.acme.example/" + e.Name, Title: "Runbook", Icon: "docs"},
			Link{URL: "https://" + strings.ToLower(e.Name) + ".acme.example", Title: "Production", Icon: "globe"})
	}
	e.Relations = []Relation{
		{"ownedBy", ownerRef(e.Owner, e.Namespace)},
		{"partOf", "system:" + e.Namespace + "/" + e.System},
	}
}

// annotate sets the annotations, those that a list rarely asks for only if all are wanted.
func (g *generator) annotate(e *Entity, i int, all bool) {
	host := "https://git.acme.example/" + e.System + "/" + e.Name
	e.Annotations = make(map[string]string, 6)
	place := i % blockSize
	switch {
	case i%13 == 6:
		// Without a repository: the entity came from a file.
		e.Annotations["backstage.io/managed-by-location"] = "file:/catalog/all.yaml"
		all = false
	case monorepo(place):
		host = "https://git.acme.example/" + e.System + "/monorepo-" + strconv.Itoa(i/blockSize+1)
		e.Annotations["backstage.io/source-location"] = "url:" + host + "/tree/main/services/" + e.Name + "/"
	case i%13 == 9:
		e.Annotations["github.com/project-slug"] = "acme/" + e.Name
	default:
		e.Annotations["backstage.io/source-location"] = "url:" + host + "/tree/main/"
	}
	if all {
		e.Annotations["backstage.io/managed-by-location"] = "url:" + host + "/tree/main/catalog-info.yaml"
		e.Annotations["backstage.io/managed-by-origin-location"] = "url:" + host + "/tree/main/catalog-info.yaml"
		e.Annotations["backstage.io/view-url"] = host + "/tree/main/catalog-info.yaml"
		e.Annotations["backstage.io/edit-url"] = host + "/edit/main/catalog-info.yaml"
	}
	if i%89 == 33 {
		e.Annotations["conviso.com/import"] = [...]string{"false", "No", "not yet"}[i/89%3]
	}
	if place == 147 {
		e.Annotations["backstage.io/orphan"] = "true"
	}
}

// monorepo reports whether the component at a place of a block shares a repository with its neighbours.
func monorepo(place int) bool { return 163 <= place && place < 167 || 190 <= place && place < 193 }

// ownerRef returns an owner's full reference: by default a group in the entity's namespace.
func ownerRef(owner, namespace string) string {
	kind, name, ok := strings.Cut(owner, ":")
	if !ok {
		kind, name = "group", owner
	}
	if !strings.Contains(name, "/") {
		name = namespace + "/" + name
	}
	return strings.ToLower(kind + ":" + name)
}

// otherKinds returns entities of other kinds, a constant number.
func otherKinds(w words) []Entity {
	var all []Entity
	seen := make(map[string]bool)
	add := func(e Entity) {
		if e.Namespace = "default"; !seen[e.Ref()] {
			seen[e.Ref()] = true
			all = append(all, e)
		}
	}
	for _, a := range w.areas {
		add(Entity{Kind: "System", Name: a.system, Owner: a.owner, Description: "All of " + a.system + "."})
		add(Entity{Kind: "API", Name: a.name + "-rest", Type: "openapi", Lifecycle: "production", Owner: a.owner, System: a.system})
		add(Entity{Kind: "Resource", Name: a.name + "-db", Type: "database", Owner: a.owner, System: a.system})
		kind, name, _ := strings.Cut(ownerRef(a.owner, "default"), ":")
		name = name[strings.IndexByte(name, '/')+1:]
		if kind == "user" {
			add(Entity{Kind: "User", Name: name})
		} else {
			add(Entity{Kind: "Group", Name: name, Type: "team"})
		}
	}
	for i := range all {
		e := &all[i]
		e.Annotations = map[string]string{"backstage.io/managed-by-location": "url:https://git.acme.example/org/tree/main/org.yaml"}
		if e.Owner != "" {
			e.Relations = []Relation{{"ownedBy", ownerRef(e.Owner, e.Namespace)}}
		}
	}
	return all
}
