package conviso

import (
	"strings"

	"conviso-importer/internal/safetext"
)

// Project is the form in which an entity is sent: ProjectInput of the platform's
// importAssetToIntegration. Every field is sent, an absent value as "" or [].
type Project struct {
	// ID is `Kind:namespace/name` with the kind as the catalog writes it; the platform
	// knows earlier imports under this form.
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

// NameKey is the form under which asset names are compared: lower case, trimmed, runs of
// white space as one blank. The platform compares names in this way. A raw name and its safe
// form have the same key, since the assets' names are known in their safe form only.
func NameKey(name string) string {
	if !strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' || 'A' <= r && r <= 'Z' }) {
		// Nearly every name is like that.
		return name
	}
	return strings.ToLower(strings.Join(strings.Fields(safetext.Line(name)), " "))
}
