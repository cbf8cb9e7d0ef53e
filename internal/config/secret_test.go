package config

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

const canary = "canary-not-a-real-key"

// everything returns all that this package can print.
func everything(c *Config, err error) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%v\n%+v\n%#v\n", err, c, c)
	if c != nil {
		doc, err := json.Marshal(c)
		fmt.Fprintf(&b, "%s %v\n%+v\n%+v %q\n", doc, err, *c, c.Settings(), c.Warnings)
	}
	return b.String()
}

func TestSecretFile(t *testing.T) {
	for name, text := range map[string]string{
		"bare": canary, "line feed": canary + "\n", "carriage return": canary + "\r\n", "lines": "\r\n" + canary + " \r\n\r\n",
		"byte order mark": "\ufeff" + canary + "\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			bare(t)
			write(t, "key", text)
			t.Setenv("CONVISO_API_KEY_FILE", "key")
			t.Setenv("BACKSTAGE_TOKEN_FILE", "key")
			c := load(t, Options{})
			if c.Conviso.Key.Reveal() != canary || c.Backstage.Token.Reveal() != canary {
				t.Error("the secrets are not what the file holds")
			}
			want := Setting{Name: "CONVISO_API_KEY", Value: "[redacted]", Origin: "environment CONVISO_API_KEY_FILE"}
			if got := setting(t, c, "CONVISO_API_KEY"); got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

// TestExposedSecretFile checks the warning about a world-readable file; a group may read it.
func TestExposedSecretFile(t *testing.T) {
	for mode, warned := range map[os.FileMode]bool{0o600: false, 0o640: false, 0o604: true, 0o644: true, 0o444: true} {
		bare(t)
		write(t, "key", canary)
		if err := os.Chmod("key", mode); err != nil {
			t.Fatal(err)
		}
		t.Setenv("CONVISO_API_KEY_FILE", "key")
		got := load(t, Options{}).Warnings
		if want := "CONVISO_API_KEY_FILE names a file whose mode lets every user of this machine read it; run chmod 600 on that file if it is yours"; warned != slices.Equal(got, []string{want}) || !warned && len(got) > 0 {
			t.Errorf("%o: %q", mode, got)
		}
	}
}

// TestSecretsStayInside checks that nothing printable holds a secret, even a misplaced one.
func TestSecretsStayInside(t *testing.T) {
	type place struct {
		env  map[string]string
		file string
	}
	places := map[string]place{
		"variables":       {env: map[string]string{"CONVISO_API_KEY": canary, "BACKSTAGE_TOKEN": canary}},
		"files":           {env: map[string]string{"CONVISO_API_KEY_FILE": "key", "BACKSTAGE_TOKEN_FILE": "key"}},
		"both":            {env: map[string]string{"CONVISO_API_KEY": canary, "CONVISO_API_KEY_FILE": "key"}},
		"path is the key": {env: map[string]string{"CONVISO_API_KEY_FILE": canary}},
		"$file is a key":  {file: "conviso: {apiKey: {$file: " + canary + "}}"},
		"wrong byte":      {env: map[string]string{"CONVISO_API_KEY": canary + " x"}},
		"literal":         {file: "conviso: {apiKey: " + canary + "}\nbackend: {auth: {externalAccess: [{type: static, options: {token: " + canary + "}}]}}"},
		"alias by chance": {file: "conviso: {apiKey: *" + canary + "}"},
		"invalid YAML":    {file: "conviso:\n apiKey: " + canary + ": x\n"},
		"cut quotes":      {file: "conviso: {apiKey: '" + canary},
		"a whole file":    {file: canary},
		"wrong mapping":   {file: "conviso: {mapping: {type: {a: " + canary + "}}}"},
		"wrong type":      {file: "conviso: {apiKey: [" + canary + "]}"},
	}
	for _, variable := range []string{"CONVISO_COMPANY_ID", "CONVISO_ENVIRONMENT", "CONVISO_RATE", "CONVISO_SETTLE", "CONVISO_READ_ONLY", "BACKSTAGE_URL"} {
		places["in "+variable] = place{env: map[string]string{variable: canary}}
	}
	for name, p := range places {
		t.Run(name, func(t *testing.T) {
			bare(t)
			write(t, "key", canary)
			for variable, value := range p.env {
				t.Setenv(variable, value)
			}
			var o Options
			if p.file != "" {
				write(t, "app-config.yaml", p.file)
				o.Files = []string{"app-config.yaml"}
			}
			c, err := Load(o)
			if out := everything(c, err); strings.Contains(out, canary) {
				t.Errorf("the secret is in:\n%s", out)
			}
		})
	}
}
