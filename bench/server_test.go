package bench

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"conviso-importer/catalog"
	"conviso-importer/internal/demo"
)

// imported is the number of rows with an asset.
func imported(rows int) int { return min(rows/20, 5000) }

// home is a user's folders and servers, with the catalog in the cache.
type home struct {
	dir               string
	rows              int
	catalog, platform *httptest.Server
}

// homes are the filled ones by their number of rows.
var homes = map[int]*home{}

func homeOf(t *testing.T, rows int) *home {
	t.Helper()
	if h := homes[rows]; h != nil {
		return h
	}
	h := &home{dir: filepath.Join(scratch, strconv.Itoa(rows)), rows: rows,
		catalog: httptest.NewServer(serveRows(rows)), platform: httptest.NewServer(platformOf(rows))}
	homes[rows] = h
	if err := os.MkdirAll(h.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(product, "refresh", "-o", "json")
	cmd.Env, cmd.Dir = h.env(), h.dir
	out, err := cmd.Output()
	var read struct{ Entities, Assets int }
	if err != nil || json.Unmarshal(out, &read) != nil || read.Entities != rows || read.Assets != imported(rows) {
		t.Fatalf("the cache was not filled with %d rows: %v\n%s", rows, err, out)
	}
	return h
}

func (h *home) env(more ...string) []string {
	return append([]string{"TERM=xterm-256color", "LANG=C.UTF-8", "HOME=" + h.dir, "TMPDIR=" + h.dir, "PATH=" + os.Getenv("PATH"),
		"BACKSTAGE_URL=" + h.catalog.URL, "BACKSTAGE_TOKEN=fake-token", "CONVISO_ENVIRONMENT=local", "CONVISO_COMPANY_ID=1042",
		"CONVISO_API_BASE=" + h.platform.URL, "CONVISO_API_KEY=fake-key",
		"CONVISO_STATE_DIR=" + filepath.Join(h.dir, "state"), "CONVISO_CACHE_DIR=" + filepath.Join(h.dir, "cache")}, more...)
}

// table opens the table offline, with more settings.
func (h *home) table(t *testing.T, more ...string) *terminal {
	t.Helper()
	return start(t, h.env(more...), nil, product, "--offline")
}

// first is the name of the table's first row.
func (h *home) first() string {
	least := row(0).Name
	for i := range h.rows {
		least = min(least, row(i).Name)
	}
	return least
}

// hits is the number of rows with a word.
func (h *home) hits(word string) int {
	n := 0
	for i := range h.rows {
		e := row(i)
		if naive(&e, []string{word}) {
			n++
		}
	}
	return n
}

func (h *home) fzf(t *testing.T, args ...string) *terminal {
	t.Helper()
	in, err := os.Open(h.lines(t))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	env := []string{"TERM=xterm-256color", "LANG=C.UTF-8", "HOME=" + h.dir, "PATH=" + os.Getenv("PATH")}
	return start(t, env, in, rival, append([]string{"--exact", "--multi", "--layout=reverse"}, args...)...)
}

// lines is the file of fzf's rows.
func (h *home) lines(t *testing.T) string {
	t.Helper()
	name := filepath.Join(h.dir, "lines")
	if _, err := os.Stat(name); err == nil {
		return name
	}
	var text []byte
	for i := range h.rows {
		e := row(i)
		text = append(append(text, line(&e)...), '\n')
	}
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// serveRows serves the catalog's list and details. It generates each page; a cursor is the index of
// its first row.
func serveRows(rows int) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/catalog/entities/by-query", func(w http.ResponseWriter, r *http.Request) {
		first, _ := strconv.Atoi(r.URL.Query().Get("cursor"))
		limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
		end := min(rows, first+limit)
		items := make([]any, 0, end-first)
		for i := first; i < end; i++ {
			items = append(items, entityJSON(i))
		}
		info := map[string]any{}
		if end < rows {
			info["nextCursor"] = strconv.Itoa(end)
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"items": items, "totalItems": rows, "pageInfo": info})
	})
	mux.HandleFunc("POST /api/catalog/entities/by-refs", func(w http.ResponseWriter, r *http.Request) {
		var asked struct {
			EntityRefs []catalog.Ref `json:"entityRefs"`
		}
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		items := make([]any, len(asked.EntityRefs))
		for i, ref := range asked.EntityRefs {
			_, name, _ := strings.Cut(string(ref), "/")
			items[i] = entityJSON(indexOf(name))
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"items": items})
	})
	return mux
}

// entityJSON is the entity at an index in the catalog's JSON.
func entityJSON(i int) any {
	e := row(i)
	return map[string]any{"kind": e.Kind,
		"metadata": map[string]any{"uid": e.UID, "name": e.Name, "namespace": e.Namespace, "title": e.Title,
			"description": e.Description, "tags": e.Tags},
		"spec": map[string]any{"type": e.Type, "lifecycle": e.Lifecycle, "owner": e.Owner, "system": e.System}}
}

// platformOf serves a platform with some rows as assets.
func platformOf(rows int) http.Handler {
	p := demo.NewPlatform(demo.PlatformOptions{})
	for i := range imported(rows) {
		p.AddAssets("1042", demo.Asset{Name: row(i * max(1, rows/imported(rows))).Name, AssetType: "api", LifeCycle: "production"})
	}
	return p
}

// grouped formats a row count as in a heading.
func grouped(n int) string {
	switch {
	case n >= 1_000_000 && n%1_000_000 == 0:
		return fmt.Sprintf("%dM", n/1_000_000)
	case n >= 1000 && n%1000 == 0:
		return fmt.Sprintf("%dk", n/1000)
	}
	return strconv.Itoa(n)
}
