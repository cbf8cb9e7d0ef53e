//go:build slow

package repository

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// served are bare repositories, each at the place that an address names and nowhere else.
type served struct {
	t      *testing.T
	root   string // root/HOST/PATH is the repository of an address
	config []string
	env    []string
}

// serve makes one repository and serves its copies by HTTP, by git's own protocol and, in place of SSH, by
// a command that git starts as it would start ssh.
func serve(t *testing.T) *served {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	dir := t.TempDir()
	s := &served{t: t, root: filepath.Join(dir, "root"), env: append(os.Environ(), "HOME="+dir, "GIT_CONFIG_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0",
		"GIT_AUTHOR_NAME=x", "GIT_AUTHOR_EMAIL=x@x.test", "GIT_COMMITTER_NAME=x", "GIT_COMMITTER_EMAIL=x@x.test", "no_proxy=*")}
	work, bare := filepath.Join(dir, "work"), filepath.Join(dir, "bare.git")
	for _, args := range [][]string{{"init", "-q", "-b", "main", work}, {"-C", work, "commit", "-q", "--allow-empty", "-m", "x"},
		{"clone", "-q", "--bare", work, bare}, {"-C", bare, "update-server-info"}} {
		if out, err := s.git(args...); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	web := httptest.NewServer(http.FileServer(http.Dir(s.root)))
	t.Cleanup(web.Close)
	ssh := filepath.Join(dir, "ssh")
	// git gives options, the user and host, and a command with the quoted path.
	script := "#!/bin/sh\nwhile [ $# -gt 2 ]; do shift; done\nhost=${1#*@}\neval set -- $2\nexec git upload-pack '" + s.root + "'/$host/${2#/}\n"
	if err := os.WriteFile(ssh, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	s.env = append(s.env, "GIT_SSH_COMMAND="+ssh, "GIT_SSH_VARIANT=ssh")
	for _, c := range append(locations(t, "hosts.txt"), locations(t, "public.txt")...) {
		host, path, ok := place(c.want)
		if !ok || c.problem != None {
			continue
		}
		at := filepath.Join(s.root, host, path)
		if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(bare, at); err != nil && !os.IsExist(err) {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(s.root)
	if err != nil {
		t.Fatal(err)
	}
	daemon := s.daemon()
	for _, e := range entries {
		base := web.URL + "/" + e.Name() + "/"
		s.config = append(s.config, "-c", "url."+base+".insteadOf=https://"+e.Name()+"/", "-c", "url."+base+".insteadOf=http://"+e.Name()+"/",
			"-c", "url."+daemon+e.Name()+"/.insteadOf=git://"+e.Name()+"/")
	}
	return s
}

// daemon starts git's own server on loopback and returns its address.
func (s *served) daemon() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	_ = l.Close()
	cmd := exec.Command("git", "daemon", "--export-all", "--base-path="+s.root, "--listen=127.0.0.1", fmt.Sprint("--port=", port))
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for range 50 {
		if c, err := net.Dial("tcp", fmt.Sprint("127.0.0.1:", port)); err == nil {
			_ = c.Close()
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Sprintf("git://127.0.0.1:%d/", port)
}

// place returns where the repository of an address lies, false for one that git needs a helper for.
func place(address string) (host, path string, ok bool) {
	scheme, rest, found := cutScheme(address)
	switch {
	case !found && strings.Contains(address, "::"):
		return "", "", false
	case !found:
		host, path, ok = strings.Cut(address, ":")
	case scheme == "codecommit":
		return "", "", false
	default:
		host, path, ok = strings.Cut(rest, "/")
	}
	_, host = cutUser(host)
	if isSSH(scheme) {
		host, _, _ = strings.Cut(host, ":")
	}
	return host, strings.ReplaceAll(path, "%20", " "), ok
}

func (s *served) git(args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(s.t.Context(), 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "git", append(append([]string(nil), s.config...), args...)...)
	cmd.Env = s.env
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.String(), err
}

// TestGitTakesWhatIsSent clones from every address of the tables that git can reach over loopback, and shows
// that it cannot clone from the addresses as Backstage has them.
func TestGitTakesWhatIsSent(t *testing.T) {
	s := serve(t)
	done, schemes, refused := map[string]bool{}, map[string]int{}, 0
	for _, c := range append(locations(t, "hosts.txt"), locations(t, "public.txt")...) {
		if _, _, ok := place(c.want); !ok || c.problem != None {
			continue
		}
		if !done[c.want] {
			done[c.want] = true
			if out, err := s.git("clone", "-q", c.want, filepath.Join(t.TempDir(), "clone")); err != nil {
				t.Errorf("git clone %s: %v\n%s", c.want, err, out)
			}
			scheme, _, found := cutScheme(c.want)
			if !found {
				scheme = "scp"
			}
			schemes[scheme]++
		}
		raw := withoutType(c.text)
		if strings.HasSuffix(raw, "/tree/main/") && !strings.Contains(raw, "@") {
			if out, err := s.git("ls-remote", raw); err == nil {
				t.Errorf("git takes %s too: %s", raw, out)
			}
			refused++
		}
	}
	t.Logf("cloned %d addresses: %v; %d browser addresses refused", len(done), schemes, refused)
	if len(done) < 120 || schemes["https"] < 100 || schemes["ssh"] < 4 || schemes["scp"] < 6 || schemes["git"] != 1 || refused < 3 {
		t.Errorf("%d addresses of the kinds %v, %d refused", len(done), schemes, refused)
	}
}
