package importer

import (
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/catalog/repository"
	"conviso-importer/conviso"
	"conviso-importer/internal/safetext"
)

// Annotations that the mapping reads beside those that name a repository.
const (
	annotationView = "backstage.io/view-url"
)

// MappingAnnotations are the annotations that decide what is sent, and whether.
func MappingAnnotations() []string {
	return append(repository.Annotations(), annotationView, catalog.AnnotationImport, catalog.AnnotationAsset, catalog.AnnotationOrphan)
}

// Sent for a word that is in no table; each use is reported as a Default.
const (
	defaultLifecycle = "production"
	defaultAssetType = "api"
)

// Mapping turns entities into projects. Its tables extend the built-in ones and ignore case.
type Mapping struct {
	Lifecycle map[string]string
	Type      map[string]string
}

// Project returns what is sent for an entity under an asset name, and the defaults used.
func (m Mapping) Project(d catalog.Detail, name string) (conviso.Project, []Default) {
	t := m.Trace(d, name)
	return t.Project, t.Defaults
}

// Trace is Project with the origin of each value.
func (m Mapping) Trace(d catalog.Detail, name string) Trace {
	var t Trace
	tags := d.Tags
	if tags == nil {
		tags = []string{}
	}
	t.Project = conviso.Project{
		ID:          d.Kind + ":" + d.Namespace + "/" + d.Name,
		Name:        name,
		Description: d.Description,
		Lifecycle:   t.word(fieldLifecycle, "spec.lifecycle", d.Lifecycle, m.Lifecycle, lifecycleOf, defaultLifecycle),
		Tags:        tags,
		Owner:       d.Owner,
		AssetType:   m.assetType(d, &t),
	}
	t.Repository = repositoryOf(d)
	t.Project.RepoURL = t.Repository.URL
	t.Origins = append(t.Origins, repoOrigin(t.Repository))
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
func (m Mapping) assetType(d catalog.Detail, t *Trace) string {
	switch strings.ToLower(d.Kind) {
	case "api":
		t.origin(fieldType, FromTable, "kind API")
		return "api"
	case "system":
		t.origin(fieldType, FromTable, "kind System")
		return "none"
	}
	return t.word(fieldType, "spec.type", d.Type, m.Type, assetTypeOf, defaultAssetType)
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
	switch view := d.Annotations[annotationView]; {
	case firstHTTP != nil:
		return firstHTTP.URL, linkLabel(firstHTTP)
	case view != "" && !repository.IsLocal(view):
		return view, annotationView
	}
	return "", "no link, no " + annotationView
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
