//go:build backstage

package backstage

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// descriptor is an entity as it is handed to the catalog.
type descriptor struct {
	APIVersion string   `json:"apiVersion"`
	Kind       string   `json:"kind"`
	Metadata   metadata `json:"metadata"`
	Spec       spec     `json:"spec"`
}

type metadata struct {
	Name        string            `json:"name"`
	Namespace   string            `json:"namespace,omitempty"`
	Title       string            `json:"title,omitempty"`
	Description string            `json:"description,omitempty"`
	Tags        []string          `json:"tags,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

type spec struct {
	Type      string   `json:"type,omitempty"`
	Lifecycle string   `json:"lifecycle,omitempty"`
	Owner     string   `json:"owner,omitempty"`
	System    string   `json:"system,omitempty"`
	Children  []string `json:"children,omitzero"`
}

// Words that the generated catalog is made of.
var (
	nouns      = strings.Fields("account basket billing catalog checkout customer delivery fraud invoice ledger login order payment price refund report search stock token voucher")
	roles      = strings.Fields("api batch cache events gateway jobs proxy store sync web worker")
	namespaces = []string{"", "", "", "default", "payments", "platform", "data-eng"}
	types      = []string{"service", "service", "website", "library", "mobile", "database", "Data Pipeline", "lambda"}
	lifecycles = []string{"production", "production", "experimental", "deprecated", "pilot", "Sunset"}
	tags       = []string{"go", "java", "c++", "c#", "pci", "tier:1", "tier:2", "internal", "frontend"}
	texts      = []string{
		"Emissão de boletos e notificações", "決済サービス（本番環境）", "Überweisungen für Girokonten", "Возвраты и сверка",
		"خدمة الدفع الإلكتروني", "fast 🚀 and joined 👩‍💻", "first\nsecond\r\n\tthird", "red \x1b[31malert\x1b[0m \x07", "user\u202etxt.exe",
	}
)

// generate writes a catalog of n components, and what they refer to, into a file; it
// returns the file and the number of entities in it. The same n gives the same catalog.
func generate(t *testing.T, n int) (file string, entities int) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "generated.jsonl")
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(out)
	encode := json.NewEncoder(w)
	put := func(kind string, m metadata, s spec) {
		if err := encode.Encode(descriptor{"backstage.io/v1alpha1", kind, m, s}); err != nil {
			t.Fatal(err)
		}
		entities++
	}
	for i := range 40 {
		put("Group", metadata{Name: fmt.Sprintf("team-%d", i)}, spec{Type: "team", Children: []string{}})
		put("System", metadata{Name: fmt.Sprintf("system-%d", i)}, spec{Owner: fmt.Sprintf("team-%d", i)})
	}
	r := rand.New(rand.NewPCG(1, uint64(n)))
	for i := 0; i < n; i++ {
		m, s := component(r, i)
		put("Component", m, s)
		// Every fiftieth has a twin of the same name in a namespace of its own.
		if i%50 == 0 && i+1 < n {
			i++
			m.Namespace, m.Description = "twins", "The twin of "+m.Name
			put("Component", m, s)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return file, entities
}

// component makes the i-th component.
func component(r *rand.Rand, i int) (metadata, spec) {
	m := metadata{
		Name:        fmt.Sprintf("%s-%s_%05d", pick(r, nouns), pick(r, roles), i),
		Namespace:   pick(r, namespaces),
		Description: fmt.Sprintf("The %s of the %s, number %d.", pick(r, roles), pick(r, nouns), i),
		Annotations: map[string]string{"github.com/project-slug": fmt.Sprintf("acme/repo-%d", i)},
	}
	switch i % 20 {
	case 1:
		m.Description = ""
	case 2:
		m.Description = texts[i/20%len(texts)]
	case 3:
		m.Description = strings.Repeat(pick(r, nouns)+" ", 400)
	case 4:
		m.Title = strings.ToUpper(m.Name) + " " + texts[i/20%len(texts)]
	case 5:
		m.Name = strings.ToUpper(m.Name)
	}
	for range i % 4 {
		m.Tags = append(m.Tags, pick(r, tags))
	}
	s := spec{Type: pick(r, types), Lifecycle: pick(r, lifecycles)}
	// The spellings of one and the same owner, and owners that do not exist.
	team := i % 40
	s.Owner = []string{
		fmt.Sprintf("team-%d", team), fmt.Sprintf("group:team-%d", team), fmt.Sprintf("group:default/team-%d", team),
		fmt.Sprintf("Group:Default/Team-%d", team), fmt.Sprintf("default/team-%d", team), fmt.Sprintf("user:user-%d", team), "nobody",
	}[i%7]
	if i%3 == 0 {
		s.System = fmt.Sprintf("system-%d", team)
	}
	return m, s
}

func pick(r *rand.Rand, from []string) string { return from[r.IntN(len(from))] }
