// Package config reads what the user has set, from flags, the environment and Backstage's
// app-config.yaml files, into one Config that knows where each value came from. It finds
// every wrong value in one go and says in one sentence each what to do about it. It must
// not know what the values are used for: it opens no connection and makes no folder.
package config

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"conviso-importer/internal/secret"
)

// Values of Conviso.Environment.
const (
	Production = "production"
	Staging    = "staging"
	Local      = "local"
)

// Config is the effective configuration, with defaults filled in. Printing it reveals no secret.
type Config struct {
	Backstage Backstage
	Conviso   Conviso
	// CacheTTL is the age from which cached data is stale.
	CacheTTL time.Duration
	// CacheDir and StateDir may not exist yet. They are empty where the process has no home folder:
	// work in memory then.
	CacheDir, StateDir string
	// CAFile holds PEM certificates to add to the system's; empty for none.
	CAFile            string
	ReadOnly, NoColor bool
	// Warnings are sentences about values that work but are unwise.
	Warnings []string

	settings []Setting
	// unread reports that ./app-config.yaml exists and no file was read.
	unread bool
}

// Backstage is the catalog's part of a Config.
type Backstage struct {
	// URL is the backend's base URL; nil if it is not set.
	URL *url.URL
	// AppURL is the web application, for links and the platform's integration. It falls back to URL
	// and is nil only where URL is.
	AppURL *url.URL
	// Token is the bearer token; an open catalog needs none.
	Token secret.Secret
	// TokenFile is the value of BACKSTAGE_TOKEN_FILE if the token comes from it; see ReadSecret.
	TokenFile string
	// TokenSetting names the setting of Token in errors; empty where none is set.
	TokenSetting string
}

// Conviso is the platform's part of a Config.
type Conviso struct {
	Key secret.Secret
	// KeyFile is the value of CONVISO_API_KEY_FILE if the key comes from it.
	KeyFile string
	// KeySetting names the setting of Key in errors; empty where none is set.
	KeySetting string
	// CompanyID is decimal digits, or empty if not set.
	CompanyID string
	// Environment is Production, Staging or Local.
	Environment string
	// Base is the API's base URL, without /graphql; nil only where Environment is Local and no base
	// is set.
	Base *url.URL
	// AppURL is the platform's web application.
	AppURL *url.URL
	// InstanceID is empty to derive it, see Config.InstanceFor.
	InstanceID string
	// ClashName is the template of asset names, made of text, {name} and one or both of {kind} and
	// {namespace}; empty for the name alone.
	ClashName  string
	Mapping    Mapping
	AutoImport AutoImport
	// Rate is the number of requests in any minute, 1 to 1200.
	Rate int
	// Settle is how long an item with a lost answer is looked for before it may be sent again.
	Settle time.Duration
}

// Mapping extends the tables from the catalog's words, in lower case and trimmed, to the
// platform's.
type Mapping struct {
	Lifecycle, Type map[string]string
}

// AutoImport limits imports without a person.
type AutoImport struct {
	// Query is a filter of one line, whose syntax is not checked here; empty for all.
	Query string
	// MaxPerRun is the number of entities of one run; more wait for a person.
	MaxPerRun int
	Interval  time.Duration
}

// Need is what a command cannot work without.
type Need struct {
	Catalog, Platform bool
}

// Problems lists all errors of a configuration, one sentence each.
//
//nolint:errname // It is a list of problems, and callers print it as one.
type Problems struct {
	Sentences []string
}

// Error returns the sentences, one a line.
func (p *Problems) Error() string { return strings.Join(p.Sentences, "\n") }

// Missing returns a *Problems with the settings that need asks for, or nil. The token and the
// company are optional: a catalog may be open, and the key may see only one company.
func (c *Config) Missing(need Need) error {
	var lines []string
	if need.Catalog && c.Backstage.URL == nil {
		lines = append(lines, "BACKSTAGE_URL is not set; set it to the base URL of your Backstage backend, such as https://backstage.example.com")
	}
	if need.Platform && c.Conviso.Key.IsZero() {
		lines = append(lines, "CONVISO_API_KEY is not set; set it to your API key of the Conviso platform, or CONVISO_API_KEY_FILE to a file that holds it")
	}
	if need.Platform && c.Conviso.Base == nil {
		lines = append(lines, "CONVISO_API_BASE is not set, which CONVISO_ENVIRONMENT local needs; set it to the base URL of your platform")
	}
	if len(lines) == 0 {
		return nil
	}
	if c.unread {
		lines = append(lines, "found ./app-config.yaml; use --config app-config.yaml")
	}
	return &Problems{Sentences: lines}
}

// InstanceFor returns the identity of this Backstage towards the platform: InstanceID, or else a
// hash of the web application's URL and the company, so that every host of a team derives the same
// one. It is empty where either is unknown.
func (c *Config) InstanceFor(companyID string) string {
	if c.Conviso.InstanceID != "" {
		return c.Conviso.InstanceID
	}
	if c.Backstage.AppURL == nil || companyID == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(c.Backstage.AppURL.String() + "\n" + companyID))
	return "backstage-" + hex.EncodeToString(sum[:8])
}

// Settings returns a copy of all settings in a fixed order, secrets masked.
func (c *Config) Settings() []Setting { return slices.Clone(c.settings) }

// besideUnread reports whether the working directory has an app-config.yaml. Reading it unasked
// could send the user's key to whoever wrote it.
func besideUnread() bool {
	info, err := os.Stat(appConfig)
	return err == nil && info.Mode().IsRegular()
}
