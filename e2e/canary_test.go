//go:build slow

package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"conviso-importer/internal/demo"
)

// lookout collects everything that the program leaves behind and prints, under the name of
// what was done.
type lookout struct {
	t  *testing.T
	mu sync.Mutex
	// printed is what went to standard output, standard error and terminals.
	printed map[string]string
	homes   map[string]string
	allowed map[string]bool
}

func newLookout(t *testing.T) *lookout {
	return &lookout{t: t, printed: map[string]string{}, homes: map[string]string{}, allowed: map[string]bool{}}
}

// watch notes an account's home; the files named hold credentials by the user's own hand.
func (l *lookout) watch(name string, a *account, own ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.homes[name] = a.home
	for _, file := range own {
		l.allowed[filepath.Join(a.home, file)] = true
	}
}

// run runs a command and keeps what it prints.
func (l *lookout) run(name string, a *account, args ...string) ran {
	l.t.Helper()
	r := a.run(args...)
	l.keep(fmt.Sprintf("%s: %v", name, args), r.out+r.errs)
	return r
}

// keep notes what was printed.
func (l *lookout) keep(name, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.printed[name] += text
}

// leaks is where a canary is, one line each.
func (l *lookout) leaks(canaries ...string) []string {
	l.t.Helper()
	var all []string
	for name, text := range l.printed {
		if what := found(text, canaries...); what != "" {
			all = append(all, fmt.Sprintf("%s printed %s", name, what))
		}
	}
	for name, home := range l.homes {
		err := filepath.WalkDir(home, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() || l.allowed[path] {
				return err
			}
			if what := found(path, canaries...); what != "" {
				all = append(all, fmt.Sprintf("%s named a file %s", name, what))
			}
			text, err := os.ReadFile(path)
			if what := found(string(text), canaries...); what != "" {
				all = append(all, fmt.Sprintf("%s wrote %s into %s", name, what, strings.TrimPrefix(path, home)))
			}
			return err
		})
		if err != nil {
			l.t.Error(err)
		}
	}
	return all
}

// TestLookoutFinds protects the test below from a search that finds nothing: every form of a
// canary is seen, in files, in their names and in what is printed.
func TestLookoutFinds(t *testing.T) {
	for name, form := range forms(canaryKey) {
		for place, leak := range map[string]func(*lookout, string){
			"output": func(l *lookout, _ string) { l.printed["x"] = "before " + form + " behind" },
			"file": func(_ *lookout, home string) {
				if err := os.WriteFile(filepath.Join(home, "x"), []byte("\x00"+form+"\x00"), 0o600); err != nil {
					t.Fatal(err)
				}
			},
		} {
			l, a := newLookout(t), &account{t: t, home: t.TempDir()}
			l.watch("x", a)
			if got := l.leaks(canaryKey, canaryToken); len(got) != 0 {
				t.Errorf("nothing was leaked: %v", got)
			}
			leak(l, a.home)
			if got := l.leaks(canaryKey, canaryToken); len(got) != 1 {
				t.Errorf("%s in %s: found %v", name, place, got)
			}
		}
	}
	l, a := newLookout(t), &account{t: t, home: t.TempDir()}
	l.watch("x", a)
	if err := os.WriteFile(filepath.Join(a.home, "queue-canary-TOKEN-not-real-0123456789"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := l.leaks(canaryToken); len(got) != 1 {
		t.Errorf("a file's name: found %v", got)
	}
}

// echo is what a server says that sends credentials back in every form.
func echo(r *http.Request) string {
	var b strings.Builder
	for _, sent := range []string{r.Header.Get("X-API-Key"), strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")} {
		if sent != "" {
			all := forms(sent)
			for _, name := range []string{"itself", "URL", "path", "hex", "base64", "base64 for URLs", "JSON"} {
				fmt.Fprintf(&b, "%s=%s, ", name, all[name])
			}
		}
	}
	return b.String()
}

// echoing are servers of both sides that misbehave and send back what they were sent.
func echoing(elsewhere string) map[string]http.HandlerFunc {
	status := func(code int, contentType string, body func(string) string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.WriteHeader(code)
			_, _ = io.WriteString(w, body(echo(r)))
		}
	}
	quoted := func(text string) string { doc, _ := json.Marshal(text); return string(doc) }
	envelope := func(text string) string { return `{"error":{"name":"E","message":` + quoted(text) + `}}` }
	graphql := func(text string) string { return `{"errors":[{"message":` + quoted(text) + `}]}` }
	bare := func(text string) string { return text }
	far := func(text string) string { return strings.Repeat("x", 150) + text }
	return map[string]http.HandlerFunc{
		"401": status(401, "application/json", envelope), "403": status(403, "application/json", envelope), "400": status(400, "application/json", envelope),
		"404": status(404, "text/html", bare), "429": status(429, "application/json", envelope), "500": status(500, "application/json", envelope),
		"501 HTML": status(501, "text/html", bare), "501 far in": status(501, "application/json", func(s string) string { return envelope(far(s)) }),
		"200 text": status(200, "text/plain", bare), "200 bad JSON": status(200, "application/json", bare), "200 HTML": status(200, "text/html", bare),
		"200 errors": status(200, "application/json", graphql), "200 error": status(200, "application/json", envelope),
		"200 items": status(200, "application/json", func(s string) string { return `{"items":` + quoted(s) + `,"data":{` + quoted(s) + `:1}}` }),
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", elsewhere+"/"+url.PathEscape(echo(r)[:60])+"?"+url.QueryEscape(echo(r)))
			w.WriteHeader(http.StatusTemporaryRedirect)
		},
		"status line": func(w http.ResponseWriter, r *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				_, _ = fmt.Fprintf(conn, "HTTP/1.1 999 %s\r\nContent-Type: %s\r\nX: y\r\n\r\n", echo(r), echo(r))
				_ = conn.Close()
			}
		},
		"no HTTP": func(w http.ResponseWriter, r *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				_, _ = fmt.Fprintf(conn, "%s\r\n\r\n", echo(r))
				_ = conn.Close()
			}
		},
	}
}

// TestCanary protects the credentials through everything that the program does and that goes
// wrong: they are in no file, no file's name, no output and no request to anybody else.
func TestCanary(t *testing.T) {
	l := newLookout(t)
	elsewhere := &recorder{}
	target := serve(t, elsewhere)
	catalog := entityList{}
	for i := range 30 {
		catalog = append(catalog, entityMap{"kind": "Component", "metadata": map[string]any{"name": fmt.Sprintf("svc-%d", i), "namespace": "default"}, "spec": map[string]any{"type": "service"}})
	}
	// The program waits between its tries, so that many accounts cost no more than one.
	var all sync.WaitGroup
	for name, h := range echoing(target) {
		all.Go(func() {
			l.echoed("catalog "+name, newAccount(t, serve(t, h), serve(t, platformOf(demo.PlatformOptions{}))))
		})
		all.Go(func() { l.echoed("platform "+name, newAccount(t, serve(t, catalog), serve(t, h))) })
		all.Go(func() { l.mutation(name, catalog, h) })
	}
	all.Wait()
	l.ordinary(catalog)
	l.misplaced(catalog)
	l.typed(catalog)
	l.crashed(catalog)
	if n, got := elsewhere.seen(); n != 0 {
		t.Errorf("%d requests reached another host:\n%s", n, got)
	}
	for _, leak := range l.leaks(canaryKey, canaryToken, canaryProxy) {
		t.Error(leak)
	}
	if len(l.printed) < 100 {
		t.Errorf("only %d commands were watched", len(l.printed))
	}
}

// ordinary is a day on which everything works, but for entities that the platform refuses in
// words that hold the key.
func (l *lookout) ordinary(catalog entityList) {
	platform := platformOf(demo.PlatformOptions{Reject: func(p demo.Project) string {
		if strings.HasSuffix(p.Name, "7") {
			return "refused for " + canaryKey
		}
		return ""
	}})
	a := newAccount(l.t, serve(l.t, catalog), serve(l.t, platform))
	l.watch("ordinary", a)
	for _, args := range [][]string{{"--help"}, {"version"}, {"refresh"}, {"list"}, {"list", "-o", "json"}, {"import", "--all-new", "--dry-run", "-o", "json"},
		{"import", "--all-new"}, {"resume", "-o", "json"}, {"list", "-o", "csv"}, {"list", "--offline"}, {}, {"import", canaryKey[:6]}} {
		l.run("ordinary", a, args...)
	}
}

// echoed runs the commands that ask both servers.
func (l *lookout) echoed(name string, a *account) {
	l.watch(name, a)
	commands := [][]string{{"list"}, {"import", "--all-new", "--timeout", "2s"}}
	if strings.HasSuffix(name, "429") {
		commands = commands[:1]
		a = a.without("CONVISO_COMPANY_ID")
	}
	for _, args := range commands {
		l.run(name, a, args...)
	}
}

// mutation lets the platform answer as ever, but for the import itself, whose fate is written
// into the queue.
func (l *lookout) mutation(name string, catalog entityList, h http.HandlerFunc) {
	platform := platformOf(demo.PlatformOptions{})
	front := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if strings.Contains(string(body), importing) {
			h(w, r)
			return
		}
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		platform.ServeHTTP(w, r)
	})
	a := newAccount(l.t, serve(l.t, catalog), serve(l.t, front))
	l.watch("mutation "+name, a)
	l.run("mutation "+name, a, "import", "--all-new", "--timeout", "2s", "-o", "json")
	l.run("mutation "+name, a, "list")
}

// misplaced are credentials in files and in settings where none belongs.
func (l *lookout) misplaced(catalog entityList) {
	catalogURL, platformURL := serve(l.t, catalog), serve(l.t, platformOf(demo.PlatformOptions{}))
	a := newAccount(l.t, catalogURL, platformURL)
	l.watch("misplaced", a, "app-config.yaml", "broken.yaml", "key", "bad-key")
	for file, text := range map[string]string{
		"app-config.yaml": "conviso:\n  apiKey: \"" + canaryKey + "\"\nbackend: {auth: {externalAccess: [{type: static, options: {token: \"" + canaryToken + "\"}}]}}\n",
		"broken.yaml":     "conviso: {apiKey: '" + canaryProxy, "key": canaryKey + "\n", "bad-key": canaryKey + "\x01\n",
	} {
		// The mode is what the program warns of.
		if err := os.WriteFile(filepath.Join(a.home, file), []byte(text), 0o644); err != nil {
			l.t.Fatal(err)
		}
	}
	bare := a.without("CONVISO_API_KEY", "BACKSTAGE_TOKEN")
	if r := l.run("literal", bare, "list", "--config", "app-config.yaml"); r.code != 0 || !strings.Contains(r.errs, "chmod 600") {
		l.t.Errorf("exit %d without a warning:\n%s", r.code, r.errs)
	}
	l.run("broken", bare, "list", "--config", "broken.yaml")
	if r := l.run("key file", a.without("CONVISO_API_KEY", "CONVISO_API_KEY_FILE=key"), "list"); r.code != 0 {
		l.t.Errorf("exit %d\n%s", r.code, r.errs)
	}
	if r := l.run("bad key file", a.without("CONVISO_API_KEY", "CONVISO_API_KEY_FILE=bad-key"), "list"); r.code != 2 {
		l.t.Errorf("exit %d\n%s", r.code, r.errs)
	}
	l.run("key as its file", a.without("CONVISO_API_KEY", "CONVISO_API_KEY_FILE="+canaryKey), "list")
	for _, name := range []string{"BACKSTAGE_URL", "BACKSTAGE_APP_URL", "CONVISO_API_BASE", "CONVISO_COMPANY_ID", "CONVISO_ENVIRONMENT", "CONVISO_RATE", "CONVISO_SETTLE",
		"CONVISO_CACHE_TTL", "CONVISO_READ_ONLY", "CONVISO_AUTO_IMPORT_INTERVAL"} {
		for _, value := range []string{canaryKey, "https://jane:" + canaryProxy + "@acme.example", "https://acme.example?key=" + canaryProxy} {
			l.run("key in "+name, a.without(name+"="+value), "list")
		}
	}
	l.run("control character", a.without("CONVISO_API_KEY="+canaryKey+"\x01"), "list")
	l.run("blank", a.without("BACKSTAGE_TOKEN="+canaryToken+" x"), "list")
}

// typed is the first-run screen with credentials that are pasted there, first to servers that
// send them back and then to good ones, and the table after it.
func (l *lookout) typed(catalog entityList) {
	platform := platformOf(demo.PlatformOptions{})
	for name, h := range map[string]http.Handler{"refused": echoing("")["401"], "good": catalog} {
		a := newAccount(l.t, "", serve(l.t, platform)).without("BACKSTAGE_URL", "BACKSTAGE_TOKEN", "CONVISO_API_KEY")
		l.watch("first run "+name, a)
		p := a.open(100, 30)
		p.await("Backstage URL", 20*time.Second)
		p.press("\t" + serve(l.t, h) + "\t" + canaryToken + "\t\x1b[200~" + canaryKey + "\x1b[201~\t")
		p.await("********", 20*time.Second)
		p.press("\r")
		if name == "refused" {
			p.await("refused the token", 20*time.Second)
			p.press("\x03")
		} else {
			p.await("30 of 30", 20*time.Second)
			line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", p.cmd.Process.Pid))
			if err == nil {
				l.keep("arguments", string(line))
			}
			p.press("c\x03")
		}
		p.end(20 * time.Second)
		l.keep("first run "+name, p.text())
	}
}

// crashed is a table that breaks with everything in memory; its report is a file.
func (l *lookout) crashed(catalog entityList) {
	program, err := breakable()
	if err != nil {
		l.t.Fatal(err)
	}
	a := newAccount(l.t, serve(l.t, catalog), serve(l.t, platformOf(demo.PlatformOptions{})))
	l.watch("crashed", a)
	for i, key := range []string{panicInUpdate, panicInCommand, panicInGoroutine} {
		p := start(l.t, launch{program: program, columns: 100, rows: 30, env: append([]string{"HOME=" + a.home, "TMPDIR=" + a.home}, a.env...)})
		p.await("30 of 30", 20*time.Second)
		p.press(key)
		if code := p.end(20 * time.Second); code != 1 {
			l.t.Errorf("exit %d", code)
		}
		l.keep(fmt.Sprint("crash ", i), p.text())
	}
	if reports, _ := filepath.Glob(filepath.Join(a.home, "state", "crash-*")); len(reports) == 0 {
		l.t.Error("no report was written")
	}
}
