package conformance

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"conviso-importer/conviso/importer"
	"conviso-importer/internal/cli"
	"conviso-importer/internal/host"
	"conviso-importer/internal/printout"
)

// playCommands plays a story with command lines.
func playCommands(t *testing.T, s *story) *result {
	w := newWorld(t, s)
	r := &result{}
	for _, step := range s.commands {
		if step.happens != nil {
			step.happens(w)
			continue
		}
		args := strings.Fields(step.send)
		dry, file := slices.Contains(args, "--dry-run"), slices.Contains(args, "json")
		if !dry {
			args = append(args, "-o", "json")
		}
		before := r.said.Len()
		out := r.command(w, step.exit, args...)
		switch {
		case dry && file:
			var plan importer.Plan
			decode(t, out, &plan)
			sameFindings(t, &plan, r.reviews[len(r.reviews)-1])
		case dry:
			r.reviews = append(r.reviews, commandReview(t, out))
		case out != "":
			var job printout.Job
			decode(t, out, &job)
			r.failed, r.pending = job.Failed, job.Pending
			r.told(t, args[0], r.said.String()[before:])
		}
	}
	opened := w.open()
	defer opened.Close()
	r.observe(w, opened.Engine)
	return r
}

// told fails unless an import that was looked at before names what the dry run has named.
func (r *result) told(t *testing.T, command, said string) {
	t.Helper()
	if command != "import" || len(r.reviews) == 0 {
		return
	}
	for _, finding := range r.reviews[len(r.reviews)-1].findings {
		if !strings.Contains(said, "conviso-importer: "+finding) {
			t.Errorf("the import does not name %q but\n%s", finding, said)
		}
	}
}

// command runs the program on a world and returns its output.
func (r *result) command(w *world, exit int, args ...string) string {
	w.t.Helper()
	args = append(args, "--config", w.file)
	if w.readOnly {
		args = append(args, "--read-only")
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = null.Close() }()
	dir := w.t.TempDir()
	out, errs := created(w.t, dir, "out"), created(w.t, dir, "err")
	ctx, cancel := context.WithTimeout(w.t.Context(), guard)
	defer cancel()
	code := cli.Main(ctx, host.Process{In: null, Out: out, Err: errs,
		Exit: func(code int) { w.t.Errorf("%q takes so long that it ends itself with %d", args, code) }}, args)
	text, said := written(w.t, out), written(w.t, errs)
	r.says(text)
	r.says(said)
	if code != exit {
		w.t.Fatalf("%q ends with %d, want %d:\n%s%s", args, code, exit, text, said)
	}
	return text
}

// created makes a file for an output.
func created(t *testing.T, dir, name string) *os.File {
	t.Helper()
	file, err := os.Create(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// written closes the file of an output and returns what is in it.
func written(t *testing.T, file *os.File) string {
	t.Helper()
	_ = file.Close()
	text, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func decode(t *testing.T, text string, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), v); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
}

var (
	commandGoes = regexp.MustCompile(`^(\d+) would be sent in`)
	commandLine = regexp.MustCompile(`^\d+ `)
)

// commandReview reads what a dry run prints: what is unusual comes after the entities.
func commandReview(t *testing.T, out string) review {
	t.Helper()
	var r review
	for line := range strings.Lines(out) {
		line = strings.TrimRight(line, "\n")
		if goes := commandGoes.FindStringSubmatch(line); goes != nil {
			// A review of nothing names no number.
			r.goes = strings.TrimPrefix(goes[1], "0")
		} else if commandLine.MatchString(line) {
			r.findings = append(r.findings, squeeze(line))
		}
	}
	return r
}

// sameFindings fails unless a dry run prints what the plan file of the same holds.
func sameFindings(t *testing.T, p *importer.Plan, r review) {
	t.Helper()
	var want []string
	for _, f := range p.Findings() {
		want = append(want, squeeze(f.String()))
	}
	if len(want) == 0 || !slices.Equal(r.findings, want) {
		t.Errorf("a dry run prints\n%s\nthe plan file holds\n%s", strings.Join(r.findings, "\n"), strings.Join(want, "\n"))
	}
}
