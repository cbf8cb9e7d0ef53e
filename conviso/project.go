package conviso

import (
	"slices"
	"strings"

	"conviso-importer/internal/safetext"
)

// Project is ProjectInput of importAssetToIntegration. Absent values are sent as "" or [].
type Project struct {
	// ID is `Kind:namespace/name`, kind as in the catalog: the platform knows earlier imports by it.
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Description string   `json:"description"`
	URL         string   `json:"url"`
	RepoURL     string   `json:"repoUrl"`
	Lifecycle   string   `json:"lifecycle"`
	Tags        []string `json:"tags"`
	Owner       string   `json:"owner"`
	AssetType   string   `json:"assetType"`
}

// WithoutSecrets returns the project without what may be a secret in URLs.
func (p Project) WithoutSecrets() Project {
	for _, field := range []*string{&p.Description, &p.URL, &p.RepoURL, &p.Owner} {
		*field = safetext.WithoutSecrets(*field)
	}
	if slices.ContainsFunc(p.Tags, func(tag string) bool { return safetext.WithoutSecrets(tag) != tag }) {
		tags := make([]string, len(p.Tags))
		for i, tag := range p.Tags {
			tags[i] = safetext.WithoutSecrets(tag)
		}
		p.Tags = tags
	}
	return p
}

// NameKey returns the form in which the platform compares asset names: lower case, trimmed,
// runs of white space as one blank. A raw name and its safetext form have the same key.
func NameKey(name string) string {
	if IsNameKey(name) {
		return name
	}
	return strings.ToLower(strings.Join(strings.Fields(safetext.Line(name)), " "))
}

// IsNameKey reports whether a name is its own key, as nearly every one in lower case is.
func IsNameKey[T string | []byte](name T) bool {
	for i := range len(name) {
		if c := name[i]; c <= ' ' || c > '~' || 'A' <= c && c <= 'Z' {
			return false
		}
	}
	return true
}
