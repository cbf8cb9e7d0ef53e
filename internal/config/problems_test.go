package config

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// TestProblems checks that each message names the setting, the cause and the remedy.
func TestProblems(t *testing.T) {
	const (
		company = " must be a company's number, digits alone; it stands in the platform's web address after you have chosen the company"
		clash   = " must hold {name} and one or both of {namespace} and {kind}, and no other braces, such as {namespace}-{name}"
		key     = " holds a blank, a control character or a letter outside ASCII, which no key has; copy the key again, alone"
		line    = " holds characters that cannot be shown; write it as one line of plain text"
		dur     = " must be a duration such as 90s, 5m or 1h30m, and at least "
		include = " uses $include, which this program does not follow; write the value there, or use ${NAME}, $env or $file"
		types   = " must be none, client_server, api, progressive_web_app, web, native_mobile, hybrid_mobile, database, dmz, legacy, cluster or node"
	)
	cases := map[string]struct {
		env  map[string]string
		flag string
		file string
		want string
	}{
		"company":              {env: map[string]string{"CONVISO_COMPANY_ID": "acme"}, want: "CONVISO_COMPANY_ID" + company},
		"company: zero":        {env: map[string]string{"CONVISO_COMPANY_ID": "000"}, want: "CONVISO_COMPANY_ID" + company},
		"company: too long":    {env: map[string]string{"CONVISO_COMPANY_ID": "1234567890123456789"}, want: "CONVISO_COMPANY_ID" + company},
		"company: hexadecimal": {file: "conviso: {companyId: 0x10}", want: "conviso.companyId in app-config.yaml" + company},
		"company: flag":        {flag: "1,2", want: "--company" + company},
		"environment":          {env: map[string]string{"CONVISO_ENVIRONMENT": "prod"}, want: "CONVISO_ENVIRONMENT must be production, staging or local"},
		"rate: above":          {env: map[string]string{"CONVISO_RATE": "1201"}, want: "CONVISO_RATE must be a whole number from 1 to 1200"},
		"rate: zero":           {env: map[string]string{"CONVISO_RATE": "0"}, want: "CONVISO_RATE must be a whole number from 1 to 1200"},
		"rate: fraction":       {env: map[string]string{"CONVISO_RATE": "1.5"}, want: "CONVISO_RATE must be a whole number from 1 to 1200"},
		"settle":               {env: map[string]string{"CONVISO_SETTLE": "999ms"}, want: "CONVISO_SETTLE" + dur + "1s"},
		"settle: unit":         {env: map[string]string{"CONVISO_SETTLE": "5"}, want: "CONVISO_SETTLE" + dur + "1s"},
		"ttl":                  {env: map[string]string{"CONVISO_CACHE_TTL": "-1h"}, want: "CONVISO_CACHE_TTL" + dur + "1s"},
		"interval":             {env: map[string]string{"CONVISO_AUTO_IMPORT_INTERVAL": "59s"}, want: "CONVISO_AUTO_IMPORT_INTERVAL" + dur + "1m"},
		"read-only":            {env: map[string]string{"CONVISO_READ_ONLY": "yes"}, want: "CONVISO_READ_ONLY must be true or false"},
		"instance":             {env: map[string]string{"CONVISO_INSTANCE_ID": "a\x1bb"}, want: "CONVISO_INSTANCE_ID" + line},
		"query":                {file: "conviso: {autoImport: {query: \"a\\nb\"}}", want: "conviso.autoImport.query in app-config.yaml" + line},
		"per run":              {file: "conviso: {autoImport: {maxPerRun: 0}}", want: "conviso.autoImport.maxPerRun in app-config.yaml must be a whole number from 1 to 1000000"},
		"keep":                 {file: "conviso: {queueKeep: 0}", want: "conviso.queueKeep in app-config.yaml must be a whole number from 1 to 36500"},
		"url: not https":       {env: map[string]string{"BACKSTAGE_URL": "http://b.example.com"}, want: `BACKSTAGE_URL "http://b.example.com" is not https, and credentials would travel in clear text; use https (http is for loopback hosts)`},
		"url: not a URL":       {env: map[string]string{"BACKSTAGE_APP_URL": "backstage"}, want: "BACKSTAGE_APP_URL is not a URL; write it like https://backstage.example.com"},
		"url: file":            {file: "backend: {baseUrl: backstage}", want: "backend.baseUrl in app-config.yaml is not a URL; write it like https://backstage.example.com"},
		"base":                 {env: map[string]string{"CONVISO_ENVIRONMENT": "local", "CONVISO_API_BASE": "x"}, want: "CONVISO_API_BASE is not a URL; write it like https://backstage.example.com"},

		"key: blank inside":  {env: map[string]string{"CONVISO_API_KEY": "X-API-Key: fake"}, want: "CONVISO_API_KEY" + key},
		"token: control":     {env: map[string]string{"BACKSTAGE_TOKEN": "fa\x01ke"}, want: "BACKSTAGE_TOKEN" + key},
		"token: not ASCII":   {env: map[string]string{"BACKSTAGE_TOKEN": "fäke"}, want: "BACKSTAGE_TOKEN" + key},
		"key: both":          {env: map[string]string{"CONVISO_API_KEY": "fake", "CONVISO_API_KEY_FILE": "f"}, want: "CONVISO_API_KEY and CONVISO_API_KEY_FILE are both set; unset one of them"},
		"token: both":        {env: map[string]string{"BACKSTAGE_TOKEN": "fake", "BACKSTAGE_TOKEN_FILE": "f"}, want: "BACKSTAGE_TOKEN and BACKSTAGE_TOKEN_FILE are both set; unset one of them"},
		"key file: missing":  {env: map[string]string{"CONVISO_API_KEY_FILE": "nowhere"}, want: "CONVISO_API_KEY_FILE names a file that cannot be read: no such file or directory; set it to the path of a file that holds the secret"},
		"key file: empty":    {env: map[string]string{"CONVISO_API_KEY_FILE": "empty"}, want: "CONVISO_API_KEY_FILE names a file that is empty; write the secret into it"},
		"key file: lines":    {env: map[string]string{"CONVISO_API_KEY_FILE": "lines"}, want: "CONVISO_API_KEY_FILE" + key},
		"key file: large":    {env: map[string]string{"BACKSTAGE_TOKEN_FILE": "large"}, want: "BACKSTAGE_TOKEN_FILE names a file that cannot be read: it is too large; set it to the path of a file that holds the secret"},
		"key: file, control": {file: `conviso: {apiKey: "fa\tke"}`, want: "conviso.apiKey in app-config.yaml" + key},

		"shared":              {file: "conviso: {sharedRepository: second}", want: "conviso.sharedRepository in app-config.yaml must be first, send or skip"},
		"clash: no name":      {file: "conviso: {clashName: '{namespace}'}", want: "conviso.clashName in app-config.yaml" + clash},
		"clash: name alone":   {file: "conviso: {clashName: 'x-{name}'}", want: "conviso.clashName in app-config.yaml" + clash},
		"clash: other braces": {file: "conviso: {clashName: '{namespace}-{name}-{owner}'}", want: "conviso.clashName in app-config.yaml" + clash},
		"clash: open brace":   {file: "conviso: {clashName: '{{name}{kind}'}", want: "conviso.clashName in app-config.yaml" + clash},
		"clash: control":      {file: `conviso: {clashName: "{kind}\u202e{name}"}`, want: "conviso.clashName in app-config.yaml" + line},

		"lifecycle":         {file: "conviso: {mapping: {lifecycle: {beta: staging}}}", want: "conviso.mapping.lifecycle.beta in app-config.yaml must be production, homologation, certification, discontinued or none"},
		"type":              {file: "conviso: {mapping: {type: {bot: robot}}}", want: "conviso.mapping.type.bot in app-config.yaml" + types},
		"table: a list":     {file: "conviso: {mapping: {type: [api]}}", want: "conviso.mapping.type in app-config.yaml must be a mapping from the catalog's words to the platform's"},
		"table: $file":      {file: "conviso: {mapping: {type: {$file: x}}}", want: "conviso.mapping.type in app-config.yaml must be a mapping from the catalog's words to the platform's"},
		"table: list key":   {file: "conviso: {mapping: {type: {[a]: api}}}", want: "conviso.mapping.type in app-config.yaml must have one word before each colon"},
		"table: above":      {file: "conviso: {mapping: x}", want: "conviso.mapping in app-config.yaml must be a mapping"},
		"value: a list":     {file: "conviso: {companyId: [1]}", want: "conviso.companyId in app-config.yaml must be one value, not a list or a mapping"},
		"value: a mapping":  {file: "conviso: {companyId: {a: 1}}", want: "conviso.companyId in app-config.yaml must be one value, not a list or a mapping"},
		"value: twice":      {file: "conviso: {companyId: 1, companyId: 2}", want: "conviso.companyId in app-config.yaml is written twice; keep one of them"},
		"value: $include":   {file: "conviso: {companyId: {$include: a.yaml}}", want: "conviso.companyId in app-config.yaml" + include},
		"above: $include":   {file: "conviso: {$include: a.yaml}", want: "conviso in app-config.yaml" + include},
		"root: $include":    {file: "$include: a.yaml", want: "app-config.yaml" + include},
		"above: $env":       {file: "conviso: {$env: A}", want: "conviso in app-config.yaml must be a mapping, not $env"},
		"above: a text":     {file: "conviso: text", want: "conviso in app-config.yaml must be a mapping"},
		"$env: neighbour":   {file: "conviso: {companyId: {$env: A, b: c}}", want: "conviso.companyId in app-config.yaml must have $env alone, with one text behind it"},
		"$env: list":        {file: "conviso: {companyId: {$env: [A]}}", want: "conviso.companyId in app-config.yaml must have $env alone, with one text behind it"},
		"$env: null":        {file: "conviso: {companyId: {$env: }}", want: "conviso.companyId in app-config.yaml must have $env alone, with one text behind it"},
		"$file: unset":      {file: "conviso: {companyId: {$file: '${NOT_SET_ANYWHERE}/x'}}", want: "conviso.companyId in app-config.yaml has a $file that names nothing, since a variable in it is not set"},
		"$file: missing":    {file: "conviso: {companyId: {$file: nowhere}}", want: "conviso.companyId in app-config.yaml names a file with $file that cannot be read: no such file or directory; correct the path, which is relative to the configuration file"},
		"$file: large":      {file: "conviso: {companyId: {$file: large}}", want: "conviso.companyId in app-config.yaml names a file with $file that cannot be read: it is too large; correct the path, which is relative to the configuration file"},
		"access: no list":   {file: "backend: {auth: {externalAccess: {}}}", want: "backend.auth.externalAccess in app-config.yaml must be a list"},
		"access: a text":    {file: "backend: {auth: {externalAccess: [static]}}", want: "backend.auth.externalAccess[0] in app-config.yaml must be a mapping"},
		"access: above":     {file: "backend: {auth: x}", want: "backend.auth in app-config.yaml must be a mapping"},
		"access: options":   {file: "backend: {auth: {externalAccess: [{type: static, options: x}]}}", want: "backend.auth.externalAccess[0].options in app-config.yaml must be a mapping"},
		"file: invalid":     {file: "a: 1\nb: [", want: "app-config.yaml is not valid YAML near line 3; correct the indentation or the quotes there"},
		"file: a list":      {file: "- a", want: "app-config.yaml must hold a mapping, such as conviso: and its keys"},
		"file: documents":   {file: "a: 1\n---\nb: 2\n", want: "app-config.yaml holds more than one YAML document; keep one in each file"},
		"file: second half": {file: "a: 1\n---\nb: [\n", want: "app-config.yaml is not valid YAML near line 4; correct the indentation or the quotes there"},
		"file: deep":        {file: "a: " + strings.Repeat("[", 20000), want: "app-config.yaml is not valid YAML near line 1; correct the indentation or the quotes there"},
		"file: large":       {file: "a: " + strings.Repeat("x", maxFile), want: "app-config.yaml is larger than 1 MiB and not read; name Backstage's configuration with --config"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			bare(t)
			write(t, "empty", "\n")
			write(t, "lines", "fake\nfake\n")
			write(t, "large", strings.Repeat("x", maxValueFile+1))
			for variable, value := range c.env {
				t.Setenv(variable, value)
			}
			o := Options{Flags: Flags{CompanyID: c.flag}}
			if c.file != "" {
				write(t, "app-config.yaml", c.file)
				o.Files = []string{"app-config.yaml"}
			}
			config, err := Load(o)
			if err == nil || config != nil {
				t.Fatalf("want a problem and no Config, got %+v", config)
			}
			if got := sentences(t, err); !slices.Equal(got, []string{c.want}) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestAllAtOnce(t *testing.T) {
	bare(t)
	t.Setenv("CONVISO_RATE", "fast")
	t.Setenv("BACKSTAGE_URL", "ftp://b.example.com")
	t.Setenv("CONVISO_API_KEY", "two words")
	write(t, "one.yaml", "conviso: {companyId: acme, mapping: {lifecycle: {a: x, b: y}}}")
	_, err := Load(Options{Files: []string{"one.yaml", "missing.yaml", " "}, Flags: Flags{}})
	want := []string{
		"missing.yaml cannot be read: no such file or directory; name a readable file with --config, or correct this one",
		"--config has no file name; name a file, such as --config app-config.yaml",
		"BACKSTAGE_URL ", "CONVISO_API_KEY ", "conviso.companyId in one.yaml ", "CONVISO_RATE ",
		"conviso.mapping.lifecycle.a in one.yaml ", "conviso.mapping.lifecycle.b in one.yaml ",
	}
	got := sentences(t, err)
	if !slices.EqualFunc(got, want, strings.HasPrefix) {
		t.Errorf("got %q", got)
	}
	if lines := strings.Split(err.Error(), "\n"); !slices.Equal(lines, got) {
		t.Errorf("the error has one sentence a line, got %q", lines)
	}
}

func TestOneReasonOnce(t *testing.T) {
	bare(t)
	write(t, "app-config.yaml", "conviso: text\nbackend: []\n")
	_, err := Load(Options{Files: []string{"app-config.yaml"}})
	want := []string{"backend in app-config.yaml must be a mapping", "conviso in app-config.yaml must be a mapping"}
	if got := sentences(t, err); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	// A wrong later file hides an earlier one.
	write(t, "0.yaml", "conviso: {companyId: []}")
	write(t, "1.yaml", "conviso: {companyId: {}}")
	_, err = Load(Options{Files: []string{"0.yaml", "1.yaml"}})
	want = []string{"conviso.companyId in 1.yaml must be one value, not a list or a mapping"}
	if got := sentences(t, err); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

// TestOverriddenValues checks that overridden values of a file are not validated.
func TestOverriddenValues(t *testing.T) {
	bare(t)
	t.Setenv("BACKSTAGE_URL", "https://b.example.com")
	t.Setenv("CONVISO_API_KEY", "fake")
	c := loadText(t, "backend: {baseUrl: 'http://cluster.internal:7007', database: {$include: db.yaml}}\nconviso: {apiKey: {$file: nowhere}}")
	if c.Backstage.URL.Host != "b.example.com" {
		t.Errorf("got %s", c.Backstage.URL)
	}
}

// TestUnreadableFile distinguishes a missing file, which is normal, from an unreadable one.
func TestUnreadableFile(t *testing.T) {
	bare(t)
	if err := os.Mkdir("folder", 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := Load(Options{Files: []string{"folder"}})
	want := []string{"folder cannot be read: is a directory; name a readable file with --config, or correct this one"}
	if got := sentences(t, err); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
