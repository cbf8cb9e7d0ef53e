package host

import (
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conviso-importer/internal/safego"
	"conviso-importer/internal/secret"
)

// TestReport checks that a report is printable and free of secrets in any encoding.
func TestReport(t *testing.T) {
	canary := secret.New("canary/1+2=fake")
	for name, value := range map[string]any{
		"a secret":       "the key " + canary.Reveal() + " was refused",
		"in an error":    fmt.Errorf("wrapped: %w", errors.New(canary.Reveal())),
		"in base64":      "echoed " + base64.StdEncoding.EncodeToString([]byte(canary.Reveal())),
		"in a URL":       "https://host.test/?key=canary%2F1%2B2%3Dfake",
		"of a proxy":     "proxyconnect http://someone:canary-fake@proxy.test:3128",
		"of a header":    "map[Authorization:[Bearer canary-fake]]",
		"of another":     "X-Api-Key: canary-fake",
		"escapes":        "\x1b]52;c;canary\a canary/1+2=fake",
		"endless":        strings.Repeat("x", 1<<20),
		"no text at all": struct{ s secret.Secret }{canary},
	} {
		t.Run(name, func(t *testing.T) {
			r := reports{dir: t.TempDir(), command: "conviso-importer import", secrets: []secret.Secret{{}, canary}}
			said := r.write(safego.Panic{Value: value, Stack: []byte("goroutine 1 [running]:\nmain.main()\n\t/src/main.go:7\n")})
			files, err := filepath.Glob(filepath.Join(r.dir, "*"))
			if err != nil || len(files) != 1 || !strings.Contains(said, files[0]) {
				t.Fatalf("%q, %v, %q", files, err, said)
			}
			text, err := os.ReadFile(files[0])
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range []string{said, string(text)} {
				if strings.Contains(s, "canary-fake") || strings.Contains(s, canary.Reveal()) || strings.Contains(s, "canary%2F") ||
					strings.Contains(s, base64.StdEncoding.EncodeToString([]byte(canary.Reveal()))) ||
					strings.ContainsAny(s, "\x1b\a") || len(s) > 4<<10 {
					t.Errorf("%q", s)
				}
			}
			if !strings.Contains(string(text), "main.go:7") || !strings.Contains(string(text), "command  conviso-importer import\n") {
				t.Errorf("the report is\n%s", text)
			}
		})
	}
}

// TestReportHasNoPlace checks that a report that cannot be saved is printed.
func TestReportHasNoPlace(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a-file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	open := filepath.Join(t.TempDir(), "open") // Others could put a link there.
	if err := errors.Join(os.Mkdir(open, 0o700), os.Chmod(open, 0o777)); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"", filepath.Join(file, "state"), open} {
		r := reports{dir: dir}
		said := r.write(safego.Panic{Value: "boom", Stack: []byte("main.go:7")})
		if !strings.Contains(said, "could not be saved") || !strings.Contains(said, "main.go:7") {
			t.Errorf("%q: %q", dir, said)
		}
	}
}

// TestReportsAreFew checks that old reports are removed, whatever the folder's name.
func TestReportsAreFew(t *testing.T) {
	r := reports{dir: filepath.Join(t.TempDir(), "[odd")}
	if err := os.Mkdir(r.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for i := range keptReports {
		name := fmt.Sprintf("crash-20260101T0000%02d.000-1.txt", i)
		if err := os.WriteFile(filepath.Join(r.dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	said := r.write(safego.Panic{Value: "boom"})
	files, err := os.ReadDir(r.dir)
	if err != nil || len(files) != keptReports || files[0].Name() == "crash-20260101T000000.000-1.txt" || !strings.Contains(said, files[len(files)-1].Name()) {
		t.Errorf("%v, %v, %q", files, err, said)
	}
}
