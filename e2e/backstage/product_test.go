//go:build backstage

package backstage

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// product is the built binary and the platform that it is configured for.
type product struct {
	path  string
	world *faulty.World
}

// item is one object of `list -o json`.
type item struct {
	Ref         string   `json:"ref"`
	Kind        string   `json:"kind"`
	Namespace   string   `json:"namespace"`
	Name        string   `json:"name"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Owner       string   `json:"owner"`
	Type        string   `json:"type"`
	Lifecycle   string   `json:"lifecycle"`
	Tags        []string `json:"tags"`
	Status      string   `json:"status"`
}

// build compiles the product as it is released and starts a platform for it.
func build(t *testing.T) *product {
	t.Helper()
	path := filepath.Join(t.TempDir(), "conviso-importer")
	cmd := exec.Command("go", "build", "-trimpath", "-o", path, "../..")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	world, err := faulty.Start(demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { world.Close() })
	return &product{path, world}
}

// run runs the product against a catalog with nothing but this configuration, an empty
// cache and an empty state. No token means that none is configured.
func (p *product) run(t *testing.T, catalog, token string, args ...string) (stdout []byte, stderr string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	home := t.TempDir()
	cmd := exec.CommandContext(ctx, p.path, args...)
	cmd.Dir = home
	cmd.Env = []string{
		"HOME=" + home,
		"PATH=" + os.Getenv("PATH"),
		"BACKSTAGE_URL=" + catalog,
		"CONVISO_ENVIRONMENT=local",
		"CONVISO_API_BASE=" + p.world.PlatformURL,
		"CONVISO_API_KEY=" + p.world.Key.Reveal(),
		"CONVISO_COMPANY_ID=" + p.world.CompanyID,
		"CONVISO_CACHE_DIR=" + filepath.Join(home, "cache"),
		"CONVISO_STATE_DIR=" + filepath.Join(home, "state"),
	}
	if token != "" {
		cmd.Env = append(cmd.Env, "BACKSTAGE_TOKEN="+token)
	}
	var out, err bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &err
	began := time.Now()
	if failure := cmd.Run(); failure != nil {
		if exit, ok := errors.AsType[*exec.ExitError](failure); !ok || exit.ExitCode() < 0 {
			t.Fatalf("%v: %v after %s\n%s", args, failure, time.Since(began), err.String())
		}
	}
	t.Logf("%v took %s, exit %d", args, time.Since(began).Round(time.Millisecond), cmd.ProcessState.ExitCode())
	return out.Bytes(), err.String(), cmd.ProcessState.ExitCode()
}

// list returns what `list -o json` prints.
func (p *product) list(t *testing.T, catalog string) []item {
	t.Helper()
	stdout, stderr, code := p.run(t, catalog, readerToken, "list", "-o", "json")
	if code != 0 {
		t.Fatalf("list exits %d: %s", code, stderr)
	}
	var items []item
	if err := json.Unmarshal(stdout, &items); err != nil {
		t.Fatalf("list prints no JSON array: %v\n%.300s", err, stdout)
	}
	return items
}
