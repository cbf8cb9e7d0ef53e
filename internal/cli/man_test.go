package cli

import (
	"bytes"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"conviso-importer/catalog"
	"conviso-importer/internal/config"
	"conviso-importer/ui"
)

func manualSource(t *testing.T) (string, *cobra.Command) {
	t.Helper()
	root := (&app{}).root()
	root.InitDefaultCompletionCmd()
	var b bytes.Buffer
	if _, err := manual(root, "2026-11-23").WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.String(), root
}

// read returns the page without requests and fonts, on one line.
func read(source string) string {
	var lines []string
	for line := range strings.Lines(source) {
		line = strings.TrimSpace(line)
		for _, heading := range []string{".SH ", ".SS "} {
			if title, ok := strings.CutPrefix(line, heading); ok {
				line = strings.Trim(title, `"`)
			}
		}
		if !strings.HasPrefix(line, ".") {
			lines = append(lines, line)
		}
	}
	text := regexp.MustCompile(`\\f[BIR]|\\&`).ReplaceAllString(strings.Join(lines, " "), "")
	return strings.NewReplacer(`\-`, "-", `\(aq`, "'", `\(dq`, `"`, `\(ga`, "`", `\(ha`, "^", `\(ti`, "~", `\e`, `\`, `\[u2026]`, "…").Replace(text)
}

// TestManualIsComplete checks that every command, flag, key, variable, status and exit code is in
// the manual.
func TestManualIsComplete(t *testing.T) {
	source, root := manualSource(t)
	text := read(source)
	has := func(what string, parts ...string) {
		t.Helper()
		for _, part := range parts {
			if part = strings.Join(strings.Fields(part), " "); !strings.Contains(text, part) {
				t.Errorf("%s: %q is not in the manual", what, part)
			}
		}
	}
	var flags func(cmd *cobra.Command)
	flags = func(cmd *cobra.Command) {
		if !cmd.IsAvailableCommand() && cmd != root {
			return
		}
		if cmd != root {
			has("commands", cmd.Name())
		}
		for _, sub := range cmd.Commands() {
			flags(sub)
		}
		if cmd.Parent() == nil || cmd.Parent().Name() != "completion" {
			cmd.NonInheritedFlags().VisitAll(func(f *pflag.Flag) { has(cmd.Name(), "--"+f.Name) })
		}
	}
	flags(root)
	for _, s := range ui.Keys() {
		has("keys", s.Name, s.About)
		for _, group := range s.Groups {
			for _, k := range group.Keys {
				has("keys of "+s.Name, k.Shown+" "+k.Help)
			}
		}
	}
	for _, c := range ui.Commands() {
		has("commands of the table", c.Usage, c.Help)
	}
	for _, h := range catalog.QueryHelp() {
		has("filter language", h.Form, h.Meaning)
	}
	for _, s := range ui.StatusWords() {
		has("status words", s.Word+" "+s.Meaning)
	}
	for _, d := range append(config.Variables(), config.FileKeys()...) {
		has("settings", d.Name+" "+sentenceOf(d.Meaning), d.Default)
	}
	for _, e := range exits() {
		has("exit codes", e.meaning)
	}
}

// TestManualForm checks the sections, and that two builds print the same page.
func TestManualForm(t *testing.T) {
	source, _ := manualSource(t)
	var sections []string
	for line := range strings.Lines(source) {
		if title, ok := strings.CutPrefix(line, ".SH "); ok {
			sections = append(sections, strings.Trim(title, "\"\n"))
		}
		if len(line) > 81 && !strings.HasPrefix(line, ".TH ") {
			t.Errorf("a long line: %q", line)
		}
	}
	want := "NAME, SYNOPSIS, DESCRIPTION, COMMANDS, GLOBAL OPTIONS, KEYS, FILTER LANGUAGE, STATUS WORDS, ENVIRONMENT, FILES, EXIT STATUS, EXAMPLES, SEE ALSO"
	if got := strings.Join(sections, ", "); got != want {
		t.Errorf("the sections are %s", got)
	}
	if again, _ := manualSource(t); again != source {
		t.Error("two pages of one program differ")
	}
	if strings.Contains(source, "crash\\-test") {
		t.Error("a command of the tests is in the manual")
	}
}

// TestManualRenders checks the page with mandoc, the strictest renderer.
func TestManualRenders(t *testing.T) {
	if _, err := exec.LookPath("mandoc"); err != nil {
		t.Skip("mandoc is not installed")
	}
	source, _ := manualSource(t)
	lint := exec.CommandContext(t.Context(), "mandoc", "-T", "lint", "-W", "warning")
	lint.Stdin = strings.NewReader(source)
	if out, err := lint.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestManualCommand checks that man needs no configuration and no terminal.
func TestManualCommand(t *testing.T) {
	b := newBench(t)
	t.Setenv("BACKSTAGE_URL", "not a url")
	code, out, errs := b.run("man")
	if code != exitDone || !strings.HasPrefix(out, `.TH "CONVISO\-IMPORTER" "1" `) || errs != "" {
		t.Errorf("exit %d\n%.200s\n%s", code, out, errs)
	}
	_, out, _ = b.run("--help")
	for _, e := range exits() {
		if words := strings.Join(strings.Fields(out), " "); !strings.Contains(words, e.meaning) {
			t.Errorf("help does not explain the code of %q", e.meaning)
		}
	}
	if !strings.Contains(out, "In the table ? explains") || !strings.Contains(out, `"conviso-importer man"`) {
		t.Errorf("help does not lead on:\n%s", out)
	}
}

func TestSentences(t *testing.T) {
	for phrase, want := range map[string]string{"read on": "Read on.", "--plan names it": "--plan names it.", "auto-import on": "auto-import on.",
		"done.": "Done.", "as CONVISO_RATE": "As CONVISO_RATE.", "": "."} {
		if got := sentenceOf(phrase); got != want {
			t.Errorf("%q becomes %q, want %q", phrase, got, want)
		}
	}
	set := pflag.NewFlagSet("", pflag.ContinueOnError)
	for wait, want := range map[time.Duration]string{15 * time.Minute: "15m", time.Hour: "1h", 90 * time.Second: "1m30s", 10 * time.Second: "10s", 0: "", 100 * time.Minute: "1h40m"} {
		set.Duration(wait.String(), wait, "")
		if got := defaultOf(set.Lookup(wait.String())); got != want {
			t.Errorf("%s is shown as %q, want %q", wait, got, want)
		}
	}
}
