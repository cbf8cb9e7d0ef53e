package config

import (
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// TestPrecedence checks the order flag, environment, later file, earlier file, default.
func TestPrecedence(t *testing.T) {
	yes, no := true, false
	cases := map[string]struct {
		setting string
		env     string
		flags   Flags
		files   []string
		want    Setting
	}{
		"company: nothing":      {setting: "CONVISO_COMPANY_ID", want: Setting{Origin: "not set"}},
		"company: one file":     {setting: "CONVISO_COMPANY_ID", files: []string{"conviso: {companyId: 1}"}, want: Setting{Value: "1", Origin: "0.yaml conviso.companyId"}},
		"company: later file":   {setting: "CONVISO_COMPANY_ID", files: []string{"conviso: {companyId: 1}", "conviso: {companyId: 2}"}, want: Setting{Value: "2", Origin: "1.yaml conviso.companyId"}},
		"company: earlier file": {setting: "CONVISO_COMPANY_ID", files: []string{"conviso: {companyId: 1}", "conviso: {environment: staging}"}, want: Setting{Value: "1", Origin: "0.yaml conviso.companyId"}},
		"company: environment":  {setting: "CONVISO_COMPANY_ID", env: " 3\n", files: []string{"conviso: {companyId: 1}"}, want: Setting{Value: "3", Origin: "environment CONVISO_COMPANY_ID"}},
		"company: flag":         {setting: "CONVISO_COMPANY_ID", env: "3", flags: Flags{CompanyID: " 4 "}, files: []string{"conviso: {companyId: 1}"}, want: Setting{Value: "4", Origin: "flag --company"}},
		"company: a leading 0":  {setting: "CONVISO_COMPANY_ID", files: []string{"conviso: {companyId: 010}"}, want: Setting{Value: "10", Origin: "0.yaml conviso.companyId"}},

		"environment: default":  {setting: "CONVISO_ENVIRONMENT", want: Setting{Value: "production", Origin: "default"}},
		"environment: file":     {setting: "CONVISO_ENVIRONMENT", files: []string{"conviso: {environment: staging}"}, want: Setting{Value: "staging", Origin: "0.yaml conviso.environment"}},
		"environment: variable": {setting: "CONVISO_ENVIRONMENT", env: "Local", files: []string{"conviso: {environment: staging}"}, want: Setting{Value: "local", Origin: "environment CONVISO_ENVIRONMENT"}},

		"url: file":         {setting: "BACKSTAGE_URL", files: []string{"backend: {baseUrl: 'https://File.example.com/'}"}, want: Setting{Value: "https://file.example.com", Origin: "0.yaml backend.baseUrl"}},
		"url: variable":     {setting: "BACKSTAGE_URL", env: "https://env.example.com/b/", files: []string{"backend: {baseUrl: https://file.example.com}"}, want: Setting{Value: "https://env.example.com/b", Origin: "environment BACKSTAGE_URL"}},
		"app: the backend":  {setting: "BACKSTAGE_APP_URL", files: []string{"backend: {baseUrl: https://b.example.com}"}, want: Setting{Value: "https://b.example.com", Origin: "the same as BACKSTAGE_URL"}},
		"app: app.baseUrl":  {setting: "BACKSTAGE_APP_URL", files: []string{"backend: {baseUrl: https://b.example.com}\napp: {baseUrl: https://a.example.com}"}, want: Setting{Value: "https://a.example.com", Origin: "0.yaml app.baseUrl"}},
		"app: variable":     {setting: "BACKSTAGE_APP_URL", env: "https://v.example.com", files: []string{"app: {baseUrl: https://a.example.com}"}, want: Setting{Value: "https://v.example.com", Origin: "environment BACKSTAGE_APP_URL"}},
		"key: masked":       {setting: "CONVISO_API_KEY", files: []string{"conviso: {apiKey: fake}"}, want: Setting{Value: "[redacted]", Origin: "0.yaml conviso.apiKey"}},
		"key: variable":     {setting: "CONVISO_API_KEY", env: "fake", want: Setting{Value: "[redacted]", Origin: "environment CONVISO_API_KEY"}},
		"key: none":         {setting: "CONVISO_API_KEY", want: Setting{Origin: "not set"}},
		"token: variable":   {setting: "BACKSTAGE_TOKEN", env: "fake", want: Setting{Value: "[redacted]", Origin: "environment BACKSTAGE_TOKEN"}},
		"instance: file":    {setting: "CONVISO_INSTANCE_ID", files: []string{"conviso: {instanceId: one}"}, want: Setting{Value: "one", Origin: "0.yaml conviso.instanceId"}},
		"instance: var":     {setting: "CONVISO_INSTANCE_ID", env: "two", files: []string{"conviso: {instanceId: one}"}, want: Setting{Value: "two", Origin: "environment CONVISO_INSTANCE_ID"}},
		"instance: derived": {setting: "CONVISO_INSTANCE_ID", files: []string{"conviso: {companyId: 1028}\napp: {baseUrl: https://backstage.acme.io}"}, want: Setting{Value: "backstage-4f4f2abb9da62adf", Origin: "derived from BACKSTAGE_APP_URL and CONVISO_COMPANY_ID"}},
		"instance: unknown": {setting: "CONVISO_INSTANCE_ID", want: Setting{Origin: "not set"}},

		"base: production": {setting: "CONVISO_API_BASE", want: Setting{Value: "https://api.convisoappsec.com", Origin: "fixed by CONVISO_ENVIRONMENT production"}},
		"base: staging":    {setting: "CONVISO_API_BASE", files: []string{"conviso: {environment: staging}"}, want: Setting{Value: "https://api.staging.convisoappsec.com", Origin: "fixed by CONVISO_ENVIRONMENT staging"}},
		"base: local":      {setting: "CONVISO_API_BASE", env: "http://localhost:9/x/", files: []string{"conviso: {environment: local}"}, want: Setting{Value: "http://localhost:9/x", Origin: "environment CONVISO_API_BASE"}},
		"base: local file": {setting: "CONVISO_API_BASE", files: []string{"conviso: {environment: local, apiBase: 'http://[::1]:9'}"}, want: Setting{Value: "http://[::1]:9", Origin: "0.yaml conviso.apiBase"}},

		"read-only: default": {setting: "CONVISO_READ_ONLY", want: Setting{Value: "false", Origin: "default"}},
		"read-only: env":     {setting: "CONVISO_READ_ONLY", env: "True", want: Setting{Value: "true", Origin: "environment CONVISO_READ_ONLY"}},
		"read-only: off":     {setting: "CONVISO_READ_ONLY", env: "1", flags: Flags{ReadOnly: &no}, want: Setting{Value: "false", Origin: "flag --read-only"}},
		"read-only: on":      {setting: "CONVISO_READ_ONLY", env: "0", flags: Flags{ReadOnly: &yes}, want: Setting{Value: "true", Origin: "flag --read-only"}},
		"no-color: any text": {setting: "NO_COLOR", env: "0", want: Setting{Value: "true", Origin: "environment NO_COLOR"}},
		"no-color: flag":     {setting: "NO_COLOR", flags: Flags{NoColor: &yes}, want: Setting{Value: "true", Origin: "flag --no-color"}},
		"no-color: flag off": {setting: "NO_COLOR", env: "1", flags: Flags{NoColor: &no}, want: Setting{Value: "false", Origin: "flag --no-color"}},

		"rate: default":     {setting: "CONVISO_RATE", want: Setting{Value: "1000", Origin: "default"}},
		"rate: env":         {setting: "CONVISO_RATE", env: "1200", want: Setting{Value: "1200", Origin: "environment CONVISO_RATE"}},
		"settle: default":   {setting: "CONVISO_SETTLE", want: Setting{Value: "5m", Origin: "default"}},
		"settle: env":       {setting: "CONVISO_SETTLE", env: "10s", want: Setting{Value: "10s", Origin: "environment CONVISO_SETTLE"}},
		"ttl: default":      {setting: "CONVISO_CACHE_TTL", want: Setting{Value: "24h", Origin: "default"}},
		"ttl: env":          {setting: "CONVISO_CACHE_TTL", env: "1h30m", want: Setting{Value: "1h30m", Origin: "environment CONVISO_CACHE_TTL"}},
		"interval: default": {setting: "CONVISO_AUTO_IMPORT_INTERVAL", want: Setting{Value: "1h", Origin: "default"}},
		"interval: env":     {setting: "CONVISO_AUTO_IMPORT_INTERVAL", env: "10m", want: Setting{Value: "10m", Origin: "environment CONVISO_AUTO_IMPORT_INTERVAL"}},
		"ca file":           {setting: "CONVISO_CA_FILE", env: "/etc/ca\x1b.pem", want: Setting{Value: "/etc/ca\ufffd.pem", Origin: "environment CONVISO_CA_FILE"}},
		"query":             {setting: "conviso.autoImport.query", files: []string{"conviso: {autoImport: {query: 'type:service'}}"}, want: Setting{Value: "type:service", Origin: "0.yaml conviso.autoImport.query"}},
		"per run: default":  {setting: "conviso.autoImport.maxPerRun", want: Setting{Value: "200", Origin: "default"}},
		"per run: file":     {setting: "conviso.autoImport.maxPerRun", files: []string{"conviso: {autoImport: {maxPerRun: 7}}"}, want: Setting{Value: "7", Origin: "0.yaml conviso.autoImport.maxPerRun"}},
		"keep: default":     {setting: "conviso.queueKeep", want: Setting{Value: "400", Origin: "default"}},
		"keep: file":        {setting: "conviso.queueKeep", files: []string{"conviso: {queueKeep: 30}"}, want: Setting{Value: "30", Origin: "0.yaml conviso.queueKeep"}},
		"shared: default":   {setting: "conviso.sharedRepository", want: Setting{Value: "first", Origin: "default"}},
		"shared: file":      {setting: "conviso.sharedRepository", files: []string{"conviso: {sharedRepository: SKIP}"}, want: Setting{Value: "skip", Origin: "0.yaml conviso.sharedRepository"}},
		"clash name":        {setting: "conviso.clashName", files: []string{"conviso: {clashName: '{namespace}-{name}'}"}, want: Setting{Value: "{namespace}-{name}", Origin: "0.yaml conviso.clashName"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			bare(t)
			if c.env != "" {
				t.Setenv(c.setting, c.env)
			}
			o := Options{Flags: c.flags}
			for i, text := range c.files {
				file := string(rune('0'+i)) + ".yaml"
				write(t, file, text)
				o.Files = append(o.Files, file)
			}
			c.want.Name = c.setting
			if got := setting(t, load(t, o), c.setting); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestValues(t *testing.T) {
	home := bare(t)
	for name, value := range map[string]string{
		"BACKSTAGE_URL": "https://b.example.com", "BACKSTAGE_TOKEN": "fake-token", "CONVISO_API_KEY": "fake-key",
		"CONVISO_COMPANY_ID": "1028", "CONVISO_ENVIRONMENT": "staging", "CONVISO_INSTANCE_ID": "one",
		"CONVISO_RATE": "60", "CONVISO_SETTLE": "1s", "CONVISO_AUTO_IMPORT_INTERVAL": "1m",
		"CONVISO_CACHE_TTL": "2h", "CONVISO_CA_FILE": "ca.pem", "CONVISO_READ_ONLY": "1", "NO_COLOR": "1",
	} {
		t.Setenv(name, value)
	}
	c := loadText(t, "app: {baseUrl: https://a.example.com}\n"+
		"conviso: {sharedRepository: send, clashName: 'x {kind} {name}', autoImport: {query: q, maxPerRun: 3}, mapping: {type: {Bot: node}}}\n")
	for name, same := range map[string]bool{
		"Backstage.URL":      c.Backstage.URL.String() == "https://b.example.com",
		"Backstage.AppURL":   c.Backstage.AppURL.String() == "https://a.example.com",
		"Backstage.Token":    c.Backstage.Token.Reveal() == "fake-token",
		"Conviso.Key":        c.Conviso.Key.Reveal() == "fake-key",
		"Conviso.CompanyID":  c.Conviso.CompanyID == "1028",
		"Environment":        c.Conviso.Environment == Staging,
		"Conviso.Base":       c.Conviso.Base.String() == "https://api.staging.convisoappsec.com",
		"Conviso.AppURL":     c.Conviso.AppURL.String() == "https://staging.convisoappsec.com/",
		"Conviso.InstanceID": c.Conviso.InstanceID == "one",
		"Conviso.ClashName":  c.Conviso.ClashName == "x {kind} {name}",
		"Conviso.Sharing":    c.Conviso.Sharing == ShareSend,
		"Mapping.Type":       c.Conviso.Mapping.Type["bot"] == "node",
		"AutoImport":         c.Conviso.AutoImport == AutoImport{Query: "q", MaxPerRun: 3, Interval: time.Minute},
		"Rate":               c.Conviso.Rate == 60,
		"Settle":             c.Conviso.Settle == time.Second,
		"CacheTTL":           c.CacheTTL == 2*time.Hour,
		"CacheDir":           c.CacheDir == filepath.Join(home, ".cache", "conviso-importer"),
		"StateDir":           c.StateDir == filepath.Join(home, ".local", "state", "conviso-importer"),
		"CAFile":             c.CAFile == "ca.pem",
		"ReadOnly, NoColor":  c.ReadOnly && c.NoColor,
		"no warning":         len(c.Warnings) == 0,
	} {
		if !same {
			t.Errorf("%s is wrong in %+v", name, c)
		}
	}
	t.Setenv("CONVISO_ENVIRONMENT", "local")
	if got := load(t, Options{}).Conviso.AppURL.String(); got != "https://app.convisoappsec.com/" {
		t.Errorf("the web application of a local platform is production's, got %s", got)
	}
}

func TestSettingsOrder(t *testing.T) {
	bare(t)
	c := loadText(t, "conviso: {mapping: {lifecycle: {b: none, A: production}, type: {c: api}}}")
	names := make([]string, 0, 32)
	for _, s := range c.Settings() {
		names = append(names, s.Name)
	}
	want := []string{
		"BACKSTAGE_URL", "BACKSTAGE_APP_URL", "BACKSTAGE_TOKEN",
		"CONVISO_API_KEY", "CONVISO_COMPANY_ID", "CONVISO_ENVIRONMENT", "CONVISO_API_BASE", "CONVISO_INSTANCE_ID",
		"CONVISO_RATE", "CONVISO_SETTLE", "conviso.queueKeep", "conviso.sharedRepository", "conviso.clashName",
		"CONVISO_CA_FILE", "CONVISO_READ_ONLY", "NO_COLOR", "CONVISO_CACHE_DIR", "CONVISO_STATE_DIR", "CONVISO_MACHINE_ID", "CONVISO_CACHE_TTL",
		"CONVISO_AUTO_IMPORT_INTERVAL", "conviso.autoImport.query", "conviso.autoImport.maxPerRun",
		"conviso.mapping.lifecycle.a", "conviso.mapping.lifecycle.b", "conviso.mapping.type.c",
	}
	if !slices.Equal(names, want) {
		t.Errorf("got  %q\nwant %q", names, want)
	}
	c.Settings()[0].Name = "changed"
	if c.Settings()[0].Name != want[0] {
		t.Error("Settings must hand out a copy")
	}
}

// TestIgnoredBase checks the warning that a base URL is not used.
func TestIgnoredBase(t *testing.T) {
	bare(t)
	t.Setenv("CONVISO_API_BASE", "https://platform.example.com")
	c := load(t, Options{})
	if c.Conviso.Base.Host != "api.convisoappsec.com" {
		t.Errorf("production has a fixed base, got %s", c.Conviso.Base)
	}
	want := []string{"CONVISO_API_BASE is not used, since CONVISO_ENVIRONMENT is production; set that to local to use it"}
	if !slices.Equal(c.Warnings, want) {
		t.Errorf("got %q, want %q", c.Warnings, want)
	}
}
