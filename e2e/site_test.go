package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// site is a catalog and a platform on loopback, for processes that work on both at a time.
type site struct {
	t           *testing.T
	catalog     *faulty.Catalog
	platform    *faulty.Platform
	catalogURL  string
	platformURL string
	// held keeps imports waiting, where it holds a channel, until that is closed.
	held atomic.Pointer[chan struct{}]
	// waiting counts the imports that were kept waiting.
	waiting atomic.Int32
}

// newSite serves a catalog of n components, svc-0000 and so on, and a platform. Component i
// belongs to team-(i modulo 4), so that four people find a quarter each.
func newSite(t *testing.T, n int, o demo.PlatformOptions) *site {
	t.Helper()
	s := siteOf(t, faulty.NewCatalog(demo.CatalogOptions{}), faulty.NewPlatform(o))
	entities := make([]demo.Entity, n)
	for i := range entities {
		entities[i] = demo.Entity{Name: fmt.Sprintf("svc-%04d", i), Type: "service", Lifecycle: "production",
			Owner: fmt.Sprintf("team-%d", i%4), Description: "Part of the proofs."}
	}
	s.catalog.Add(entities...)
	return s
}

// siteOf puts a catalog and a platform on loopback.
func siteOf(t *testing.T, catalog *faulty.Catalog, platform *faulty.Platform) *site {
	t.Helper()
	s := &site{t: t, catalog: catalog, platform: platform}
	catalogServer, platformServer := httptest.NewServer(s.catalog), httptest.NewServer(http.HandlerFunc(s.front))
	t.Cleanup(catalogServer.Close)
	t.Cleanup(platformServer.Close)
	s.catalogURL, s.platformURL = catalogServer.URL, platformServer.URL
	return s
}

// front is what stands before the platform: it holds imports back while it is told to. One
// whose client goes meanwhile is carried out all the same.
func (s *site) front(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if held := s.held.Load(); held != nil && bytes.Contains(body, []byte(importing)) {
		s.waiting.Add(1)
		select {
		case <-*held:
		case <-r.Context().Done():
		}
	}
	s.platform.ServeHTTP(w, r)
}

// hold keeps imports waiting until the returned function is called.
func (s *site) hold() (release func()) {
	held := make(chan struct{})
	s.held.Store(&held)
	release = sync.OnceFunc(func() { close(held) })
	s.t.Cleanup(release)
	return release
}

// person is somebody with a home folder of their own who works on a site.
type person struct {
	*site
	t    *testing.T
	home string
	env  []string
}

// person makes one; settings are further variables, NAME=value, of which the last of a name
// wins.
func (s *site) person(t *testing.T, settings ...string) *person {
	t.Helper()
	home := t.TempDir()
	return &person{site: s, t: t, home: home, env: append([]string{
		"HOME=" + home, "TMPDIR=" + home, "PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "TERM=dumb",
		"BACKSTAGE_URL=" + s.catalogURL, "BACKSTAGE_TOKEN=fake-token",
		"CONVISO_ENVIRONMENT=local", "CONVISO_API_BASE=" + s.platformURL, "CONVISO_API_KEY=fake-key", "CONVISO_COMPANY_ID=1042",
	}, settings...)}
}

// process is one run of the program without a terminal.
type process struct {
	cmd       *exec.Cmd
	out, errs output
	done      chan struct{}
}

// output collects what a process writes while others look at it.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// start runs a command line and does not wait for it.
func (p *person) start(args ...string) *process {
	p.t.Helper()
	r := &process{cmd: exec.Command(binary, args...), done: make(chan struct{})}
	r.cmd.Env, r.cmd.Dir, r.cmd.Stdout, r.cmd.Stderr = p.env, p.home, &r.out, &r.errs
	if err := r.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	go func() {
		defer close(r.done)
		_ = r.cmd.Wait()
	}()
	p.t.Cleanup(func() {
		_ = r.cmd.Process.Kill()
		<-r.done
	})
	return r
}

// wait returns the exit code; a process that hangs fails the test.
func (p *person) wait(r *process) int {
	p.t.Helper()
	select {
	case <-r.done:
	case <-time.After(hang):
		_ = r.cmd.Process.Kill()
		<-r.done
		p.t.Fatalf("%v still ran after %s\n%s", r.cmd.Args[1:], hang, r.errs.String())
	}
	return r.cmd.ProcessState.ExitCode()
}

// hang is far more than any run here takes.
const hang = 2 * time.Minute

// run runs a command line to its end.
func (p *person) run(args ...string) (code int, out, errs string) {
	p.t.Helper()
	r := p.start(args...)
	code = p.wait(r)
	return code, r.out.String(), r.errs.String()
}

// want runs a command line that must end with a code, and decodes its JSON into v.
func (p *person) want(code int, v any, args ...string) (errs string) {
	p.t.Helper()
	got, out, errs := p.run(args...)
	if got != code {
		p.t.Fatalf("%v: exit %d, want %d\n%s%s", args, got, code, out, errs)
	}
	if v != nil {
		if err := json.Unmarshal([]byte(out), v); err != nil {
			p.t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	return errs
}

// summary is what import and resume print with -o json.
type summary struct {
	Requested, Skipped, Accepted, Verified, Failed, Pending int
	Items                                                   []struct {
		Ref, Name, State, AssetID, Error string
		Attempts                         int
	}
}

// states counts what list says of the catalog's entities.
func (p *person) states() map[string]int {
	p.t.Helper()
	var items []struct{ Ref, Status, Error string }
	p.want(0, &items, "list", "-o", "json")
	count := map[string]int{}
	for _, item := range items {
		count[item.Status]++
	}
	return count
}

// onlyImported checks that list shows n entities, all of them imported.
func (p *person) onlyImported(n int) {
	p.t.Helper()
	if states := p.states(); states["imported"] != n || len(states) != 1 {
		p.t.Errorf("list shows %v, want %d imported and nothing else", states, n)
	}
}

// nothingLeft checks that a resume finds nothing to do.
func (p *person) nothingLeft() {
	p.t.Helper()
	var left summary
	p.want(0, &left, "resume", "-o", "json")
	if left.Requested != 0 {
		p.t.Errorf("resume still finds %+v", left)
	}
}

// delivered checks that n different projects arrived and none of them twice, and that the
// platform has one asset of each.
func (s *site) delivered(n int) {
	s.t.Helper()
	taken := s.platform.Imports().Deliveries
	var twice []string
	for id, times := range taken {
		if times > 1 {
			twice = append(twice, fmt.Sprintf("%s %d times", id, times))
		}
	}
	if len(taken) != n || len(twice) > 0 {
		s.t.Errorf("%d of %d arrived; more than once: %v", len(taken), n, twice)
	}
	if assets := len(s.platform.Assets("1042")); assets != n && len(twice) == 0 {
		s.t.Errorf("%d assets, want %d", assets, n)
	}
}

// await polls a condition.
func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(hang); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s did not happen within %s", what, hang)
		}
	}
}

// write puts a file into a person's home and returns its path.
func (p *person) write(name, text string) string {
	p.t.Helper()
	path := filepath.Join(p.home, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		p.t.Fatal(err)
	}
	return path
}

// sentence finds the line of a text that holds all words, or nothing.
func sentence(text string, words ...string) string {
	for line := range strings.Lines(text) {
		all := true
		for _, word := range words {
			all = all && strings.Contains(line, word)
		}
		if all {
			return strings.TrimSpace(line)
		}
	}
	return ""
}
