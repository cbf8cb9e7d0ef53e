package importer

import (
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/internal/safetext"
)

// Annotations that the mapping reads; the first three are Backstage's well-known ones.
const (
	annotationSource  = "backstage.io/source-location"
	annotationView    = "backstage.io/view-url"
	annotationProject = "github.com/project-slug"
	// annotationImport keeps an entity out of bulk imports when it is "false".
	annotationImport = "conviso.com/import"
)

// What is sent for a word that the tables do not know. Mapping names every such use.
const (
	defaultLifecycle = "production"
	defaultAssetType = "api"
)

// Mapping turns entities into projects. Its tables extend the built-in ones, with keys in
// any case; the zero value is the built-in mapping.
type Mapping struct {
	Lifecycle map[string]string
	Type      map[string]string
}

// Project returns what is sent for an entity under the asset name given, and the values
// that were chosen because no table knows the entity's own.
func (m Mapping) Project(d catalog.Detail, name string) (conviso.Project, []Default) {
	var defaults []Default
	lifecycle := lookup(d.Lifecycle, m.Lifecycle, lifecycleOf)
	if lifecycle == "" && d.Lifecycle != "" {
		lifecycle = defaultLifecycle
		defaults = append(defaults, Default{Field: "lifecycle", From: safetext.Line(d.Lifecycle), To: lifecycle})
	}
	assetType := m.assetType(d)
	if assetType == "" && d.Type != "" {
		assetType = defaultAssetType
		defaults = append(defaults, Default{Field: "assetType", From: safetext.Line(d.Type), To: assetType})
	}
	tags := d.Tags
	if tags == nil {
		tags = []string{}
	}
	return conviso.Project{
		ID:          d.Kind + ":" + d.Namespace + "/" + d.Name,
		Name:        name,
		Description: d.Description,
		URL:         bestURL(d),
		RepoURL:     repository(d),
		Lifecycle:   lifecycle,
		Tags:        tags,
		Owner:       d.Owner,
		AssetType:   assetType,
	}, defaults
}

// assetType maps spec.type; an API is an api whatever its type says, and a System has none.
func (m Mapping) assetType(d catalog.Detail) string {
	switch strings.ToLower(d.Kind) {
	case "api":
		return "api"
	case "system":
		return "none"
	}
	return lookup(d.Type, m.Type, assetTypeOf)
}

// lookup finds a word in the user's table, then in the built-in one; "" where neither has it.
func lookup(word string, own map[string]string, builtIn func(string) string) string {
	word = strings.ToLower(strings.TrimSpace(word))
	for key, value := range own {
		if strings.EqualFold(strings.TrimSpace(key), word) {
			return value
		}
	}
	return builtIn(word)
}

// lifecycleOf maps spec.lifecycle to the platform's AssetLifeCycle, "" for an unknown word.
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

// assetTypeOf maps spec.type to the platform's AssetTypeList, "" for an unknown word.
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

// repository is the source location without its "url:", else the GitHub project's address.
func repository(d catalog.Detail) string {
	if source := strings.TrimSpace(d.Annotations[annotationSource]); source != "" {
		return strings.TrimPrefix(source, "url:")
	}
	if slug := strings.TrimSpace(d.Annotations[annotationProject]); slug != "" {
		return "https://github.com/" + slug
	}
	return ""
}

// bestURL is the link that most likely leads to the running thing: one whose title says so,
// else the first http link, else the first link, else where the catalog shows its source.
func bestURL(d catalog.Detail) string {
	first, firstHTTP := "", ""
	for _, link := range d.Links {
		if link.URL == "" {
			continue
		}
		if saysLive(link.Title) {
			return link.URL
		}
		if first == "" {
			first = link.URL
		}
		if lower := strings.ToLower(link.URL); firstHTTP == "" && (strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://")) {
			firstHTTP = link.URL
		}
	}
	switch {
	case firstHTTP != "":
		return firstHTTP
	case first != "":
		return first
	}
	return d.Annotations[annotationView]
}

// saysLive says whether a link's title names the running application.
func saysLive(title string) bool {
	title = strings.ToLower(title)
	for _, word := range [...]string{"production", "app", "website", "site", "url", "homepage", "home"} {
		if strings.Contains(title, word) {
			return true
		}
	}
	return false
}

// optsOut says whether an entity asks never to be imported in bulk.
func optsOut(d catalog.Detail) bool {
	return strings.EqualFold(strings.TrimSpace(d.Annotations[annotationImport]), "false")
}
