package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conviso-importer/internal/printout"
)

// TestTokensOfTheConfiguration checks which token of Backstage's own configuration goes to the catalog,
// and what is said where it has none to send.
func TestTokensOfTheConfiguration(t *testing.T) {
	const wrong = "{type: static, options: {token: fake-scaffolder}, accessRestrictions: "
	for name, c := range map[string]struct {
		list string // TOKEN is the one that the catalog accepts
		code int
		says string
	}{
		"the first":                  {"[{type: static, options: {token: TOKEN}}]", exitDone, ""},
		"the first is restricted":    {"[" + wrong + "[{plugin: scaffolder}]}, {type: static, options: {token: TOKEN}, accessRestrictions: [{plugin: catalog}]}]", exitDone, ""},
		"two are restricted":         {"[" + wrong + "[{plugin: scaffolder}]}, " + wrong + "[{plugin: search}, {plugin: techdocs}]}, {type: static, options: {token: TOKEN}}]", exitDone, ""},
		"the first may only delete":  {"[" + wrong + "[{plugin: catalog, permission: catalog.entity.delete}]}, {type: static, options: {token: TOKEN}}]", exitDone, ""},
		"the first may only create":  {"[" + wrong + "[{plugin: catalog, permissionAttribute: {action: create}}]}, {type: static, options: {token: TOKEN}}]", exitDone, ""},
		"all are restricted":         {"[" + wrong + "[{plugin: scaffolder}]}]", exitAuth, "no static token of backend.auth.externalAccess in "},
		"of another type":            {"[{type: legacy, options: {secret: fake}}]", exitAuth, "one of type static is needed; add {type: static, options: {token: "},
		"of two other types":         {"[{type: legacy, options: {secret: fake}}, {type: jwks, options: {url: 'https://x.example'}}]", exitAuth, "type legacy and jwks alone"},
		"restrictions that are none": {"[" + wrong + "catalog}]", exitUsage, "accessRestrictions in "},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			t.Setenv("BACKSTAGE_TOKEN", "")
			t.Setenv("CONVISO_COMPANY_ID", "1042")
			path := filepath.Join(t.TempDir(), "app-config.yaml")
			text := "backend: {auth: {externalAccess: " + strings.ReplaceAll(c.list, "TOKEN", b.Token.Reveal()) + "}}"
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			code, out, errs := b.run("list", "-o", "json", "--config", path)
			if code != c.code || !strings.Contains(errs, c.says) {
				t.Errorf("exit %d, want %d with %q: %s", code, c.code, c.says, errs)
			}
			var items []printout.Item
			if c.code == exitDone && (json.Unmarshal([]byte(out), &items) != nil || len(items) == 0) {
				t.Error("nothing is listed")
			}
			if strings.Contains(out+errs, b.Token.Reveal()) || strings.Contains(out+errs, "fake-scaffolder") {
				t.Error("a token was printed")
			}
		})
	}
}
