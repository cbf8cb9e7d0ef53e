package config

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"conviso-importer/internal/secret"
	"conviso-importer/internal/transport"
)

// Options are what the command line says. The environment is the process's.
type Options struct {
	// Files are configuration files; later ones win. Where there is none, the user's own
	// is read if it exists: conviso-importer/app-config.yaml under XDG_CONFIG_HOME.
	Files []string
	Flags Flags
}

// Flags win over the environment. The zero value has none given.
type Flags struct {
	// CompanyID is --company.
	CompanyID string
	// ReadOnly and NoColor are --read-only and --no-color, nil where they were not given.
	ReadOnly, NoColor *bool
}

// found is one value as it is written somewhere, trimmed.
type found struct {
	// text is empty where nothing is set.
	text string
	// name is how a sentence about the value calls it.
	name string
	// origin is how Settings calls the place.
	origin string
	// exposed reports that the text stands in a file which other users may read.
	exposed bool
}

// loader collects one Config and all that is wrong with it.
type loader struct {
	vars     variables
	files    []*file // later ones win
	config   *Config
	problems []string
}

// Load reads the configuration: flags win over the environment, that over files, these over
// defaults. Its error is a *Problems with every wrong value. What is missing is no error
// here, see Config.Missing.
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

// problem notes a sentence once: several keys may fail for one reason.
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
	base := l.pick("BACKSTAGE_URL", l.vars.BackstageURL, "backend.baseUrl")
	b.URL = parse(l, base, nil, transport.ParseBase)
	l.show("BACKSTAGE_URL", shown(b.URL), base)

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

	environment := l.pick("CONVISO_ENVIRONMENT", l.vars.Environment, "conviso.environment")
	c.Environment = parse(l, environment, Production, oneOf(Production, Staging, Local))
	l.show("CONVISO_ENVIRONMENT", c.Environment, environment)
	l.platform()

	instance := l.pick("CONVISO_INSTANCE_ID", l.vars.InstanceID, "conviso.instanceId")
	c.InstanceID = parse(l, instance, "", oneLine)
	id := l.config.InstanceFor(c.CompanyID)
	if instance.text == "" && id != "" {
		instance.origin = "derived from BACKSTAGE_APP_URL and CONVISO_COMPANY_ID"
	}
	l.show("CONVISO_INSTANCE_ID", id, instance)

	rate := l.pick("CONVISO_RATE", l.vars.Rate, "")
	c.Rate = parse(l, rate, defaultRate, between(1, maxRate))
	l.show("CONVISO_RATE", strconv.Itoa(c.Rate), rate)

	settle := l.pick("CONVISO_SETTLE", l.vars.Settle, "")
	c.Settle = parse(l, settle, defaultSettle, atLeast(minSettle))
	l.show("CONVISO_SETTLE", short(c.Settle), settle)

	clash := l.pick("", "", "conviso.clashName")
	c.ClashName = parse(l, clash, "", clashName)
	l.show("conviso.clashName", c.ClashName, clash)
}

// platform settles the addresses. Those of production and staging are fixed, so that no
// stray setting can send the user's key elsewhere.
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

// local reads what concerns this machine alone.
func (l *loader) local(flags Flags) {
	c := l.config
	ca := l.pick("CONVISO_CA_FILE", l.vars.CAFile, "")
	c.CAFile = ca.text
	l.show("CONVISO_CA_FILE", c.CAFile, ca)

	readOnly := l.pick("CONVISO_READ_ONLY", l.vars.ReadOnly, "")
	if flags.ReadOnly != nil {
		readOnly = flag("--read-only", strconv.FormatBool(*flags.ReadOnly))
	}
	c.ReadOnly = parse(l, readOnly, false, truth)
	l.show("CONVISO_READ_ONLY", strconv.FormatBool(c.ReadOnly), readOnly)

	noColor := l.pick("NO_COLOR", l.vars.NoColor, "")
	// The variable's convention: any text at all, even "0", asks for no colour.
	c.NoColor = noColor.text != ""
	if flags.NoColor != nil {
		c.NoColor, noColor = *flags.NoColor, flag("--no-color", "")
	}
	l.show("NO_COLOR", strconv.FormatBool(c.NoColor), noColor)

	cache := l.cacheDir()
	c.CacheDir = cache.text
	l.show("CONVISO_CACHE_DIR", c.CacheDir, cache)
	state := l.stateDir()
	c.StateDir = state.text
	l.show("CONVISO_STATE_DIR", c.StateDir, state)

	ttl := l.pick("CONVISO_CACHE_TTL", l.vars.CacheTTL, "")
	c.CacheTTL = parse(l, ttl, defaultTTL, atLeast(minTTL))
	l.show("CONVISO_CACHE_TTL", short(c.CacheTTL), ttl)
}

func (l *loader) autoImport() {
	a := &l.config.Conviso.AutoImport
	interval := l.pick("CONVISO_AUTO_IMPORT_INTERVAL", l.vars.Interval, "")
	a.Interval = parse(l, interval, defaultInterval, atLeast(minInterval))
	l.show("CONVISO_AUTO_IMPORT_INTERVAL", short(a.Interval), interval)

	query := l.fromFiles("conviso.autoImport.query")
	a.Query = parse(l, query, "", oneLine)
	l.show("conviso.autoImport.query", a.Query, query)

	limit := l.fromFiles("conviso.autoImport.maxPerRun")
	a.MaxPerRun = parse(l, limit, defaultPerRun, between(1, maxPerRun))
	l.show("conviso.autoImport.maxPerRun", strconv.Itoa(a.MaxPerRun), limit)
}

// flag is a value from the command line.
func flag(name, text string) found {
	return found{text: strings.TrimSpace(text), name: name, origin: "flag " + name}
}

// pick returns the variable's value, else that of the key in the files. A setting without
// a variable or without a key has an empty name for it.
func (l *loader) pick(variable, text, key string) found {
	if text = strings.TrimSpace(text); text != "" {
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

// read resolves one node; it returns false where the value counts as absent. A value that
// cannot be resolved is a problem and nothing else replaces it.
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

// secret reads a secret from its variable, the file that the _FILE variable names, or the
// configuration files. It returns the path of that file as well, where the secret is its own.
func (l *loader) secret(variable, text, path string, otherwise func() found) (value secret.Secret, file, setting string) {
	f := l.pick(variable, text, "")
	source := l.pick(variable+"_FILE", path, "")
	switch {
	case f.text != "" && source.text != "":
		l.problem(variable + " and " + variable + "_FILE are both set; unset one of them")
	case source.text != "":
		f, file = source, source.text
		exposed := false
		f.text = parse(l, source, "", func(path string) (text string, err error) {
			text, exposed, err = secretFile(path)
			return text, err
		})
		if exposed {
			l.warn(source.name + " names a file whose mode lets every user of this machine read it; run chmod 600 on that file if it is yours")
		}
	case f.text == "":
		f = otherwise()
	}
	value = secret.New(parse(l, f, "", token))
	if f.exposed {
		l.warn(f.name + " is a secret that other users of this machine can read; run chmod 600 on that file, or write ${" + variable + "} there")
	}
	l.show(variable, value.String(), f)
	return value, file, f.name
}
