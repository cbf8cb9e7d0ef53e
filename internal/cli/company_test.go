package cli

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// severalCompanies gives the bench a platform whose key sees two companies, and the memory of a person who
// looked at the second one in the table.
func (b *bench) severalCompanies() *faulty.Platform {
	b.t.Helper()
	several := faulty.NewPlatform(demo.PlatformOptions{Companies: []demo.Company{{ID: "1042", Label: "Acme Bank"}, {ID: "22", Label: "Acme Labs"}}})
	server := httptest.NewServer(several)
	b.t.Cleanup(server.Close)
	b.t.Setenv("CONVISO_API_BASE", server.URL)
	state := os.Getenv("CONVISO_STATE_DIR")
	if err := os.MkdirAll(state, 0o700); err != nil {
		b.t.Fatal(err)
	}
	memory := `{"` + os.Getenv("BACKSTAGE_URL") + " " + server.URL + `": {"id": "22", "label": "Acme Labs"}}`
	if err := os.WriteFile(filepath.Join(state, "companies.json"), []byte(memory), 0o600); err != nil {
		b.t.Fatal(err)
	}
	return several
}

// TestLastLookDecidesNothing protects a company from imports that were meant for another one: what a
// person looked at last is no setting. Every command has to be here.
func TestLastLookDecidesNothing(t *testing.T) {
	const refuses, names, says = "set CONVISO_COMPANY_ID", "1042 (Acme Bank), 22 (Acme Labs)", "this is for 22 Acme Labs, the last one used here"
	type outcome struct {
		args []string
		code int
		says []string
		not  string
	}
	cases := map[string][]outcome{
		"import": {
			{[]string{"--all-new"}, exitUsage, []string{refuses, names}, ""},
			{[]string{"--all-new", "--dry-run"}, exitUsage, []string{refuses, names}, ""},
			{[]string{"--query", "checkout"}, exitUsage, []string{refuses, names}, ""},
			{[]string{"component:default/x"}, exitUsage, []string{refuses, names}, ""},
			{[]string{"--plan", os.DevNull}, exitUsage, []string{refuses, names}, ""},
			{[]string{"--all-new", "--offline"}, exitUnavailable, []string{says, "nothing is cached"}, ""},
			{[]string{"--all-new", "--dry-run", "--company", "22"}, exitDone, []string{}, "last one used"},
		},
		"resume": {
			{nil, exitUsage, []string{refuses, names}, ""},
			{[]string{"--company", "22"}, exitDone, []string{"nothing is left"}, "last one used"},
		},
		"queue": {
			{[]string{"drop", "component:default/x"}, exitUsage, []string{refuses, names}, ""},
			{[]string{"drop", "--all"}, exitUsage, []string{refuses, names}, ""},
			{[]string{"drop", "--all", "--company", "22"}, exitDone, []string{"nothing of it waits"}, "last one used"},
			{[]string{"drop", "--all", "--offline"}, exitDone, []string{says}, ""},
		},
		"refresh": {
			{nil, exitUsage, []string{refuses, names}, ""},
			{[]string{"--company", "22"}, exitDone, nil, "last one used"},
		},
		"list": {
			{nil, exitDone, []string{says, refuses}, ""},
			{[]string{"-o", "json"}, exitDone, []string{says}, ""},
			{[]string{"--company", "22"}, exitDone, nil, "last one used"},
			{[]string{"--offline"}, exitUnavailable, []string{says}, ""},
		},
		// These ask for no company.
		"demo": nil, "version": nil, "man": nil, "completion": nil, "help": nil,
	}
	for _, cmd := range (&app{}).root().Commands() {
		if _, ok := cases[cmd.Name()]; !ok && !strings.HasPrefix(cmd.Name(), "break-") {
			t.Errorf("%s is missing: say whose company it takes", cmd.Name())
		}
	}
	for name, outcomes := range cases {
		for _, c := range outcomes {
			args := append([]string{name}, c.args...)
			t.Run(strings.Join(args, " "), func(t *testing.T) {
				b := newBench(t)
				platform := b.severalCompanies()
				code, _, errs := b.run(args...)
				if code != c.code || c.not != "" && strings.Contains(errs, c.not) {
					t.Errorf("exit %d, want %d: %s", code, c.code, errs)
				}
				for _, want := range c.says {
					if !strings.Contains(errs, want) {
						t.Errorf("%q is not said: %s", want, errs)
					}
				}
				if sent := platform.Imports().Mutations; sent != 0 {
					t.Errorf("%d mutations were sent", sent)
				}
			})
		}
	}
}

// TestOnlyCompany checks that a company that nobody had to choose is used without a word, and that a key
// which has come to see several stops the next import.
func TestOnlyCompany(t *testing.T) {
	b := newBench(t)
	b.want(exitDone, nil, "refresh")
	if errs := b.want(exitDone, nil, "list"); errs != "" {
		t.Errorf("it says %s", errs)
	}
	b.severalCompanies()
	if errs := b.want(exitUsage, nil, "import", "--all-new"); !strings.Contains(errs, "the key sees 2 companies") {
		t.Errorf("it says %s", errs)
	}
}
