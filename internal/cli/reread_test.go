package cli

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/internal/config"
	"conviso-importer/internal/host"
	"conviso-importer/internal/secret"
	"conviso-importer/internal/workspace"
)

// TestRefusedSettings checks that errors about a key or token begin with its setting.
func TestRefusedSettings(t *testing.T) {
	file := func(b *bench, text string) string {
		path := filepath.Join(b.t.TempDir(), "settings")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			b.t.Fatal(err)
		}
		return path
	}
	key := func(b *bench) { b.t.Setenv("CONVISO_API_KEY", "") }
	token := func(b *bench) { b.t.Setenv("BACKSTAGE_TOKEN", "") }
	for name, c := range map[string]struct {
		prepare func(b *bench) (args []string)
		want    string
	}{
		"key": {func(b *bench) []string { b.t.Setenv("CONVISO_API_KEY", "wrong"); return nil }, "CONVISO_API_KEY is refused by Conviso: "},
		"key of a file": {func(b *bench) []string {
			key(b)
			b.t.Setenv("CONVISO_API_KEY_FILE", file(b, "wrong"))
			return nil
		}, "CONVISO_API_KEY_FILE is refused by Conviso: "},
		"key of the configuration": {func(b *bench) []string {
			key(b)
			return []string{"--config", file(b, "conviso: {apiKey: wrong}")}
		}, "conviso.apiKey in "},
		"token": {func(b *bench) []string { b.t.Setenv("BACKSTAGE_TOKEN", "wrong"); return nil }, "BACKSTAGE_TOKEN is refused by Backstage: "},
		"token of the configuration": {func(b *bench) []string {
			token(b)
			return []string{"--config", file(b, "backend: {auth: {externalAccess: [{type: static, options: {token: wrong}}]}}")}
		}, "backend.auth.externalAccess"},
		"no token": {func(b *bench) []string { token(b); return nil }, "BACKSTAGE_TOKEN is wanted by Backstage: "},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			t.Setenv("CONVISO_COMPANY_ID", "1042")
			args := c.prepare(b)
			code, _, said := b.run(append([]string{"refresh"}, args...)...)
			if code != exitAuth || !strings.HasPrefix(said, "conviso-importer: "+c.want) && !strings.Contains(said, "\nconviso-importer: "+c.want) {
				t.Errorf("exit %d: %s", code, said)
			}
		})
	}
}

// TestMendedSecrets checks that a corrected file is used without a restart and masked in reports.
func TestMendedSecrets(t *testing.T) {
	b := newBench(t)
	dir := t.TempDir()
	path := map[string]string{}
	put := func(variable, text string) {
		path[variable] = filepath.Join(dir, variable)
		if err := os.WriteFile(path[variable], []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, variable := range []string{"CONVISO_API_KEY", "BACKSTAGE_TOKEN"} {
		put(variable, "fake-"+variable+"-that-is-wrong")
		t.Setenv(variable, "")
		t.Setenv(variable+"_FILE", path[variable])
	}
	t.Setenv("CONVISO_COMPANY_ID", "1042")
	c, err := config.Load(config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	a := &app{end: &host.Ending{}}
	w, err := a.open(t.Context(), c, false, workspace.RecallNothing, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for range 2 {
		if _, err := w.Engine.LoadAssets(t.Context(), nil); !errors.Is(err, conviso.ErrAuth) || !strings.Contains(err.Error(), "the next try reads the file again") {
			t.Fatalf("the wrong key: %v", err)
		}
		if _, err := w.Engine.ReadCatalog(t.Context()); !errors.Is(err, catalog.ErrAuth) || !strings.Contains(err.Error(), "BACKSTAGE_TOKEN_FILE") {
			t.Fatalf("the wrong token: %v", err)
		}
	}
	put("CONVISO_API_KEY", b.Key.Reveal())
	put("BACKSTAGE_TOKEN", b.Token.Reveal())
	if _, err := w.Engine.LoadAssets(t.Context(), nil); err != nil {
		t.Errorf("the mended key: %v", err)
	}
	if _, err := w.Engine.ReadCatalog(t.Context()); err != nil {
		t.Errorf("the mended token: %v", err)
	}
	for _, want := range []secret.Secret{b.Key, b.Token} {
		if got := a.end.Redact("x " + want.Reveal()); strings.Contains(got, want.Reveal()) {
			t.Error("a report would hold what was read again")
		}
	}
	// A key replaced before it is refused costs no failure.
	b.Platform.SetKey(secret.New("fake-key-of-tomorrow"))
	put("CONVISO_API_KEY", "fake-key-of-tomorrow")
	if _, err := w.Engine.LoadAssets(t.Context(), nil); err != nil {
		t.Errorf("the renewed key: %v", err)
	}
}
