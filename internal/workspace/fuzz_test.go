package workspace

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conviso-importer/conviso"
	"conviso-importer/internal/safetext"
)

// FuzzCompanies checks that any file gives a number and a printable name.
func FuzzCompanies(f *testing.F) {
	const key = "https://backstage.example https://platform.example"
	for _, seed := range []string{
		``, `{}`, `[]`, `null`, `{"` + key + `":{"ID":"7","Label":"Acme"}}`, `{"` + key + `":{"ID":"../../x","Label":"\u001b[2J"}}`,
		`{"` + key + `":{"ID":7}}`, `{"` + key + `":null}`, `{"x":{"ID":"7"}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		m := memory{path: filepath.Join(t.TempDir(), "companies.json"), key: key}
		if err := os.WriteFile(m.path, doc, 0o600); err != nil {
			t.Fatal(err)
		}
		if company, ok := m.company(); ok && (strings.Trim(company.ID, "0123456789") != "" || company.ID == "" || safetext.Changed(company.Label)) {
			t.Fatalf("%+v was taken", company)
		}
		m.keep(remembered{Company: conviso.Company{ID: "12", Label: "Acme"}})
		if company, ok := m.company(); !ok || company.ID != "12" {
			t.Fatalf("%+v, %t after it was kept", company, ok)
		}
	})
}

func TestQueueStaysInItsFolder(t *testing.T) {
	for in, want := range map[string]string{"1042": "1042", "../../etc/x": ".._.._etc_x", "a\x00b\x1b": "a_b_", "api.example:8443": "api.example_8443"} {
		if got := fileName(in); got != want {
			t.Errorf("%q is the file %q, want %q", in, got, want)
		}
	}
}
