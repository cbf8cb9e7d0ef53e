package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// twoCompanies is a world whose key sees two companies, of which the first has all assets.
func twoCompanies(t *testing.T) *world {
	t.Helper()
	d, err := faulty.Start(demo.Options{Still: true, Companies: []demo.Company{{ID: "2001", Label: "Acme Seguros"}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return &world{World: d, t: t, dir: t.TempDir()}
}

// TestSwitchCompany protects the way from one company to another without leaving the
// program: the table opens again with the filter and the kinds that it had, statuses are the
// other company's, the choice is remembered for
// the table but for no command that sends, and the filter comes back at the next start.
func TestSwitchCompany(t *testing.T) {
	const limit = 20 * time.Second
	w := twoCompanies(t)
	p := start(t, launch{columns: 120, rows: 30, env: w.env()})
	p.await("The Conviso key sees 2 companies", limit)
	p.press("\r")
	p.await("Imported 52", limit)
	p.press("/checkout\r:company 7\r")
	p.await(`The key sees no company "7". It sees 1042 Acme Bank, 2001 Acme Seguros.`, limit)
	at := len(p.text())
	p.press(":company seg\t\r")
	at = p.awaitAfter(at, "company 2001 Acme Seguros", limit)
	p.awaitAfter(at, "This is company 2001 Acme Seguros now, and at the next start.", limit)
	p.awaitAfter(at, "Imported 0", limit)
	p.awaitAfter(at, "21 of 240", limit)
	p.press("q")
	if code := p.end(limit); code != 0 {
		t.Errorf("exit %d", code)
	}
	p.restored()

	// A cron job does not follow.
	for _, args := range [][]string{{"import", "--all-new"}, {"resume"}, {"refresh"}} {
		cmd := w.command(args...)
		text, _ := cmd.CombinedOutput()
		t.Logf("%v: exit %d\n%s", args, cmd.ProcessState.ExitCode(), text)
		if cmd.ProcessState.ExitCode() != 2 || !strings.Contains(string(text), "1042 (Acme Bank), 2001 (Acme Seguros)") {
			t.Errorf("%v: exit %d\n%s", args, cmd.ProcessState.ExitCode(), text)
		}
	}
	if sent := w.Platform.Imports().Mutations; sent != 0 {
		t.Errorf("%d mutations were sent", sent)
	}

	p = start(t, launch{columns: 120, rows: 30, env: w.env()})
	p.await("company 2001 Acme Seguros", limit)
	p.await("Imported 0", limit)
	p.press("/\x1b[A\r")
	p.await("21 of 240", limit)
	p.press(":kind api\r")
	p.await("kind API", limit)
	p.press(":q\r")
	if code := p.end(limit); code != 0 {
		t.Errorf("exit %d", code)
	}
	p.restored()
	filters, err := os.ReadFile(filepath.Join(w.dir, "state", "filters"))
	if err != nil || strings.TrimSpace(string(filters)) != "checkout" {
		t.Errorf("kept filters are %q, %v", filters, err)
	}
}

// TestSwitchForTheSession protects a company that is configured from a switch in the table:
// it holds until the end, says so, and is not remembered.
func TestSwitchForTheSession(t *testing.T) {
	const limit = 20 * time.Second
	w := twoCompanies(t)
	env := append(w.env(), "CONVISO_COMPANY_ID=1042")
	for range 2 {
		p := start(t, launch{columns: 120, rows: 30, env: env})
		p.await("Imported 52", limit)
		p.press(":company 2001\r")
		p.await("for this session; the next start is for 1042 again (environment CONVISO_COMPANY_ID).", limit)
		p.press("q")
		if code := p.end(limit); code != 0 {
			t.Errorf("exit %d", code)
		}
	}
}
