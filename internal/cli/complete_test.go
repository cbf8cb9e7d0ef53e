package cli

import (
	"strings"
	"testing"
)

// TestCompletion checks the values of flags, and files only for flags that take one.
func TestCompletion(t *testing.T) {
	const (
		nothingElse = ":4"
		extensions  = ":8"
	)
	b := newBench(t)
	for line, want := range map[string]struct {
		offers    string
		directive string
	}{
		"list -o ":        {"table json csv name", nothingElse},
		"import -o ":      {"table json", nothingElse},
		"version -o ":     {"table json", nothingElse},
		"list --kind ":    {"API Component Domain Group Location Resource System Template User", nothingElse},
		"--config ":       {"yaml yml", extensions},
		"list --config ":  {"yaml yml", extensions},
		"import --plan ":  {"json", extensions},
		"list ":           {"", nothingElse},
		"import ":         {"", nothingElse},
		"import --query ": {"", nothingElse},
	} {
		args := strings.Split(line, " ")
		code, out, _ := b.run(append([]string{"__completeNoDesc"}, args...)...)
		lines := strings.Split(strings.TrimSpace(out), "\n")
		offers, directive := strings.Join(lines[:len(lines)-1], " "), lines[len(lines)-1]
		if code != exitDone || offers != want.offers || directive != want.directive {
			t.Errorf("%q: %q %s, want %q %s", line, offers, directive, want.offers, want.directive)
		}
	}
	_, out, _ := b.run("__completeNoDesc", "")
	for _, name := range []string{"list", "import", "man", "completion", "demo"} {
		if !strings.Contains(out, name+"\n") {
			t.Errorf("%s is not offered:\n%s", name, out)
		}
	}
	if n := len(b.Catalog.Requests()) + len(b.Platform.Requests()); n > 0 {
		t.Errorf("completion made %d requests", n)
	}
}

func TestCompletionScripts(t *testing.T) {
	b := newBench(t)
	for shell, sign := range map[string]string{"bash": "__start_conviso-importer", "zsh": "#compdef conviso-importer",
		"fish": "complete -c conviso-importer", "powershell": "Register-ArgumentCompleter"} {
		code, out, errs := b.run("completion", shell)
		if code != exitDone || !strings.Contains(out, sign) || errs != "" {
			t.Errorf("%s: exit %d, %s\n%.300s", shell, code, errs, out)
		}
	}
}
