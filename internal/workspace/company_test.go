package workspace

import (
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"conviso-importer/conviso"
	"conviso-importer/internal/config"
)

// TestMemoryIsShared checks that concurrent processes always read a whole file.
func TestMemoryIsShared(t *testing.T) {
	m := memory{path: filepath.Join(t.TempDir(), "companies.json"), key: "here"}
	m.keep(remembered{Company: conviso.Company{ID: "1", Label: "Acme"}})
	var writers sync.WaitGroup
	for i := range 4 {
		writers.Go(func() {
			for range 50 {
				memory{path: m.path, key: "k" + strconv.Itoa(i)}.keep(remembered{Company: conviso.Company{ID: "2", Label: "Other"}})
				if len(m.read()) == 0 {
					t.Error("the file is not whole")
				}
			}
		})
	}
	writers.Wait()
	left, err := os.ReadDir(filepath.Dir(m.path))
	if err != nil || len(left) != 1 {
		t.Errorf("the folder holds %v, %v", left, err)
	}
}

// TestSwitchedCompany checks that a switch lasts for the session and is remembered only if no
// setting decides.
func TestSwitchedCompany(t *testing.T) {
	other := conviso.Company{ID: "2001", Label: "Acme Seguros"}
	for name, c := range map[string]struct{ configured, words, remembered string }{
		"chosen before": {"", "This is company 2001 Acme Seguros now, and at the next start.", "2001"},
		"configured":    {"1042", "This is company 2001 Acme Seguros for this session; the next start is for 1042 again.", "1042"},
	} {
		t.Run(name, func(t *testing.T) {
			conf := &config.Config{StateDir: t.TempDir()}
			conf.Backstage.AppURL = &url.URL{Scheme: "https", Host: "portal.acme.test"}
			conf.Conviso.CompanyID = c.configured
			memory := openMemory(conf)
			memory.keep(remembered{Company: conviso.Company{ID: "1042", Label: "Acme Bank"}})
			if got, _, err := companyOf(t.Context(), conf, nil, Options{Company: other}); err != nil || got != other {
				t.Errorf("the session is for %v, %v", got, err)
			}
			if got, _ := memory.company(); got.ID != c.remembered {
				t.Errorf("remembered is %v", got)
			}
			if got := SwitchText(conf, other); !strings.HasPrefix(got, strings.TrimSuffix(c.words, ".")) {
				t.Errorf("it says %q", got)
			}
		})
	}
}
