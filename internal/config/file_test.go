package config

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestExpand checks that substitution works as in Backstage.
func TestExpand(t *testing.T) {
	lookup := func(name string) (string, bool) {
		v, ok := map[string]string{"A": "one", "B": "two", "EMPTY": "", "ODD": "${A}"}[name]
		return v, ok
	}
	for name, c := range map[string]struct {
		in   string
		want value
	}{
		"plain":               {"text", value{"text", true, true}},
		"empty":               {"", value{"", true, true}},
		"variable":            {"${A}", value{"one", true, false}},
		"inside text":         {"x-${A}/${B}.", value{"x-one/two.", true, false}},
		"blanks around":       {"${ A }", value{"one", true, false}},
		"unset":               {"${NOPE}", value{}},
		"one of them unset":   {"${A}${NOPE}", value{}},
		"the first unset":     {"${NOPE}${A}", value{}},
		"empty variable":      {"x${EMPTY}", value{"x", true, false}},
		"default not needed":  {"${A:-z}", value{"one", true, false}},
		"default for unset":   {"${NOPE:- z }", value{"z", true, true}},
		"default for empty":   {"${EMPTY:-z}", value{"z", true, true}},
		"empty default":       {"${NOPE:-}", value{}},
		"default with colon":  {"${NOPE:-http://x:-1}", value{"http://x:-1", true, true}},
		"escaped":             {"$${A}", value{"${A}", true, true}},
		"escaped and not":     {"$${A} ${A}", value{"${A} one", true, false}},
		"three dollar signs":  {"$$${A}", value{"$${A}", true, true}},
		"not substituted":     {"$A {A} ${A", value{"$A {A} ${A", true, true}},
		"never twice":         {"${ODD}", value{"${A}", true, false}},
		"nested braces stay":  {"${A{B}}", value{"${A{B}}", true, true}},
		"nested placeholders": {"${A:-${B}}", value{"${A:-two}", true, false}},
		"no name":             {"${}", value{}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := expand(c.in, lookup); got != c.want {
				t.Errorf("expand(%q) = %+v, want %+v", c.in, got, c.want)
			}
		})
	}
}

func TestReferences(t *testing.T) {
	for name, c := range map[string]struct {
		files []string
		want  string
	}{
		"$env":                    {[]string{"conviso: {instanceId: {$env: FIRST}}"}, "one"},
		"$env of a variable":      {[]string{"conviso: {instanceId: {$env: '${NAME}'}}"}, "one"},
		"$env unset":              {[]string{"conviso: {instanceId: {$env: NOPE}}"}, ""},
		"$env is not expanded":    {[]string{"conviso: {instanceId: {$env: ODD}}"}, "${FIRST}"},
		"$file beside":            {[]string{"conviso: {instanceId: {$file: id.txt}}"}, "from a file"},
		"$file is not expanded":   {[]string{"conviso: {instanceId: {$file: odd.txt}}"}, "${FIRST}"},
		"alias":                   {[]string{"a: &x {$env: FIRST}\nconviso: {instanceId: *x}"}, "one"},
		"alias of a mapping":      {[]string{"a: &x {instanceId: 7}\nconviso: *x"}, "7"},
		"number stays text":       {[]string{"conviso: {instanceId: 1e3}"}, "1e3"},
		"unset: earlier file":     {[]string{"conviso: {instanceId: a}", "conviso: {instanceId: '${NOPE}'}"}, "a"},
		"$env unset: earlier":     {[]string{"conviso: {instanceId: a}", "conviso: {instanceId: {$env: NOPE}}"}, "a"},
		"null hides earlier":      {[]string{"conviso: {instanceId: a}", "conviso: {instanceId: null}"}, ""},
		"null above hides":        {[]string{"conviso: {instanceId: a}", "conviso:"}, ""},
		"empty text hides":        {[]string{"conviso: {instanceId: a}", "conviso: {instanceId: ' '}"}, ""},
		"empty file":              {[]string{"conviso: {instanceId: a}", "# nothing\n"}, "a"},
		"null file":               {[]string{"conviso: {instanceId: a}", "null"}, "a"},
		"byte order mark":         {[]string{"\ufeffconviso: {instanceId: a}"}, "a"},
		"keys are not expanded":   {[]string{"conviso: {'${FIRST}': b}"}, ""},
		"keys that are no text":   {[]string{"conviso: {[a]: b, instanceId: c}"}, "c"},
		"elsewhere is not looked": {[]string{"techdocs: {$include: gone.yaml}\nconviso: {other: {$file: gone}, instanceId: c}"}, "c"},
	} {
		t.Run(name, func(t *testing.T) {
			bare(t)
			t.Setenv("FIRST", " one ")
			t.Setenv("NAME", "FIRST")
			t.Setenv("ODD", "${FIRST}")
			// $file is relative to the configuration file.
			write(t, "conf/id.txt", "from a file \n\n")
			write(t, "conf/odd.txt", "${FIRST}")
			var o Options
			for i, text := range c.files {
				file := filepath.Join("conf", string(rune('0'+i))+".yaml")
				write(t, file, text)
				o.Files = append(o.Files, file)
			}
			if got := load(t, o).Conviso.InstanceID; got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestTables(t *testing.T) {
	bare(t)
	t.Setenv("TARGET", "homologation")
	write(t, "0.yaml", "conviso: {mapping: {lifecycle: {Beta: certification, old: discontinued, gone: none}, type: {bot: node}}}")
	write(t, "1.yaml", "conviso: {mapping: {lifecycle: {beta: '${TARGET}', gone: null, unset: '${NOPE}'}, type: null}}")
	write(t, "2.yaml", "conviso: {mapping: {lifecycle: {old: '${NOPE}', ' new ': PRODUCTION}}}")
	c := load(t, Options{Files: []string{"0.yaml", "1.yaml", "2.yaml"}})
	want := map[string]string{"beta": "homologation", "old": "discontinued", "new": "production"}
	if got := c.Conviso.Mapping.Lifecycle; !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := c.Conviso.Mapping.Type; len(got) != 0 {
		t.Errorf("a null takes the table back, got %v", got)
	}
	if got, want := setting(t, c, "conviso.mapping.lifecycle.beta").Origin, "1.yaml conviso.mapping.lifecycle.beta"; got != want {
		t.Errorf("got origin %q, want %q", got, want)
	}
}

func TestStaticToken(t *testing.T) {
	access := func(list string) string { return "backend: {auth: {externalAccess: " + list + "}}" }
	static := func(token string) string { return "{type: static, options: {token: " + token + ", subject: s}}" }
	for name, c := range map[string]struct {
		files        []string
		want, origin string
	}{
		"first static":        {[]string{access("[{type: legacy, options: {secret: x}}, " + static("fake-1") + ", " + static("fake-2") + "]")}, "fake-1", "0.yaml backend.auth.externalAccess[1].options.token"},
		"variable":            {[]string{access("[" + static("'${TOKEN}'") + "]")}, "fake-env", "0.yaml backend.auth.externalAccess[0].options.token"},
		"unset is no token":   {[]string{access("[" + static("'${NOPE}'") + ", " + static("fake-2") + "]")}, "fake-2", "0.yaml backend.auth.externalAccess[1].options.token"},
		"lists are replaced":  {[]string{access("[" + static("fake-1") + "]"), access("[" + static("fake-2") + "]")}, "fake-2", "1.yaml backend.auth.externalAccess[0].options.token"},
		"replaced by nothing": {[]string{access("[" + static("fake-1") + "]"), access("[]")}, "", "not set"},
		"null":                {[]string{access("[" + static("fake-1") + "]"), access("null")}, "", "not set"},
		"no type, no options": {[]string{access("[{}, {type: static}, {type: static, options: {}}]")}, "", "not set"},
		"kept by other keys":  {[]string{access("[" + static("fake-1") + "]"), "backend: {auth: {keys: []}}"}, "fake-1", "0.yaml backend.auth.externalAccess[0].options.token"},
	} {
		t.Run(name, func(t *testing.T) {
			bare(t)
			t.Setenv("TOKEN", "fake-env")
			var o Options
			for i, text := range c.files {
				file := string(rune('0'+i)) + ".yaml"
				write(t, file, text)
				o.Files = append(o.Files, file)
			}
			config := load(t, o)
			if got := config.Backstage.Token.Reveal(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if got := setting(t, config, "BACKSTAGE_TOKEN").Origin; got != c.origin {
				t.Errorf("got origin %q, want %q", got, c.origin)
			}
		})
	}
}

// TestAliasBomb checks that nested aliases are never expanded.
func TestAliasBomb(t *testing.T) {
	bare(t)
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x]\n")
	for i := range 20 {
		from, to := string(rune('a'+i))+"0", string(rune('b'+i))+"0"
		b.WriteString(to + ": &" + to + " [" + strings.Repeat("*"+from+", ", 9) + "]\n")
	}
	b.WriteString("backend: &self {auth: *self, baseUrl: https://b.example.com}\nconviso: {companyId: 7}\n")
	began := time.Now()
	c := loadText(t, b.String())
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("took %s", took)
	}
	if c.Conviso.CompanyID != "7" {
		t.Errorf("got company %q", c.Conviso.CompanyID)
	}
}

func TestExposedSecret(t *testing.T) {
	const keyWarning = "conviso.apiKey in app-config.yaml is a secret that other users of this machine can read; run chmod 600 on that file, or write ${CONVISO_API_KEY} there"
	for name, c := range map[string]struct {
		text string
		mode os.FileMode
		want []string
	}{
		"world":         {"conviso: {apiKey: fake}", 0o604, []string{keyWarning}},
		"group":         {"conviso: {apiKey: fake}", 0o640, []string{keyWarning}},
		"default":       {"conviso: {apiKey: '${NOPE:-fake}'}", 0o644, []string{keyWarning}},
		"private":       {"conviso: {apiKey: fake}", 0o600, nil},
		"from variable": {"conviso: {apiKey: '${KEY}'}", 0o644, nil},
		"from $env":     {"conviso: {apiKey: {$env: KEY}}", 0o644, nil},
		"no secret":     {"conviso: {companyId: 1}", 0o644, nil},
		"token": {"backend: {auth: {externalAccess: [{type: static, options: {token: fake}}]}}", 0o644,
			[]string{"backend.auth.externalAccess[0].options.token in app-config.yaml is a secret that other users of this machine can read; run chmod 600 on that file, or write ${BACKSTAGE_TOKEN} there"}},
	} {
		t.Run(name, func(t *testing.T) {
			bare(t)
			t.Setenv("KEY", "fake")
			write(t, "app-config.yaml", c.text)
			if err := os.Chmod("app-config.yaml", c.mode); err != nil {
				t.Fatal(err)
			}
			if got := load(t, Options{Files: []string{"app-config.yaml"}}).Warnings; !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
