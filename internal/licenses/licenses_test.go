package licenses

import (
	"bytes"
	"compress/gzip"
	"flag"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

//go:generate go test -count=1 -run ^TestLicenses$ . -update

var update = flag.Bool("update", false, "write the licences")

// TestLicenses compares the embedded texts with those of the modules that are linked now; -update writes them.
// It is the text that is compared: another version of Go may pack it in another way.
func TestLicenses(t *testing.T) {
	want := collect(t)
	if got, err := Text(); err == nil && got == want {
		return
	}
	if !*update {
		t.Fatal("the licences are not those of the modules that are linked: run go generate ./internal/licenses")
	}
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(want)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("licenses.txt.gz", out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// systems are those that the program is released for. No module is linked on one architecture alone.
var systems = [][2]string{{"linux", "amd64"}, {"darwin", "arm64"}}

// legal matches the files that go with a program: licences, and what they ask to keep beside them.
var legal = regexp.MustCompile(`(?i)^(licen[cs]e|copying|copyright|notice|patents|unlicense)([-._].*)?$`)

// collect returns the licences of the linked modules as one text, those that are equal once.
func collect(t *testing.T) string {
	t.Helper()
	names := map[string][]string{} // by text
	add := func(name, file string) {
		doc, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\f", "").Replace(string(doc)))
		name += " (" + filepath.Base(file) + ")"
		if !slices.Contains(names[text], name) {
			names[text] = append(names[text], name)
		}
	}
	add("conviso-importer", filepath.Join("..", "..", "LICENSE"))
	linked := modules(t)
	for _, module := range slices.Sorted(maps.Keys(linked)) {
		found := 0
		for _, file := range files(t, linked[module]) {
			add(module, file)
			found++
			if strings.HasPrefix(module, "golang.org/x/sys ") {
				add("Go's runtime and standard library", file)
			}
		}
		if found == 0 {
			t.Errorf("%s has no licence that could be found; look there under which name it is", module)
		}
	}
	var all strings.Builder
	all.WriteString("The licences of this program and of everything that is linked into it.\n")
	texts := slices.SortedFunc(maps.Keys(names), func(a, b string) int { return strings.Compare(names[a][0]+a, names[b][0]+b) })
	for _, text := range texts {
		all.WriteString("\n" + strings.Repeat("=", 80) + "\n" + strings.Join(names[text], "\n") + "\n" + strings.Repeat("-", 80) + "\n\n" + text + "\n")
	}
	return all.String()
}

// modules returns the folders of linked packages by module and version.
func modules(t *testing.T) map[string][]string {
	t.Helper()
	linked := map[string][]string{}
	for _, system := range systems {
		cmd := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}\t{{.Dir}}\t{{$.Dir}}{{end}}{{end}}", "conviso-importer")
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system[0], "GOARCH="+system[1], "GOFLAGS=")
		var errs strings.Builder
		cmd.Stderr = &errs
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("go list: %v\n%s", err, errs.String())
		}
		for line := range strings.Lines(string(out)) {
			part := strings.Split(strings.TrimSpace(line), "\t")
			if len(part) != 3 {
				continue // It belongs to the standard library.
			}
			for dir := part[2]; ; dir = filepath.Dir(dir) {
				if !slices.Contains(linked[part[0]], dir) {
					linked[part[0]] = append(linked[part[0]], dir)
				}
				if dir == part[1] || len(dir) <= len(part[1]) {
					break
				}
			}
		}
	}
	if len(linked) == 0 {
		t.Fatal("no module is linked")
	}
	return linked
}

// files returns the legal files in folders, in a fixed order.
func files(t *testing.T, dirs []string) []string {
	t.Helper()
	var all []string
	for _, dir := range slices.Sorted(slices.Values(dirs)) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			if name := entry.Name(); entry.Type().IsRegular() && legal.MatchString(name) && filepath.Ext(name) != ".go" {
				all = append(all, filepath.Join(dir, name))
			}
		}
	}
	return all
}
