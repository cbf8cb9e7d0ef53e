//go:build unix

package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestFilesOfOthers protects the key: a configuration that other users can change may name the host that it
// is sent to. What is theirs is refused with what to do, and nothing of it is used.
func TestFilesOfOthers(t *testing.T) {
	const text = "conviso: {environment: local, apiBase: 'https://evil.example'}"
	chmod := func(t *testing.T, path string, mode os.FileMode) {
		t.Helper()
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	give := func(t *testing.T, path string) {
		t.Helper()
		if err := os.Lchown(path, 12345, -1); err != nil {
			t.Skip("only root can give a file away")
		}
	}
	for name, c := range map[string]struct {
		arrange func(t *testing.T, file, folder string)
		says    []string // none where the file is obeyed
	}{
		"ours":         {func(*testing.T, string, string) {}, nil},
		"a group's":    {func(t *testing.T, file, _ string) { chmod(t, file, 0o664) }, []string{"is not read", "other users can write to", "run chmod go-w", "app-config.yaml"}},
		"open":         {func(t *testing.T, file, _ string) { chmod(t, file, 0o666) }, []string{"run chmod go-w"}},
		"open folder":  {func(t *testing.T, _, folder string) { chmod(t, folder, 0o777) }, []string{"run chmod go-w"}},
		"foreign":      {func(t *testing.T, file, _ string) { give(t, file) }, []string{"belongs to user 12345"}},
		"their folder": {func(t *testing.T, _, folder string) { give(t, folder) }, []string{"belongs to user 12345"}},
		"credentials": {func(t *testing.T, file, folder string) {
			chmod(t, file, 0o666)
			t.Setenv("CREDENTIALS_DIRECTORY", folder)
		}, nil},
		"endless": {func(t *testing.T, file, _ string) {
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink("/dev/zero", file); err != nil {
				t.Fatal(err)
			}
		}, []string{"is larger than 1 MiB"}},
	} {
		for _, way := range []string{"--config", "by itself", "$file"} {
			t.Run(name+" "+way, func(t *testing.T) {
				home := bare(t)
				folder := filepath.Join(home, ".config", product)
				file := filepath.Join(folder, appConfig)
				var o Options
				switch way {
				case "--config":
					o.Files = []string{file}
					write(t, file, text)
				case "$file":
					write(t, "own.yaml", "conviso: {environment: local, apiBase: {$file: '"+file+"'}}")
					o.Files = []string{"own.yaml"}
					write(t, file, "https://evil.example")
				default:
					write(t, file, text)
				}
				c.arrange(t, file, folder)
				began := time.Now()
				got, err := Load(o)
				if took := time.Since(began); took > time.Second {
					t.Errorf("it took %s", took)
				}
				if c.says == nil {
					if err != nil || got.Conviso.Base.Host != "evil.example" {
						t.Errorf("%v, %v", got, err)
					}
					return
				}
				if way == "$file" && name == "endless" {
					c.says = []string{"it is too large"}
				}
				said := strings.Join(sentences(t, err), "\n")
				for _, want := range c.says {
					if !strings.Contains(said, want) {
						t.Errorf("%q is not in %q", want, said)
					}
				}
			})
		}
	}
}

// TestAbsentFileOfOthers protects who runs in somebody else's home, as a container's root does: a configuration
// that is not there stops nothing, and one that was named is said to be missing.
func TestAbsentFileOfOthers(t *testing.T) {
	home := bare(t)
	folder := filepath.Join(home, ".config", product)
	if err := os.MkdirAll(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(Options{}); err != nil {
		t.Errorf("by itself: %v", err)
	}
	_, err := Load(Options{Files: []string{filepath.Join(folder, appConfig)}})
	if said := strings.Join(sentences(t, err), "\n"); !strings.Contains(said, "no such file") {
		t.Errorf("by --config: %s", said)
	}
}

// TestPipesHoldSecrets checks that keys and configurations may come through a shell's <(…), that an endless
// file ends in a sentence, and that what a pipe gave is not asked for again.
func TestPipesHoldSecrets(t *testing.T) {
	bare(t)
	pipe := func(text string) string {
		t.Helper()
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = r.Close() })
		go func() {
			time.Sleep(20 * time.Millisecond)
			_, _ = w.WriteString(text)
			_ = w.Close()
		}()
		return fmt.Sprintf("/dev/fd/%d", r.Fd())
	}
	key := pipe("fake-key\n")
	t.Setenv("CONVISO_API_KEY_FILE", key)
	c := load(t, Options{Files: []string{pipe("conviso: {companyId: 7}")}})
	if c.Conviso.Key.Reveal() != "fake-key" || c.Conviso.CompanyID != "7" {
		t.Errorf("%+v", c.Conviso)
	}
	if _, err := ReadSecret(key); err == nil {
		t.Error("a pipe was read twice")
	}
	t.Setenv("CONVISO_API_KEY_FILE", "/dev/zero")
	if _, err := Load(Options{}); err == nil || !strings.Contains(err.Error(), "CONVISO_API_KEY_FILE names a file that cannot be read: it is too large") {
		t.Errorf("an endless file: %v", err)
	}
}
