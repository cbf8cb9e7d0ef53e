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

// Values of Conviso.Sharing.
const (
	ShareFirst = "first"
	ShareSend  = "send"
	ShareSkip  = "skip"
)

// Config is the effective configuration, with defaults filled in. Printing it reveals no secret.
type Config struct {
	Backstage Backstage
	Conviso   Conviso
	CacheTTL  time.Duration // the age from which cached data is stale
	// CacheDir and StateDir may not exist yet; without a home folder they are empty: use memory then.
	CacheDir, StateDir string
	MachineID          string // MachineID names the machine where it has no id of its own
	CAFile             string // CAFile holds PEM certificates to add to the system's; empty for none
	ReadOnly, NoColor  bool
	Warnings           []string // sentences about values that work but are unwise

	settings []Setting
	unread   bool // ./app-config.yaml exists and no file was read
}

// Backstage is the catalog's part of a Config.
type Backstage struct {
	URL          *url.URL      // the backend's base URL; nil if it is not set
	AppURL       *url.URL      // the web application, for links and the integration; URL if not set
	Token        secret.Secret // the bearer token; an open catalog needs none
	TokenFile    string        // the file that the token comes from, if it has one of its own; see ReadSecret
	TokenSetting string        // names the setting of Token in errors; empty where none is set
	NoToken      string        // a clause that says why externalAccess has no token to use; empty where it has one or is empty
}

// Conviso is the platform's part of a Config.
type Conviso struct {
	Key         secret.Secret
	KeyFile     string   // the file that the key comes from, if it has one of its own
	KeySetting  string   // names the setting of Key in errors; empty where none is set
	CompanyID   string   // decimal digits, or empty if not set
	Environment string   // Production, Staging or Local
	Base        *url.URL // the API's base URL without /graphql; nil only if Environment is Local and it is not set
	AppURL      *url.URL // the platform's web application
	InstanceID  string   // empty to derive it, see Config.InstanceFor
	ClashName   string   // a template of text, {name} and one or both of {kind} and {namespace}; empty for the name
	Sharing     string   // what bulk imports do with entities that share a repository: ShareFirst, ShareSend or ShareSkip
	Mapping     Mapping
	AutoImport  AutoImport
	Rate        int           // the number of requests in any minute, 1 to 1200
	Settle      time.Duration // how long an item with a lost answer is looked for before it may be sent again
	QueueKeep   time.Duration // how long texts, times and attempts of what was imported are kept
}

// Mapping extends the tables from the catalog's lower-case, trimmed words to the platform's.
type Mapping struct {
	Lifecycle, Type map[string]string
}

// AutoImport limits imports without a person.
type AutoImport struct {
	Query     string // a filter of one line, whose syntax is not checked here; empty for all
	MaxPerRun int    // the number of entities of one run; more wait for a person
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

// besideUnread finds ./app-config.yaml. Reading it unasked could send the key to its writer.
func besideUnread() bool {
	info, err := os.Stat(appConfig)
	return err == nil && info.Mode().IsRegular()
}
