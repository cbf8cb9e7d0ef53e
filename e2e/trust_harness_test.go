package e2e

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
	"conviso-importer/internal/secret"
)

// Credentials of the tests about trust. They are obvious fakes, with characters that URLs,
// JSON and base64 write in other ways.
const (
	canaryKey   = "canary-KEY-not-real-0123456789/+=&'"
	canaryToken = "canary-TOKEN-not-real-0123456789/+=&"
	canaryProxy = "canary-PROXY-not-real-0123456789"
)

// account is a user with a home of their own, whose settings lead to two servers.
type account struct {
	t    *testing.T
	home string
	env  []string
}

// newAccount is an account for a catalog and a platform, with the canaries as credentials.
func newAccount(t *testing.T, catalogURL, platformURL string, more ...string) *account {
	t.Helper()
	home := t.TempDir()
	return &account{t: t, home: home, env: append([]string{
		"BACKSTAGE_URL=" + catalogURL, "BACKSTAGE_TOKEN=" + canaryToken, "CONVISO_ENVIRONMENT=local",
		"CONVISO_API_BASE=" + platformURL, "CONVISO_API_KEY=" + canaryKey, "CONVISO_COMPANY_ID=1042", "CONVISO_SETTLE=1s",
		"CONVISO_STATE_DIR=" + filepath.Join(home, "state"), "CONVISO_CACHE_DIR=" + filepath.Join(home, "cache"),
	}, more...)}
}

// ran is what became of a command.
type ran struct {
	code      int
	out, errs string
	// peak is the most memory that the process had in use, in MiB.
	peak int64
	took time.Duration
}

// run runs the program without a terminal, in the account's home.
func (a *account) run(args ...string) ran {
	a.t.Helper()
	cmd := exec.CommandContext(a.t.Context(), binary, args...)
	cmd.Env, cmd.Dir = environment(a.home, a.env...), a.home
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	began := time.Now()
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		a.t.Error(err)
		return ran{code: -1}
	}
	r := ran{code: cmd.ProcessState.ExitCode(), out: out.String(), errs: errs.String(), took: time.Since(began)}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		r.peak = usage.Maxrss / 1024
	}
	return r
}

// open runs the program in a terminal.
func (a *account) open(columns, rows uint16, args ...string) *terminal {
	a.t.Helper()
	return start(a.t, launch{columns: columns, rows: rows, env: append([]string{"HOME=" + a.home, "TMPDIR=" + a.home}, a.env...), args: args})
}

// without is the account with some settings changed; a name alone removes one.
func (a *account) without(entries ...string) *account {
	return &account{t: a.t, home: a.home, env: environment(a.home, append(a.env[:len(a.env):len(a.env)], entries...)...)[5:]}
}

// serve starts a server on loopback.
func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return srv.URL
}

// platformOf is a platform that takes the canary.
func platformOf(o demo.PlatformOptions) *faulty.Platform {
	o.Key = secret.New(canaryKey)
	return faulty.NewPlatform(o)
}

// entityMap is one entity as the catalog sends it.
type entityMap = map[string]any

// entityList is a catalog of these entities, which takes the canary.
type entityList []entityMap

// ServeHTTP implements http.Handler.
func (l entityList) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer "+canaryToken {
		http.Error(w, `{"error":{"message":"Illegal token"}}`, http.StatusUnauthorized)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if strings.HasSuffix(r.URL.Path, "/by-query") {
		_ = json.NewEncoder(w).Encode(map[string]any{"items": l, "totalItems": len(l), "pageInfo": map[string]string{}})
		return
	}
	var asked struct{ EntityRefs []string }
	_ = json.NewDecoder(r.Body).Decode(&asked)
	items := make([]any, len(asked.EntityRefs))
	for i, ref := range asked.EntityRefs {
		for _, e := range l {
			if refOf(e) == ref {
				items[i] = e
			}
		}
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"items": items})
}

// refOf is an entity's reference as the catalog knows it.
func refOf(e entityMap) string {
	m, _ := e["metadata"].(map[string]any)
	kind, _ := e["kind"].(string)
	namespace, _ := m["namespace"].(string)
	name, _ := m["name"].(string)
	return strings.ToLower(kind + ":" + namespace + "/" + name)
}

// forms are the ways in which a secret may be written.
func forms(canary string) map[string]string {
	raw := []byte(canary)
	quoted, _ := json.Marshal(canary)
	return map[string]string{
		"itself": canary, "URL": url.QueryEscape(canary), "path": url.PathEscape(canary), "hex": hex.EncodeToString(raw),
		"base64": base64.RawStdEncoding.EncodeToString(raw), "base64 for URLs": base64.RawURLEncoding.EncodeToString(raw),
		"JSON": strings.Trim(string(quoted), `"`),
		// What is cut off is half a secret.
		"beginning": canary[:len(canary)*2/3],
	}
}

// found names the first canary in a text and how it is written there, or nothing.
func found(text string, canaries ...string) string {
	low := strings.ToLower(text)
	for _, canary := range canaries {
		for name, form := range forms(canary) {
			if strings.Contains(text, form) || name == "hex" && strings.Contains(low, form) {
				return canary[:12] + " as " + name
			}
		}
	}
	return ""
}
