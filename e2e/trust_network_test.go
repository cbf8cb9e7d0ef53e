package e2e

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
	"conviso-importer/internal/secret"
)

// recorder is a server that nobody should reach; it keeps what reached it all the same.
type recorder struct {
	mu       sync.Mutex
	requests int
	got      bytes.Buffer
}

// ServeHTTP implements http.Handler.
func (r *recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.note(req)
	_, _ = io.WriteString(w, `{"items":[],"pageInfo":{},"data":{}}`)
}

func (r *recorder) note(req *http.Request) {
	doc, _ := httputil.DumpRequest(req, true)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requests++
	r.got.Write(doc)
}

// seen is how many requests came and all that they held.
func (r *recorder) seen() (int, string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.requests, r.got.String()
}

// TestRedirects protects both credentials: wherever a server sends the program, no request
// goes there, and the sentence names the place.
func TestRedirects(t *testing.T) {
	t.Parallel()
	target := &recorder{}
	elsewhere := serve(t, target)
	host := strings.TrimPrefix(elsewhere, "http://")
	one := entityList{{"kind": "Component", "metadata": map[string]any{"name": "a", "namespace": "default"}}}
	mutation := func(status int) http.Handler {
		p := platformOf(demo.PlatformOptions{})
		p.Fail(func(r faulty.Request) faulty.Fault {
			if r.Operation == importing {
				return faulty.Redirect(status, elsewhere)
			}
			return faulty.Fault{}
		})
		return p
	}
	for _, status := range []int{301, 302, 303, 307, 308} {
		all := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", elsewhere+"/login?next="+canaryKey)
			w.WriteHeader(status)
		})
		for name, c := range map[string]struct {
			catalog, platform http.Handler
			commands          [][]string
		}{
			"catalog":  {all, platformOf(demo.PlatformOptions{}), [][]string{{"list"}, {"refresh"}, {"import", "--all-new"}}},
			"platform": {one, all, [][]string{{"list"}, {"refresh"}, {"import", "--all-new"}}},
			"mutation": {one, mutation(status), [][]string{{"import", "--all-new", "--timeout", "5s"}}},
		} {
			a := newAccount(t, serve(t, c.catalog), serve(t, c.platform))
			for _, args := range c.commands {
				r := a.run(args...)
				if r.code == 0 || !strings.Contains(r.out+r.errs, "redirects to "+host) || strings.Contains(r.out+r.errs, "canary") {
					t.Errorf("%s %d %v: exit %d\n%s%s", name, status, args, r.code, r.out, r.errs)
				}
			}
		}
	}
	if n, got := target.seen(); n != 0 || got != "" {
		t.Errorf("%d requests reached the target:\n%s", n, got)
	}
}

// connectProxy is a proxy of CONNECT requests alone. With a tunnel it connects to that
// address, whatever is asked for; otherwise it answers with a status and a page.
type connectProxy struct {
	recorder

	tunnel string
	status int
}

// ServeHTTP implements http.Handler.
func (p *connectProxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.note(r)
	if p.status != 0 {
		w.Header().Set("Proxy-Authenticate", "Basic realm=\"x\"")
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(p.status)
		_, _ = io.WriteString(w, "<html>"+r.Header.Get("Proxy-Authorization")+canaryProxy)
		return
	}
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	if p.tunnel == "" {
		return
	}
	far, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(r.Context(), "tcp", p.tunnel)
	if err != nil {
		return
	}
	defer func() { _ = far.Close() }()
	_, _ = io.WriteString(conn, "HTTP/1.1 200 Connection established\r\n\r\n")
	go func() { _, _ = io.Copy(far, buffered); _ = far.Close() }()
	_, _ = io.Copy(conn, far)
}

// serveTLS starts a server with a certificate of its own for *.example.com, and returns its
// address and the file that makes the certificate good.
func serveTLS(t *testing.T, h http.Handler) (address, ca string) {
	t.Helper()
	srv := httptest.NewUnstartedServer(h)
	srv.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	srv.StartTLS()
	t.Cleanup(srv.Close)
	ca = filepath.Join(t.TempDir(), "ca.pem")
	doc := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw})
	if err := os.WriteFile(ca, doc, 0o600); err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(srv.URL, "https://"), ca
}

// TestProxy protects users behind a proxy: it is used for both APIs, gets its own password and
// no credential of theirs, and its refusals name it without that password.
func TestProxy(t *testing.T) {
	one := entityList{{"kind": "Component", "metadata": map[string]any{"name": "a", "namespace": "default"}}}
	platform := platformOf(demo.PlatformOptions{})
	// Both hosts lead to one server, which tells them apart as a real front end does.
	address, ca := serveTLS(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.Host, "platform.") {
			platform.ServeHTTP(w, r)
			return
		}
		one.ServeHTTP(w, r)
	}))
	for name, c := range map[string]proxied{
		"works":        {&connectProxy{tunnel: address}, []string{"CONVISO_CA_FILE=" + ca}, 0, "", true},
		"without CA":   {&connectProxy{tunnel: address}, nil, 5, `not trusted: issued for "example.com" by "O=Acme Co"`, true},
		"407":          {&connectProxy{status: 407}, nil, 5, "wants a user and a password that it knows (407)", true},
		"403 and HTML": {&connectProxy{status: 403}, nil, 5, "answered 403 Forbidden instead of opening the way to backstage.example.com:443", true},
	} {
		t.Run(name, c.check)
	}
}

// proxied is a proxy and what the program does with it.
type proxied struct {
	proxy *connectProxy
	env   []string
	code  int
	says  string
	// used reports that the proxy is asked at all.
	used bool
}

// check lists through the proxy.
func (c proxied) check(t *testing.T) {
	way := strings.TrimPrefix(serve(t, c.proxy), "http://")
	a := newAccount(t, "https://backstage.example.com", "https://platform.example.com", append(c.env, "HTTPS_PROXY=http://jane:"+canaryProxy+"@"+way)...)
	r := a.run("list")
	requests, got := c.proxy.seen()
	if r.code != c.code || !strings.Contains(r.errs, c.says) || (requests > 0) != c.used {
		t.Errorf("exit %d after %d requests to the proxy:\n%s", r.code, requests, r.errs)
	}
	if c.proxy.status != 0 && !strings.Contains(r.errs, "the proxy "+way) {
		t.Errorf("the proxy is not named: %s", r.errs)
	}
	credentials := base64.StdEncoding.EncodeToString([]byte("jane:" + canaryProxy))
	if c.used && !strings.Contains(got, "Proxy-Authorization: Basic "+credentials) {
		t.Errorf("the proxy was not given its password: %q", got)
	}
	if leaks := found(r.out+r.errs, canaryKey, canaryToken, canaryProxy, credentials); leaks != "" {
		t.Errorf("%s was printed:\n%s", leaks, r.errs)
	}
	if leaks := found(got, canaryKey, canaryToken); leaks != "" {
		t.Errorf("%s reached the proxy:\n%s", leaks, got)
	}
}

// TestLoopbackPastProxy protects credentials of http hosts on loopback: a proxy would see
// them in clear text, and is not asked, whatever the environment says.
func TestLoopbackPastProxy(t *testing.T) {
	proxy := &recorder{}
	way := serve(t, proxy)
	w, err := faulty.Start(demo.Options{Still: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Close() }()
	for _, host := range []string{"127.0.0.1", "localhost"} {
		a := newAccount(t, strings.Replace(w.CatalogURL, "127.0.0.1", host, 1), strings.Replace(w.PlatformURL, "127.0.0.1", host, 1),
			"HTTP_PROXY="+way, "http_proxy="+way, "HTTPS_PROXY="+way, "ALL_PROXY="+way, "NO_PROXY=nothing.example")
		a = a.without("BACKSTAGE_TOKEN="+w.Token.Reveal(), "CONVISO_API_KEY="+w.Key.Reveal())
		if r := a.run("list"); r.code != 0 {
			t.Errorf("%s: exit %d\n%s", host, r.code, r.errs)
		}
	}
	if n, got := proxy.seen(); n != 0 {
		t.Errorf("%d requests reached the proxy:\n%s", n, got)
	}
}

// TestClearText protects credentials from hosts that only look like this machine: the program
// refuses before it asks anybody, and says so with the setting's name.
func TestClearText(t *testing.T) {
	for _, base := range []string{"http://backstage.example.com", "http://127.0.0.1.evil.example", "http://localhost.", "http://0x7f000001", "http://2130706433",
		"http://jane:" + canaryProxy + "@127.0.0.1", "https://" + canaryProxy + "@acme.example", "https://acme.example?token=" + canaryProxy, "https://acme.example#" + canaryProxy} {
		for _, setting := range []string{"BACKSTAGE_URL", "CONVISO_API_BASE"} {
			a := newAccount(t, "https://backstage.example.invalid", "https://platform.example.invalid").without(setting + "=" + base)
			r := a.run("list")
			if r.code != 2 || !strings.Contains(r.errs, setting) {
				t.Errorf("%s=%s: exit %d\n%s", setting, base, r.code, r.errs)
			}
			if leaks := found(r.errs, canaryProxy); leaks != "" {
				t.Errorf("%s=%s: %s is in\n%s", setting, base, leaks, r.errs)
			}
		}
	}
}

// TestTokenExpires protects what was read when the token ends in the middle: the rows are
// printed, the sentence says why the list is not whole, and scripts see it.
func TestTokenExpires(t *testing.T) {
	const perPage = 1000
	pages := 0
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if pages++; pages >= 38 {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, `{"error":{"name":"AuthenticationError","message":"Illegal token `+canaryToken+`"}}`)
			return
		}
		var b strings.Builder
		for i := range perPage {
			fmt.Fprintf(&b, `,{"kind":"Component","metadata":{"name":"e%d-%d","namespace":"default"}}`, pages, i)
		}
		fmt.Fprintf(w, `{"items":[%s],"totalItems":61000,"pageInfo":{"nextCursor":"%d"}}`, b.String()[1:], pages)
	})
	platform := faulty.NewPlatform(demo.PlatformOptions{Key: secret.New(canaryKey)})
	r := newAccount(t, serve(t, h), serve(t, platform)).run("list", "-o", "name")
	if rows := strings.Count(r.out, "\n"); r.code != 4 || rows != 37*perPage || !strings.Contains(r.errs, "refused the token") || strings.Contains(r.errs, "canary") {
		t.Errorf("exit %d with %d rows\n%s", r.code, rows, r.errs)
	}
}
