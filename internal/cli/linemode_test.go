package cli

import (
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

func TestWantsLines(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		system, accessible, term string
		terminal, lines          bool
	}{
		{"linux", "", "xterm-256color", true, false},
		{"linux", "", "xterm-256color", false, false},
		{"linux", "1", "xterm-256color", true, true},
		{"linux", "1", "xterm-256color", false, true},
		{"linux", "yes", "", false, true},
		{"linux", "", "dumb", true, true},
		{"linux", "", "dumb", false, true},
		{"linux", "", "", true, true},
		{"linux", "", "unknown", true, true},
		{"linux", "", "", false, false},
		{"linux", "", "unknown", false, false},
		{"linux", "", "no-such-terminal", true, false},
		{"windows", "", "", true, false},
		{"windows", "1", "", true, true},
	} {
		env := map[string]string{"ACCESSIBLE": c.accessible, "TERM": c.term}
		if got := wantsLines(c.system, func(name string) string { return env[name] }, c.terminal); got != c.lines {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// TestFirstRunInLines checks that the answers are tested and printed as exports without secrets.
func TestFirstRunInLines(t *testing.T) {
	b := newBench(t)
	url := b.CatalogURL
	for name, value := range map[string]string{"ACCESSIBLE": "1", "TERM": "xterm", "BACKSTAGE_URL": "", "BACKSTAGE_TOKEN": "", "CONVISO_API_KEY": ""} {
		t.Setenv(name, value)
	}
	answers := strings.Join([]string{url, b.Token.Reveal(), "wrong-key", "", "", b.Key.Reveal(), "/checkout", "1", "q"}, "\n") + "\n"
	code, out, errs := b.typing(answers)
	if code != exitDone || errs != "" {
		t.Errorf("exit %d, %s\n%s", code, errs, out)
	}
	for _, want := range []string{"Backstage: ok.", "! Conviso: ", "Conviso: ok.", "Filter: checkout", "1 marked in all",
		"export BACKSTAGE_URL=" + url, "export BACKSTAGE_TOKEN=", "export CONVISO_API_KEY="} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not said in\n%s", want, out)
		}
	}
	for _, secret := range []string{b.Token.Reveal(), b.Key.Reveal(), "wrong-key"} {
		if strings.Contains(out, secret) {
			t.Error("a secret is in the output")
		}
	}
}

// TestCompanyInLines checks the question for the company. Lines that come through a pipe may be a script's,
// which no earlier choice may redirect: it is asked each time.
func TestCompanyInLines(t *testing.T) {
	b := newBench(t)
	platform := httptest.NewServer(faulty.NewPlatform(demo.PlatformOptions{
		Companies: []demo.Company{{ID: "1042", Label: "Acme Bank"}, {ID: "7", Label: "Acme Labs"}}}))
	defer platform.Close()
	t.Setenv("CONVISO_API_BASE", platform.URL)
	t.Setenv("ACCESSIBLE", "1")
	code, out, errs := b.typing("q\n")
	if code != exitFailure || !strings.Contains(errs, "nothing was chosen") {
		t.Errorf("q: exit %d, %s\n%s", code, errs, out)
	}
	code, out, errs = b.typing("2\nq\n")
	if code != exitDone || !strings.Contains(out, "Which one do the assets go to?") || !strings.Contains(out, "company: 7 Acme Labs") {
		t.Errorf("1: exit %d, %s\n%s", code, errs, out)
	}
	if _, out, _ = b.typing("q\n"); !strings.Contains(out, "Which one") {
		t.Errorf("not asked again:\n%s", out)
	}
}

// typing runs the program without arguments on some input.
func (b *bench) typing(text string) (code int, out, errs string) {
	b.t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	if _, err := w.WriteString(text); err != nil {
		b.t.Fatal(err)
	}
	_ = w.Close()
	var stdout, stderr strings.Builder
	code = (&app{in: r, out: &stdout, err: &stderr}).run(b.t.Context(), nil)
	return code, stdout.String(), stderr.String()
}
