// Package mapping turns an entity of the catalog into what is sent for it, and says where each value came
// from. It must not know plans, queues or statuses.
package mapping

import (
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/catalog/repository"
	"conviso-importer/conviso"
	"conviso-importer/internal/safetext"
)

// View is the annotation of the catalog's page about an entity's source.
const View = "backstage.io/view-url"

// Annotations are the annotations that decide what is sent, and whether.
func Annotations() []string {
	return append(repository.Annotations(), View, catalog.AnnotationImport, catalog.AnnotationAsset, catalog.AnnotationOrphan)
}

// Sent for a word that is in no table; each use is reported as a Default.
const (
	defaultLifecycle = "production"
	defaultAssetType = "api"
)

// Tables turn entities into projects. They extend the built-in ones and ignore case.
type Tables struct {
	Lifecycle map[string]string
	Type      map[string]string
}

// Project returns what is sent for an entity under an asset name, and the defaults used.
func (m Tables) Project(d catalog.Detail, name string) (conviso.Project, []Default) {
	t := m.Trace(d, name)
	return t.Project, t.Defaults
}

// Trace is Project with the origin of each value.
func (m Tables) Trace(d catalog.Detail, name string) Trace {
	var t Trace
	tags := d.Tags
	if tags == nil {
		tags = []string{}
	}
	t.Project = conviso.Project{
		ID:          d.Kind + ":" + d.Namespace + "/" + d.Name,
		Name:        name,
		Description: d.Description,
		Lifecycle:   t.word(FieldLifecycle, "spec.lifecycle", d.Lifecycle, m.Lifecycle, lifecycleOf, defaultLifecycle),
		Tags:        tags,
		Owner:       d.Owner,
		AssetType:   m.assetType(d, &t),
	}
	t.Repository = repositoryOf(d)
	t.Project.RepoURL = t.Repository.URL
	t.Origins = append(t.Origins, RepoOrigin(t.Repository))
	var from string
	t.Project.URL, from = bestURL(d)
	t.place("url", t.Project.URL, from)
	t.place("id", t.Project.ID, "kind:namespace/name")
	from = "metadata.name"
	if name != d.Name {
		from = "conviso.clashName"
	}
	t.place("name", name, from)
	t.place("owner", d.Owner, "spec.owner")
	t.place("description", d.Description, "metadata.description")
	t.place("tags", strings.Join(tags, ""), "metadata.tags")
	return t
}

// assetType maps spec.type. An API is always "api"; a System has no type.
func (m Tables) assetType(d catalog.Detail, t *Trace) string {
	switch strings.ToLower(d.Kind) {
	case "api":
		t.origin(FieldType, FromTable, "kind API")
		return "api"
	case "system":
		t.origin(FieldType, FromTable, "kind System")
		return "none"
	}
	return t.word(FieldType, "spec.type", d.Type, m.Type, assetTypeOf, defaultAssetType)
}

// lifecycleOf maps spec.lifecycle to the platform's AssetLifeCycle, "" if unknown.
func lifecycleOf(word string) string {
	switch word {
	case "production", "prod":
		return "production"
	case "development", "dev", "staging":
		return "homologation"
	case "experimental", "experiment":
		return "certification"
	case "deprecated", "sunset", "archived":
		return "discontinued"
	}
	return ""
}

// assetTypeOf maps spec.type to the platform's AssetTypeList, "" if unknown.
func assetTypeOf(word string) string {
	switch word {
	case "service", "api", "rest-api", "graphql":
		return "api"
	case "website", "web", "webapp", "web-app":
		return "web"
	case "pwa", "progressive-web-app":
		return "progressive_web_app"
	case "mobile", "ios", "android", "native-mobile":
		return "native_mobile"
	case "react-native", "ionic", "cordova", "hybrid-mobile":
		return "hybrid_mobile"
	case "database", "db", "datastore":
		return "database"
	case "library", "sdk", "client":
		return "client_server"
	case "dmz", "demilitarized-zone":
		return "dmz"
	case "legacy", "legacy-system":
		return "legacy"
	case "cluster", "kubernetes", "k8s":
		return "cluster"
	case "node", "microservice":
		return "node"
	}
	return ""
}

// bestURL returns the entity's most useful link and its origin: one whose title names the application,
// else the first http link, else the first link, else the catalog's view of its source. A path on a disk is none.
func bestURL(d catalog.Detail) (address, from string) {
	var first, firstHTTP *catalog.Link
	for i := range d.Links {
		link := &d.Links[i]
		if link.URL == "" || repository.IsLocal(link.URL) {
			continue
		}
		if namesApplication(link.Title) {
			return link.URL, linkLabel(link)
		}
		if first == nil {
			first = link
		}
		if lower := strings.ToLower(link.URL); firstHTTP == nil && (strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://")) {
			firstHTTP = link
		}
	}
	if firstHTTP == nil {
		firstHTTP = first
	}
	switch view := d.Annotations[View]; {
	case firstHTTP != nil:
		return firstHTTP.URL, linkLabel(firstHTTP)
	case view != "" && !repository.IsLocal(view):
		return view, View
	}
	return "", "no link, no " + View
}

func linkLabel(l *catalog.Link) string {
	if title := strings.TrimSpace(safetext.Line(l.Title)); title != "" {
		return `link "` + title + `"`
	}
	return "its first link, which has no title"
}

// namesApplication reports whether a link's title names the running application.
func namesApplication(title string) bool {
	title = strings.ToLower(title)
	for _, word := range [...]string{"production", "app", "website", "site", "url", "homepage", "home"} {
		if strings.Contains(title, word) {
			return true
		}
	}
	return false
}

// SafeProject returns a project whose strings are safe to show.
func SafeProject(p conviso.Project) conviso.Project {
	tags := make([]string, len(p.Tags))
	for i := range p.Tags {
		tags[i] = safetext.Line(p.Tags[i])
	}
	return conviso.Project{
		ID: safetext.Line(p.ID), Name: safetext.Line(p.Name), Description: safetext.Block(p.Description),
		URL: safetext.Line(p.URL), RepoURL: safetext.Line(p.RepoURL), Lifecycle: safetext.Line(p.Lifecycle),
		Tags: tags, Owner: safetext.Line(p.Owner), AssetType: safetext.Line(p.AssetType),
	}
}

// repositoryOf returns the repository that an entity's annotations name.
func repositoryOf(d catalog.Detail) repository.Address {
	return repository.Of(func(name string) string { return d.Annotations[name] })
}

// RepoOrigin is the origin of the address that is sent for a repository.
func RepoOrigin(a repository.Address) Origin {
	o := Origin{Field: "repoUrl", Rule: FromPlace, From: a.From}
	switch {
	case a.From == "":
		o.Rule, o.From = Absent, "no "+repository.Source+", no project slug"
	case a.URL == "":
		o.Rule, o.From = Absent, a.From+" is "+string(a.Problem)
	case a.Problem != repository.None:
		o.From += ", " + string(a.Problem)
	}
	return o
}
