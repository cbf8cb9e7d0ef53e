package config

import (
	"strings"
	"testing"
)

// TestRestrictedTokens checks that a token that Backstage would refuse for the catalog is passed over,
// by Backstage's own rules.
func TestRestrictedTokens(t *testing.T) {
	const next = "{type: static, options: {token: fake-next}}"
	for name, c := range map[string]struct{ rules, want string }{
		"none":                   {"[]", "fake-first"},
		"null":                   {"null", "fake-first"},
		"another plugin":         {"[{plugin: scaffolder}]", "fake-next"},
		"other plugins":          {"[{plugin: scaffolder}, {plugin: search}]", "fake-next"},
		"the catalog":            {"[{plugin: catalog}]", "fake-first"},
		"the catalog among them": {"[{plugin: scaffolder}, {plugin: catalog}]", "fake-first"},
		"a longer name":          {"[{plugin: catalog-extras}]", "fake-next"},
		"another case":           {"[{plugin: Catalog}]", "fake-next"},
		"a variable":             {"[{plugin: '${PLUGIN}'}]", "fake-first"},
		"an unset variable":      {"[{plugin: '${NOPE}'}]", "fake-next"},
		"read":                   {"[{plugin: catalog, permission: catalog.entity.read}]", "fake-first"},
		"delete":                 {"[{plugin: catalog, permission: catalog.entity.delete}]", "fake-next"},
		"words":                  {"[{plugin: catalog, permission: 'catalog.entity.delete, catalog.entity.read'}]", "fake-first"},
		"a list":                 {"[{plugin: catalog, permission: [catalog.entity.refresh, catalog.entity.read]}]", "fake-first"},
		"a list without it":      {"[{plugin: catalog, permission: [catalog.entity.refresh]}]", "fake-next"},
		"an empty list":          {"[{plugin: catalog, permission: []}]", "fake-first"},
		"the action":             {"[{plugin: catalog, permissionAttribute: {action: read}}]", "fake-first"},
		"another action":         {"[{plugin: catalog, permissionAttribute: {action: [create, delete]}}]", "fake-next"},
		"actions":                {"[{plugin: catalog, permissionAttribute: {action: 'create read'}}]", "fake-first"},
		"no action":              {"[{plugin: catalog, permissionAttribute: null}]", "fake-first"},
		"both":                   {"[{plugin: catalog, permission: catalog.entity.read, permissionAttribute: {action: read}}]", "fake-first"},
		"one of both":            {"[{plugin: catalog, permission: catalog.entity.read, permissionAttribute: {action: update}}]", "fake-next"},
	} {
		t.Run(name, func(t *testing.T) {
			bare(t)
			t.Setenv("PLUGIN", "catalog")
			got := loadText(t, "backend: {auth: {externalAccess: [{type: static, options: {token: fake-first}, accessRestrictions: "+c.rules+"}, "+next+"]}}").Backstage
			if token := got.Token.Reveal(); token != c.want {
				t.Errorf("got %q, want %q", token, c.want)
			}
			if got.NoToken != "" {
				t.Errorf("there is a token, yet: %s", got.NoToken)
			}
		})
	}
}

// TestNoToken checks that a list without a usable token says which kind is needed, and how it is written.
func TestNoToken(t *testing.T) {
	const (
		legacy = "{type: legacy, options: {secret: x}}"
		jwks   = "{type: jwks, options: {url: 'https://x'}}"
		static = "type: static"
	)
	for name, c := range map[string]struct {
		list string
		says []string // none where nothing is said
	}{
		"empty":      {"[]", nil},
		"another":    {"[{type: custom}]", nil},
		"legacy":     {"[" + legacy + "]", []string{"tokens of type legacy alone", "one of type static is needed", static, "subject:", "BACKSTAGE_TOKEN"}},
		"jwks":       {"[" + jwks + "]", []string{"tokens of type jwks alone", static}},
		"both":       {"[" + legacy + ", " + jwks + ", " + legacy + "]", []string{"type legacy and jwks alone", static}},
		"restricted": {"[" + legacy + ", {type: static, options: {token: fake}, accessRestrictions: [{plugin: search}]}]", []string{"no static token", "may read the catalog", "{plugin: catalog}"}},
		"unset":      {"[{type: static, options: {token: '${NOPE}'}}]", []string{"is empty or names a variable that is not set"}},
	} {
		t.Run(name, func(t *testing.T) {
			bare(t)
			got := loadText(t, "backend: {auth: {externalAccess: "+c.list+"}}").Backstage
			if !got.Token.IsZero() || (got.NoToken != "") != (c.says != nil) {
				t.Fatalf("it says %q", got.NoToken)
			}
			for _, says := range c.says {
				if !strings.Contains(got.NoToken, says) {
					t.Errorf("%q is not in %q", says, got.NoToken)
				}
			}
		})
	}
	bare(t)
	t.Setenv("BACKSTAGE_TOKEN", "fake")
	if got := loadText(t, "backend: {auth: {externalAccess: ["+legacy+"]}}").Backstage.NoToken; got != "" {
		t.Errorf("there is a token, yet: %s", got)
	}
}
