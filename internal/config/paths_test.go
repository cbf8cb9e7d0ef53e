package config

import (
	"path/filepath"
	"testing"
)

// TestFolders checks the order of the folders' variables; without a home there are none.
func TestFolders(t *testing.T) {
	const home = "/home/fake"
	for name, c := range map[string]struct {
		env                       map[string]string
		cache, cacheBy, state, by string
	}{
		"home":                             {map[string]string{"HOME": home}, home + "/.cache/conviso-importer", "default", home + "/.local/state/conviso-importer", "default"},
		"XDG":                              {map[string]string{"HOME": home, "XDG_CACHE_HOME": "/c", "XDG_STATE_HOME": "/s"}, "/c/conviso-importer", "environment XDG_CACHE_HOME", "/s/conviso-importer", "environment XDG_STATE_HOME"},
		"relative XDG":                     {map[string]string{"HOME": home, "XDG_CACHE_HOME": "c", "XDG_STATE_HOME": "./s"}, home + "/.cache/conviso-importer", "default", home + "/.local/state/conviso-importer", "default"},
		"service manager":                  {map[string]string{"HOME": home, "XDG_STATE_HOME": "/s", "STATE_DIRECTORY": "/var/lib/ci:/var/lib/other"}, home + "/.cache/conviso-importer", "default", "/var/lib/ci", "environment STATE_DIRECTORY"},
		"all of a service, without a home": {map[string]string{"STATE_DIRECTORY": "/var/lib/ci", "CACHE_DIRECTORY": "/var/cache/ci:/var/cache/other"}, "/var/cache/ci", "environment CACHE_DIRECTORY", "/var/lib/ci", "environment STATE_DIRECTORY"},
		"an empty first folder":            {map[string]string{"STATE_DIRECTORY": ":/var/lib/ci/", "CACHE_DIRECTORY": " : /var/cache/ci"}, "/var/cache/ci", "environment CACHE_DIRECTORY", "/var/lib/ci", "environment STATE_DIRECTORY"},
		"another program's variables":      {map[string]string{"HOME": home, "STATE_DIRECTORY": "state", "CACHE_DIRECTORY": "./cache"}, home + "/.cache/conviso-importer", "default", home + "/.local/state/conviso-importer", "default"},
		"a service's cache alone":          {map[string]string{"CACHE_DIRECTORY": "/var/cache/ci", "XDG_CACHE_HOME": "/c"}, "/var/cache/ci", "environment CACHE_DIRECTORY", "", "not set"},
		"the user's own":                   {map[string]string{"HOME": home, "STATE_DIRECTORY": "/var/lib/ci", "CONVISO_CACHE_DIR": "/my/c", "CONVISO_STATE_DIR": "/my/s"}, "/my/c", "environment CONVISO_CACHE_DIR", "/my/s", "environment CONVISO_STATE_DIR"},
		"no home":                          {nil, "", "not set", "", "not set"},
		"relative home":                    {map[string]string{"HOME": "here"}, "", "not set", "", "not set"},
	} {
		t.Run(name, func(t *testing.T) {
			bare(t)
			t.Setenv("HOME", "")
			for variable, value := range c.env {
				t.Setenv(variable, value)
			}
			config := load(t, Options{})
			cache, state := setting(t, config, "CONVISO_CACHE_DIR"), setting(t, config, "CONVISO_STATE_DIR")
			if config.CacheDir != c.cache || cache.Value != c.cache || cache.Origin != c.cacheBy {
				t.Errorf("cache: %q, %+v", config.CacheDir, cache)
			}
			if config.StateDir != c.state || state.Value != c.state || state.Origin != c.by {
				t.Errorf("state: %q, %+v", config.StateDir, state)
			}
			if alone := StateDir(); alone != c.state {
				t.Errorf("by the environment alone the state is in %q", alone)
			}
		})
	}
}

// TestLogDir checks that a service's logs go where its logs belong, else beside the state.
func TestLogDir(t *testing.T) {
	for name, c := range map[string]struct {
		env  map[string]string
		want string
	}{
		"nothing":           {nil, ""},
		"a home":            {map[string]string{"HOME": "/h"}, "/h/.local/state/conviso-importer"},
		"a state folder":    {map[string]string{"CONVISO_STATE_DIR": "/s"}, "/s"},
		"a service":         {map[string]string{"CONVISO_STATE_DIR": "/s", "STATE_DIRECTORY": "/var/lib/ci", "LOGS_DIRECTORY": "/var/log/ci:/var/log/b"}, "/var/log/ci"},
		"a service's state": {map[string]string{"STATE_DIRECTORY": "/var/lib/ci", "LOGS_DIRECTORY": "logs"}, "/var/lib/ci"},
	} {
		t.Run(name, func(t *testing.T) {
			bare(t)
			t.Setenv("HOME", "")
			for variable, value := range c.env {
				t.Setenv(variable, value)
			}
			if got := LogDir(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestOwnFile checks that --config replaces the user's own file.
func TestOwnFile(t *testing.T) {
	home := bare(t)
	own := filepath.Join(home, ".config", "conviso-importer", "app-config.yaml")
	write(t, own, "conviso: {companyId: 1}")
	write(t, "named.yaml", "app: {title: x}")
	company := func(o Options) Setting { return setting(t, load(t, o), "CONVISO_COMPANY_ID") }
	if got := company(Options{}); got.Value != "1" || got.Origin != own+" conviso.companyId" {
		t.Errorf("got %+v", got)
	}
	if got := company(Options{Files: []string{"named.yaml"}}); got.Value != "" {
		t.Errorf("a named file replaces the user's own, got %+v", got)
	}
	xdg := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", xdg)
	if got := company(Options{}); got.Value != "" {
		t.Errorf("XDG_CONFIG_HOME has no file, got %+v", got)
	}
	write(t, filepath.Join(xdg, "conviso-importer", "app-config.yaml"), "conviso: {companyId: 2}")
	if got := company(Options{}); got.Value != "2" {
		t.Errorf("got %+v", got)
	}
	t.Setenv("XDG_CONFIG_HOME", "/dev/null")
	if got := company(Options{}); got.Value != "" {
		t.Errorf("a home that is no folder has no file, got %+v", got)
	}
}
