package e2e

import (
	"debug/buildinfo"
	"os/exec"
	"strings"
	"testing"
)

// TestLicenses protects those whose work is in the program: every module that is linked into the binary is in
// what it prints.
func TestLicenses(t *testing.T) {
	t.Parallel()
	out, err := exec.Command(binary, "version", "--licenses").Output()
	if err != nil {
		t.Fatal(err)
	}
	info, err := buildinfo.ReadFile(binary)
	if err != nil || len(info.Deps) == 0 {
		t.Fatalf("%v, %v", info, err)
	}
	names := []string{info.Main.Path, "Go's runtime and standard library"}
	for _, module := range info.Deps {
		names = append(names, module.Path+" "+module.Version)
	}
	for _, name := range names {
		if !strings.Contains(string(out), "\n"+name+" (") {
			t.Errorf("%s is missing", name)
		}
	}
	t.Logf("%d modules, %d bytes", len(info.Deps), len(out))
}
