package config

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"conviso-importer/internal/transport"
)

// Options are the command line's part of the configuration.
type Options struct {
	Files []string // Files override earlier ones. Default: conviso-importer/app-config.yaml in XDG_CONFIG_HOME, if any.
	Flags Flags
}

// Flags override the environment.
type Flags struct {
	CompanyID         string
	ReadOnly, NoColor *bool // nil where the flag was not given
}

// found is a raw, trimmed value and its origin.
type found struct {
	text    string // empty if not set; name is used in messages, origin in Settings
	name    string
	origin  string
	exposed bool // whether other users may read the file of the text
}

// loader builds one Config.
type loader struct {
	vars     variables
	files    []*file // later ones win
	config   *Config
	problems []string
}

// Load reads the configuration; flags override the environment, that files, these defaults. Its
// error is a *Problems with every wrong value. For missing ones see Config.Missing.
func Load(o Options) (*Config, error) {
	vars, err := readVariables()
	if err != nil {
		return nil, err
	}
	l := &loader{vars: vars, config: &Config{}}
	l.openFiles(o.Files)
	l.config.unread = len(l.files) == 0 && besideUnread()
	l.backstage()
	l.conviso(o.Flags)
	l.local(o.Flags)
	l.autoImport()
	l.mapping()
	if len(l.problems) > 0 {
		return nil, &Problems{Sentences: l.problems}
	}
	return l.config, nil
}

// problem adds a sentence once: several keys may fail for one reason.
func (l *loader) problem(sentence string) {
	if !slices.Contains(l.problems, sentence) {
		l.problems = append(l.problems, sentence)
	}
}

func (l *loader) warn(sentence string) {
	l.config.Warnings = append(l.config.Warnings, sentence)
}

func (l *loader) backstage() {
	b := &l.config.Backstage
	b.URL = settingOf(l, "BACKSTAGE_URL", l.vars.BackstageURL, "backend.baseUrl", nil, transport.ParseBase, shown)

	app := l.pick("BACKSTAGE_APP_URL", l.vars.BackstageAppURL, "app.baseUrl")
	if app.text == "" && b.URL != nil {
		app = found{text: b.URL.String(), origin: "the same as BACKSTAGE_URL"}
	}
	b.AppURL = parse(l, app, nil, transport.ParseBase)
	l.show("BACKSTAGE_APP_URL", shown(b.AppURL), app)

	b.Token, b.TokenFile, b.TokenSetting = l.secret("BACKSTAGE_TOKEN", l.vars.BackstageToken, l.vars.BackstageTokenFile, l.staticToken)
}

func (l *loader) conviso(flags Flags) {
	c := &l.config.Conviso
	c.Key, c.KeyFile, c.KeySetting = l.secret("CONVISO_API_KEY", l.vars.APIKey, l.vars.APIKeyFile,
		func() found { return l.fromFiles("conviso.apiKey") })

	company := flag("--company", flags.CompanyID)
	if company.text == "" {
		company = l.pick("CONVISO_COMPANY_ID", l.vars.CompanyID, "conviso.companyId")
	}
	c.CompanyID = parse(l, company, "", companyID)
	l.show("CONVISO_COMPANY_ID", c.CompanyID, company)

	c.Environment = settingOf(l, "CONVISO_ENVIRONMENT", l.vars.Environment, "conviso.environment", Production, oneOf(Production, Staging, Local), itself)
	l.platform()

	instance := l.pick("CONVISO_INSTANCE_ID", l.vars.InstanceID, "conviso.instanceId")
	c.InstanceID = parse(l, instance, "", oneLine)
	id := l.config.InstanceFor(c.CompanyID)
	if instance.text == "" && id != "" {
		instance.origin = "derived from BACKSTAGE_APP_URL and CONVISO_COMPANY_ID"
	}
	l.show("CONVISO_INSTANCE_ID", id, instance)

	c.Rate = settingOf(l, "CONVISO_RATE", l.vars.Rate, "", defaultRate, between(1, maxRate), strconv.Itoa)
	c.Settle = settingOf(l, "CONVISO_SETTLE", l.vars.Settle, "", defaultSettle, atLeast(minSettle), short)
	days := settingOf(l, "", "", "conviso.queueKeep", defaultKeep, between(1, maxKeep), strconv.Itoa)
	c.QueueKeep = time.Duration(days) * 24 * time.Hour
	c.Sharing = settingOf(l, "", "", "conviso.sharedRepository", ShareFirst, oneOf(ShareFirst, ShareSend, ShareSkip), itself)
	c.ClashName = settingOf(l, "", "", "conviso.clashName", "", clashName, itself)
}

// platform sets the addresses. Those of production and staging are fixed, so that no stray setting
// can send the user's key elsewhere.
func (l *loader) platform() {
	c := &l.config.Conviso
	base := l.pick("CONVISO_API_BASE", l.vars.APIBase, "conviso.apiBase")
	app := "app.convisoappsec.com"
	switch c.Environment {
	case Local:
		c.Base = parse(l, base, nil, transport.ParseBase)
	case Staging:
		c.Base = &url.URL{Scheme: "https", Host: "api.staging.convisoappsec.com"}
		app = "staging.convisoappsec.com"
	default:
		c.Base = &url.URL{Scheme: "https", Host: "api.convisoappsec.com"}
	}
	c.AppURL = &url.URL{Scheme: "https", Host: app, Path: "/"}
	if c.Environment != Local {
		if base.text != "" {
			l.warn(fmt.Sprintf("%s is not used, since CONVISO_ENVIRONMENT is %s; set that to local to use it", base.name, c.Environment))
		}
		base.origin = "fixed by CONVISO_ENVIRONMENT " + c.Environment
	}
	l.show("CONVISO_API_BASE", shown(c.Base), base)
}

func (l *loader) local(flags Flags) {
	c := l.config
	ca := l.pick("CONVISO_CA_FILE", l.vars.CAFile, "")
	c.CAFile = ca.text
	l.show("CONVISO_CA_FILE", c.CAFile, ca)

	readOnly := l.pick("CONVISO_READ_ONLY", l.vars.ReadOnly, "")
	if flags.ReadOnly != nil {
		readOnly = flag("--read-only", strconv.FormatBool(*flags.ReadOnly))
	}
	c.ReadOnly = parse(l, readOnly, false, boolean)
	l.show("CONVISO_READ_ONLY", strconv.FormatBool(c.ReadOnly), readOnly)

	// By convention any text, even "0", means no colour (no-color.org).
	c.NoColor = strings.TrimSpace(l.vars.NoColor) != ""
	noColor := found{}
	if c.NoColor {
		noColor.origin = "environment NO_COLOR"
	}
	if flags.NoColor != nil {
		c.NoColor, noColor = *flags.NoColor, flag("--no-color", "")
	}
	l.show("NO_COLOR", strconv.FormatBool(c.NoColor), noColor)

	cache, state := l.cacheDir(), l.stateDir()
	c.CacheDir, c.StateDir = cache.text, state.text
	l.show("CONVISO_CACHE_DIR", c.CacheDir, cache)
	l.show("CONVISO_STATE_DIR", c.StateDir, state)
	machine := l.pick("CONVISO_MACHINE_ID", l.vars.Machine, "")
	c.MachineID = parse(l, machine, "", oneLine)
	l.show("CONVISO_MACHINE_ID", c.MachineID, machine)
	c.CacheTTL = settingOf(l, "CONVISO_CACHE_TTL", l.vars.CacheTTL, "", defaultTTL, atLeast(minTTL), short)
}

func (l *loader) autoImport() {
	a := &l.config.Conviso.AutoImport
	a.Interval = settingOf(l, "CONVISO_AUTO_IMPORT_INTERVAL", l.vars.Interval, "", defaultInterval, atLeast(minInterval), short)
	a.Query = settingOf(l, "", "", "conviso.autoImport.query", "", oneLine, itself)
	a.MaxPerRun = settingOf(l, "", "", "conviso.autoImport.maxPerRun", defaultPerRun, between(1, maxPerRun), strconv.Itoa)
}

func settingOf[T any](l *loader, variable, text, key string, fallback T, read func(string) (T, error), format func(T) string) T {
	f := l.pick(variable, text, key)
	v := parse(l, f, fallback, read)
	l.show(cmp.Or(variable, key), format(v), f)
	return v
}

func itself(text string) string { return text }

func flag(name, text string) found {
	return found{text: strings.TrimSpace(text), name: name, origin: "flag " + name}
}

// pick returns the variable's value, or else that of key; either name may be empty.
func (l *loader) pick(variable, text, key string) found {
	if text = strings.TrimSpace(text); enclosed(text) {
		l.problem(variable + " " + inQuotes)
		return found{}
	}
	if text != "" {
		return found{text: text, name: variable, origin: "environment " + variable}
	}
	if key == "" {
		return found{}
	}
	return l.fromFiles(key)
}

// fromFiles returns the value of key in the last file that has it.
func (l *loader) fromFiles(key string) found {
	for _, f := range slices.Backward(l.files) {
		node, err := f.at(key)
		if err != nil {
			l.problem(err.Error())
			return found{}
		}
		if node == nil {
			continue
		}
		if got, ok := l.read(f, node, key); ok {
			return got
		}
	}
	return found{}
}

// read resolves a node; false means absent. A value that fails to resolve has no fallback.
func (l *loader) read(f *file, node *yaml.Node, key string) (found, bool) {
	v, err := f.resolve(node, key)
	if err != nil {
		l.problem(err.Error())
		return found{}, true
	}
	text := strings.TrimSpace(v.text)
	if !v.set || text == "" {
		return found{}, v.set
	}
	return found{text: text, name: f.called(key), origin: f.name + " " + key, exposed: v.literal && f.shared}, true
}
