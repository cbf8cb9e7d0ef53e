package config

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// bare sets up an empty environment, home and working directory, and returns the home folder.
func bare(t *testing.T) string {
	t.Helper()
	fields := reflect.TypeFor[variables]()
	for i := range fields.NumField() {
		t.Setenv(fields.Field(i).Tag.Get("envconfig"), "")
	}
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Chdir(t.TempDir())
	return home
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func load(t *testing.T, o Options) *Config {
	t.Helper()
	c, err := Load(o)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return c
}

func loadText(t *testing.T, text string) *Config {
	t.Helper()
	write(t, "app-config.yaml", text)
	return load(t, Options{Files: []string{"app-config.yaml"}})
}

func sentences(t *testing.T, err error) []string {
	t.Helper()
	var p *Problems
	if !errors.As(err, &p) {
		t.Fatalf("want *Problems, got %T: %v", err, err)
	}
	return p.Sentences
}

func setting(t *testing.T, c *Config, name string) Setting {
	t.Helper()
	all := c.Settings()
	i := slices.IndexFunc(all, func(s Setting) bool { return s.Name == name })
	if i < 0 {
		t.Fatalf("no setting %s in %v", name, all)
	}
	return all[i]
}

// TestMissing also checks that a file in the working directory is mentioned and never read.
func TestMissing(t *testing.T) {
	bare(t)
	catalog, platform := "BACKSTAGE_URL is not set", "CONVISO_API_KEY is not set"
	hint := "found ./app-config.yaml; use --config app-config.yaml"
	check := func(name string, c *Config, need Need, want ...string) {
		t.Helper()
		err := c.Missing(need)
		if len(want) == 0 {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			return
		}
		got := sentences(t, err)
		if !slices.EqualFunc(got, want, strings.HasPrefix) {
			t.Errorf("%s: got %q, want beginnings %q", name, got, want)
		}
	}
	empty := load(t, Options{})
	check("nothing asked", empty, Need{})
	check("catalog", empty, Need{Catalog: true}, catalog)
	check("platform", empty, Need{Platform: true}, platform)
	check("both", empty, Need{Catalog: true, Platform: true}, catalog, platform)

	write(t, "app-config.yaml", "backend: {baseUrl: https://evil.example.com}\nconviso: {apiKey: planted-fake-key}\n")
	beside := load(t, Options{})
	check("a file beside", beside, Need{Catalog: true, Platform: true}, catalog, platform, hint)
	if text := beside.Missing(Need{Catalog: true}).Error(); !strings.HasSuffix(text, "\n"+hint) {
		t.Errorf("the hint must end the error: %q", text)
	}
	if beside.Backstage.URL != nil || !beside.Conviso.Key.IsZero() {
		t.Error("a file in the working directory was read unasked")
	}
	named := load(t, Options{Files: []string{"app-config.yaml"}})
	check("the file is named", named, Need{Catalog: true, Platform: true})
	write(t, "other.yaml", "app: {title: x}\n")
	check("another file is named", load(t, Options{Files: []string{"other.yaml"}}), Need{Catalog: true}, catalog)

	t.Setenv("CONVISO_ENVIRONMENT", "local")
	t.Setenv("CONVISO_API_KEY", "fake-key")
	check("local without a base", load(t, Options{Files: []string{"other.yaml"}}), Need{Platform: true}, "CONVISO_API_BASE is not set")
	t.Setenv("CONVISO_API_BASE", "http://127.0.0.1:9000")
	check("local with a base", load(t, Options{}), Need{Platform: true})
}

// TestInstanceFor checks that the derived value never changes: a team's hosts share it.
func TestInstanceFor(t *testing.T) {
	at := func(app string) *Config {
		u, err := url.Parse(app)
		if err != nil {
			t.Fatal(err)
		}
		return &Config{Backstage: Backstage{AppURL: u}}
	}
	acme := at("https://backstage.acme.io")
	// printf 'https://backstage.acme.io\n1028' | sha256sum
	if got, want := acme.InstanceFor("1028"), "backstage-4f4f2abb9da62adf"; got != want {
		t.Errorf("InstanceFor = %q, want %q", got, want)
	}
	if acme.InstanceFor("1029") == acme.InstanceFor("1028") || at("https://b.acme.io").InstanceFor("1028") == acme.InstanceFor("1028") {
		t.Error("another company or another Backstage needs another identity")
	}
	if got := acme.InstanceFor(""); got != "" {
		t.Errorf("without a company there is nothing to derive from, got %q", got)
	}
	if got := (&Config{}).InstanceFor("1028"); got != "" {
		t.Errorf("without a Backstage there is nothing to derive from, got %q", got)
	}
	acme.Conviso.InstanceID = "chosen"
	if got := acme.InstanceFor(""); got != "chosen" {
		t.Errorf("the user's own identity wins, got %q", got)
	}
}
