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
)

// TestMendedSecrets protects whoever mends a key or a token in its file while the table is
// open: the next try uses it, without a new start, and reports never hold it.
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
	s, err := a.open(t.Context(), c, false, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for range 2 {
		if _, err := s.engine.LoadAssets(t.Context(), nil); !errors.Is(err, conviso.ErrAuth) || !strings.Contains(err.Error(), "the next try reads the file again") {
			t.Fatalf("the wrong key: %v", err)
		}
		if _, err := s.engine.ReadCatalog(t.Context()); !errors.Is(err, catalog.ErrAuth) || !strings.Contains(err.Error(), "BACKSTAGE_TOKEN_FILE") {
			t.Fatalf("the wrong token: %v", err)
		}
	}
	put("CONVISO_API_KEY", b.Key.Reveal())
	put("BACKSTAGE_TOKEN", b.Token.Reveal())
	if _, err := s.engine.LoadAssets(t.Context(), nil); err != nil {
		t.Errorf("the mended key: %v", err)
	}
	if _, err := s.engine.ReadCatalog(t.Context()); err != nil {
		t.Errorf("the mended token: %v", err)
	}
	for _, want := range []secret.Secret{b.Key, b.Token} {
		if got := a.end.Redact("x " + want.Reveal()); strings.Contains(got, want.Reveal()) {
			t.Error("a report would hold what was read again")
		}
	}
	// One that was replaced before the old one was refused costs no failure at all.
	b.Platform.SetKey(secret.New("fake-key-of-tomorrow"))
	put("CONVISO_API_KEY", "fake-key-of-tomorrow")
	if _, err := s.engine.LoadAssets(t.Context(), nil); err != nil {
		t.Errorf("the renewed key: %v", err)
	}
}
