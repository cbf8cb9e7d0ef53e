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

// The platform's environments, the values of Conviso.Environment.
const (
	Production = "production"
	Staging    = "staging"
	Local      = "local"
)

// Config is the effective configuration. Values that nobody set hold their defaults.
// Printing it reveals no secret.
type Config struct {
	Backstage Backstage
	Conviso   Conviso
	// CacheTTL is the age past which cached data is refreshed and shown as stale.
	CacheTTL time.Duration
	// CacheDir and StateDir are this program's folders, which may not exist yet. They are
	// empty where the process has no home folder: work in memory then.
	CacheDir, StateDir string
	// CAFile is a PEM file of certificates added to the system's; empty for none.
	CAFile            string
	ReadOnly, NoColor bool
	// Warnings are sentences about values that work but should not stay as they are.
	Warnings []string

	settings []Setting
	// unread reports that no configuration file was read although ./app-config.yaml exists.
	unread bool
}

// Backstage is the catalog's part of a Config.
type Backstage struct {
	// URL is the backend's base URL; nil if it is not set.
	URL *url.URL
	// AppURL is the web application, for links and for the platform's record of this
	// Backstage. It falls back to URL and is nil only where URL is.
	AppURL *url.URL
	// Token is the bearer token. A catalog that is open to all needs none.
	Token secret.Secret
	// TokenFile is the file that BACKSTAGE_TOKEN_FILE names, where the token comes from it;
	// ReadSecret reads it again.
	TokenFile string
	// TokenSetting is how errors name the setting that Token comes from; empty where none is set.
	TokenSetting string
}

// Conviso is the platform's part of a Config.
type Conviso struct {
	Key secret.Secret
	// KeyFile is the file that CONVISO_API_KEY_FILE names, where the key comes from it.
	KeyFile string
	// KeySetting is how errors name the setting that Key comes from; empty where none is set.
	KeySetting string
	// CompanyID is decimal digits, or empty where the user has chosen no company.
	CompanyID string
	// Environment is Production, Staging or Local.
	Environment string
	// Base is the API's base URL, without /graphql. It is nil only where Environment is
	// Local and no base is set.
	Base *url.URL
	// AppURL is the platform's web application.
	AppURL *url.URL
	// InstanceID is what the user set; empty to derive it, see Config.InstanceFor.
	InstanceID string
	// ClashName is the template of asset names that keeps entities of one name apart, made
	// of text, {name} and one or both of {kind} and {namespace}; empty for the name alone.
	ClashName  string
	Mapping    Mapping
	AutoImport AutoImport
	// Rate is how many requests may go in any minute, 1 to 1200.
	Rate int
	// Settle is how long an item whose fate is unknown is looked for before it may be
	// sent again.
	Settle time.Duration
}

// Mapping extends the tables that turn a catalog's words into the platform's. The keys are
// lower case and trimmed; the values are words of the platform.
type Mapping struct {
	Lifecycle, Type map[string]string
}

// AutoImport bounds what is imported without a person.
type AutoImport struct {
	// Query selects the entities that may be taken, in the filter language; empty for all.
	// It is one line of text whose syntax is not checked here.
	Query string
	// MaxPerRun is how many entities one run may take; more wait for a person.
	MaxPerRun int
	Interval  time.Duration
}

// Need is what a command cannot work without.
type Need struct {
	Catalog, Platform bool
}

// Problems is every reason why a configuration cannot be used, one sentence each.
//
//nolint:errname // It is a list of problems, and callers print it as one.
type Problems struct {
	Sentences []string
}

// Error returns the sentences, one a line.
func (p *Problems) Error() string { return strings.Join(p.Sentences, "\n") }

// Missing returns a *Problems that says what need asks for and nobody has set, or nil. The
// catalog's token is not asked for, since a catalog may be open to all; the company is not
// either, since the key may see only one.
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

// InstanceFor returns the identity of this Backstage towards the platform: InstanceID where
// the user set one, else "backstage-" and the first 16 hexadecimal digits of the SHA-256 of
// the web application's URL, a line feed and the company. Thus every host of a team derives
// the same one. It is empty where the URL or the company is unknown.
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

// Settings returns every setting in a fixed order, secrets masked. The slice is the
// caller's.
func (c *Config) Settings() []Setting { return slices.Clone(c.settings) }

// besideUnread reports whether a file that Backstage itself would read lies in the working
// directory. It is only ever mentioned: reading it unasked could hand the user's key to
// whoever wrote it.
func besideUnread() bool {
	info, err := os.Stat(appConfig)
	return err == nil && info.Mode().IsRegular()
}
