package config

import (
	"fmt"
	"os"
	"strings"

	"github.com/kelseyhightower/envconfig"
)

// variables holds the environment's raw text under complete names: envconfig would otherwise quote
// a wrong value, which may be a secret, and fall back to names without a prefix.
type variables struct {
	BackstageURL       string `envconfig:"BACKSTAGE_URL"`
	BackstageAppURL    string `envconfig:"BACKSTAGE_APP_URL"`
	BackstageToken     string `envconfig:"BACKSTAGE_TOKEN"`
	BackstageTokenFile string `envconfig:"BACKSTAGE_TOKEN_FILE"`

	APIKey      string `envconfig:"CONVISO_API_KEY"`
	APIKeyFile  string `envconfig:"CONVISO_API_KEY_FILE"`
	CompanyID   string `envconfig:"CONVISO_COMPANY_ID"`
	Environment string `envconfig:"CONVISO_ENVIRONMENT"`
	APIBase     string `envconfig:"CONVISO_API_BASE"`
	InstanceID  string `envconfig:"CONVISO_INSTANCE_ID"`
	Rate        string `envconfig:"CONVISO_RATE"`
	Settle      string `envconfig:"CONVISO_SETTLE"`
	Interval    string `envconfig:"CONVISO_AUTO_IMPORT_INTERVAL"`

	CAFile   string `envconfig:"CONVISO_CA_FILE"`
	CacheTTL string `envconfig:"CONVISO_CACHE_TTL"`
	CacheDir string `envconfig:"CONVISO_CACHE_DIR"`
	StateDir string `envconfig:"CONVISO_STATE_DIR"`
	ReadOnly string `envconfig:"CONVISO_READ_ONLY"`
	Machine  string `envconfig:"CONVISO_MACHINE_ID"`
	NoColor  string `envconfig:"NO_COLOR"`

	// systemd sets these for a service.
	SystemdState       string `envconfig:"STATE_DIRECTORY"`
	SystemdCache       string `envconfig:"CACHE_DIRECTORY"`
	SystemdLogs        string `envconfig:"LOGS_DIRECTORY"`
	SystemdCredentials string `envconfig:"CREDENTIALS_DIRECTORY"`

	ConfigHome string `envconfig:"XDG_CONFIG_HOME"`
	CacheHome  string `envconfig:"XDG_CACHE_HOME"`
	StateHome  string `envconfig:"XDG_STATE_HOME"`
}

func readVariables() (variables, error) {
	var v variables
	if err := envconfig.Process("", &v); err != nil {
		return variables{}, fmt.Errorf("read the environment: %w", err)
	}
	return v, nil
}

// lookupVariable trims values, as Backstage does.
func lookupVariable(name string) (string, bool) {
	value, ok := os.LookupEnv(name)
	return strings.TrimSpace(value), ok
}
