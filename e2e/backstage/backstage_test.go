//go:build backstage

package backstage

import (
	"cmp"
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"conviso-importer/internal/safetext"
)

// TestWild protects three things on one catalog of strange but legal entities: a Backstage
// that is still starting is told from one that is not there, refused credentials are told
// apart, and nothing that an entity may hold breaks or bends the list.
func TestWild(t *testing.T) {
	install(t)
	p := build(t)
	file, atLeast := os.Getenv("WILD_CATALOG"), 1
	if _, err := os.Stat(file); err != nil {
		file, atLeast = "testdata/wild.jsonl", lines(t, "testdata/wild.jsonl")
	}
	r := startRig(t, file, true)
	const query = "/api/catalog/entities/by-query?limit=0"

	r.answers(t, query, http.StatusNotFound)
	t.Run("starting, no routes yet", func(t *testing.T) { starting(t, p, r, "still starting") })
	r.release(t)
	r.answers(t, query, http.StatusServiceUnavailable)
	t.Run("starting, no catalog yet", func(t *testing.T) { starting(t, p, r, "start") })
	r.release(t)
	r.answers(t, "/.backstage/health/v1/readiness", http.StatusOK)
	t.Run("credentials", func(t *testing.T) { credentials(t, p, r) })
	r.settle(t, atLeast)
	t.Run("list", func(t *testing.T) { compare(t, p, r) })
}

// TestGenerated protects the list at a size of many pages: every component once, none
// invented, each as the catalog's API has it.
func TestGenerated(t *testing.T) {
	install(t)
	p := build(t)
	n := 10_000
	if s := os.Getenv("E2E_ENTITIES"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	file, entities := generate(t, n)
	r := startRig(t, file, false)
	r.answers(t, "/.backstage/health/v1/readiness", http.StatusOK)
	r.settle(t, entities)
	if got := compare(t, p, r); got != n {
		t.Errorf("%d components are listed, %d were generated", got, n)
	}
}

// starting wants a sentence about a Backstage that is not up yet, with these words in it.
func starting(t *testing.T, p *product, r *rig, words string) {
	t.Helper()
	stdout, stderr, code := p.run(t, r.url, readerToken, "list", "-o", "json")
	if code != 5 || !strings.Contains(stderr, words) || len(stdout) != 0 {
		t.Errorf("exit %d, stdout %.200q, stderr %q; want exit 5 and %q", code, stdout, stderr, words)
	}
}

// credentials wants one sentence for each way of being refused.
func credentials(t *testing.T, p *product, r *rig) {
	t.Helper()
	sentences := map[string]string{}
	for name, token := range map[string]string{
		"no token":       "",
		"a wrong token":  "e2e-nobody-not-a-secret-0123456789",
		"a narrow token": strangerToken,
	} {
		stdout, stderr, code := p.run(t, r.url, token, "list", "-o", "json")
		if code != 4 || len(stdout) != 0 || !strings.Contains(stderr, "BACKSTAGE_TOKEN") {
			t.Errorf("%s: exit %d, stdout %.200q, stderr %q; want exit 4 and BACKSTAGE_TOKEN named", name, code, stdout, stderr)
		}
		if token != "" && strings.Contains(stderr, token) {
			t.Errorf("%s is printed: %q", name, stderr)
		}
		if other, said := sentences[stderr]; said {
			t.Errorf("%s and %s are told by the same sentence: %q", name, other, stderr)
		}
		sentences[stderr] = name
	}
}

// compare lists every component and holds the list against the API's own answer. It
// returns how many were listed.
func compare(t *testing.T, p *product, r *rig) int {
	t.Helper()
	total, err := r.total(t.Context(), "&filter=kind=component")
	if err != nil {
		t.Fatal(err)
	}
	status, body, err := r.get(t.Context(), "/api/catalog/entities?filter=kind=component")
	if err != nil || status != http.StatusOK {
		t.Fatalf("reading the entities answers %d, %v", status, err)
	}
	var have []descriptor
	if err := json.Unmarshal(body, &have); err != nil {
		t.Fatal(err)
	}
	listed := p.list(t, r.url)
	if len(listed) != total || len(have) != total {
		t.Errorf("%d items listed, %d entities read, totalItems %d; want three times the same", len(listed), len(have), total)
	}
	items := make(map[string]item, len(listed))
	for _, i := range listed {
		if _, twice := items[i.Ref]; twice {
			t.Errorf("%s is listed twice", i.Ref)
		}
		items[i.Ref] = i
	}
	wrong := 0
	for _, d := range have {
		if problem := differs(d, items); problem != "" {
			if wrong++; wrong <= 20 {
				t.Error(problem)
			}
		}
	}
	if wrong > 20 {
		t.Errorf("and %d more", wrong-20)
	}
	return len(listed)
}

// differs says how the listed item is not the entity made safe to print, or nothing.
func differs(d descriptor, items map[string]item) string {
	m, s := d.Metadata, d.Spec
	ref := strings.ToLower(d.Kind + ":" + m.Namespace + "/" + m.Name)
	got, ok := items[ref]
	if !ok {
		return ref + " is not listed"
	}
	for _, f := range []struct{ name, got, raw string }{
		{"kind", got.Kind, d.Kind},
		{"namespace", got.Namespace, m.Namespace},
		{"name", got.Name, m.Name},
		{"title", got.Title, m.Title},
		{"description", got.Description, m.Description},
		{"owner", got.Owner, s.Owner},
		{"type", got.Type, s.Type},
		{"lifecycle", got.Lifecycle, s.Lifecycle},
	} {
		if want := safetext.Line(f.raw); f.got != want {
			return ref + ": " + f.name + " is " + strconv.Quote(f.got) + ", want " + strconv.Quote(want)
		}
	}
	switch {
	case got.Tags == nil || !slices.EqualFunc(got.Tags, m.Tags, func(a, b string) bool { return a == safetext.Line(b) }):
		return ref + ": tags are " + strings.Join(got.Tags, " ") + ", want " + strings.Join(m.Tags, " ")
	case cmp.Or(got.Status, "unknown") == "unknown":
		return ref + ": the status is " + strconv.Quote(got.Status) + " though the platform answers"
	}
	return ""
}

// lines counts the entities of a file.
func lines(t *testing.T, name string) int {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(string(text), "\n")
}
