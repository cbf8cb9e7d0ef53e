package backstage

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"conviso-importer/catalog"
	"conviso-importer/internal/demo"
)

// TestUnlistedEntities protects entities that a list lacks though the catalog has them: each is asked for by ref
// before it counts as gone, and one that cannot be asked for leaves the list a part.
func TestUnlistedEntities(t *testing.T) {
	world := demo.NewCatalog(demo.CatalogOptions{})
	for _, name := range []string{"a", "b", "c", "d"} {
		world.Add(demo.Entity{Name: name, Owner: "team-a", Type: "service", Lifecycle: "production"})
	}
	hidden, broken, asked := "", false, 0
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/by-refs") {
			if asked++; broken {
				w.WriteHeader(http.StatusForbidden)
				return
			}
		}
		answer := httptest.NewRecorder()
		r.Header.Del("Accept-Encoding")
		world.ServeHTTP(answer, r)
		var page struct {
			Items []struct {
				Metadata struct{ Name string }
			}
		}
		var whole map[string]any
		_ = json.Unmarshal(answer.Body.Bytes(), &page)
		_ = json.Unmarshal(answer.Body.Bytes(), &whole)
		if hidden != "" && strings.HasSuffix(r.URL.Path, "/by-query") {
			var kept []any
			for i, item := range whole["items"].([]any) {
				if !strings.Contains(hidden, page.Items[i].Metadata.Name) {
					kept = append(kept, item)
				}
			}
			whole["items"], whole["totalItems"] = kept, len(kept)
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(whole)
	})
	source := NewSource(client, openStore(t, t.TempDir()), "https://a.example.com", []string{"component"})
	list := func(wantErr bool) *catalog.Snapshot {
		t.Helper()
		all, err := load(t.Context(), source)
		if (err != nil) != wantErr {
			t.Fatal(err)
		}
		return all[len(all)-1]
	}
	if n := list(false).Len(); n != 4 || asked != 0 {
		t.Fatalf("%d at first, asked %d times", n, asked)
	}
	hidden = "c"
	world.Remove("component:default/d")
	for range 2 {
		snap := list(false)
		row, ok := snap.Row("component:default/c")
		if snap.Len() != 3 || !ok || !snap.Complete || snap.At(row).Owner != "team-a" || snap.At(row).Kind != "Component" {
			t.Errorf("%d are listed, c among them: %v", snap.Len(), ok)
		}
	}
	if asked != 2 {
		t.Errorf("asked %d times", asked)
	}
	broken = true
	if snap := list(true); snap.Complete {
		t.Error("an entity that could not be asked for counts as gone")
	}
}
