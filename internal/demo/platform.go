package demo

import (
	"encoding/json"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"conviso-importer/conviso/schema"
	"conviso-importer/internal/secret"
)

// PlatformOptions configure a Platform. The zero value is one open company, where imports
// become assets at once and nothing is refused.
type PlatformOptions struct {
	Key       secret.Secret // the accepted key; zero accepts any
	Companies []Company
	PageCap   int // limits a page of assets; 0 means no limit
	// MinDelay and MaxDelay limit the time from accepting a project to its asset, which depends
	// on the project's id.
	MinDelay, MaxDelay time.Duration
	Reject             func(Project) string // returns why a project is refused, or ""; nil refuses none
	// Lose reports accepted projects that never become assets; nil loses none.
	Lose func(Project) bool
	// Dedupe makes a project with a known id update its asset; otherwise it makes another one.
	Dedupe bool
	// RateLimit is the number of requests per minute above which it answers 429, with
	// Retry-After unless NoRetryAfter. 0 means no limit.
	RateLimit    int
	NoRetryAfter bool
	// CountRefused counts refused requests as well, as limiters that count requests do: a
	// client that does not slow down stays locked out.
	CountRefused bool
	Latency      time.Duration    // delays every response
	Now          func() time.Time // the clock; nil means time.Now
}

// Company is a company on the platform.
type Company struct{ ID, Label string }

// Platform is a Conviso platform, an http.Handler. It is safe for concurrent use.
type Platform struct {
	options PlatformOptions
	now     func() time.Time
	schema  *ast.Schema

	state        sync.Mutex
	admitted     window
	reject       func(Project) string
	key          secret.Secret
	companies    map[string]*company
	unlisted     []Asset // archived, or absorbed by others
	integrations []integration
	nextID       int64
	imports      Imports
}

// NewPlatform returns a platform.
func NewPlatform(o PlatformOptions) *Platform {
	if o.Companies == nil {
		o.Companies = []Company{{ID: "1042", Label: "Acme Bank"}}
	}
	p := &Platform{options: o, now: timeOr(o.Now), reject: o.Reject, key: o.Key,
		schema:    gqlparser.MustLoadSchema(&ast.Source{Name: "schema.graphql", Input: schema.Source()}),
		companies: make(map[string]*company), nextID: 88_000,
		imports: Imports{Deliveries: make(map[string]int)}}
	for _, c := range o.Companies {
		p.companies[c.ID] = &company{Company: c}
	}
	return p
}

// SetReject replaces PlatformOptions.Reject.
func (p *Platform) SetReject(reject func(Project) string) {
	p.state.Lock()
	defer p.state.Unlock()
	p.reject = reject
}

// SetKey changes the accepted key, as if the old one were revoked.
func (p *Platform) SetKey(key secret.Secret) {
	p.state.Lock()
	defer p.state.Unlock()
	p.key = key
}

// RejectNames returns a Reject function that refuses projects by name, each with its reason.
func RejectNames(reasons map[string]string) func(Project) string {
	return func(p Project) string { return reasons[p.Name] }
}

// ServeHTTP implements http.Handler.
func (p *Platform) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// One clock dates responses and assets, even if it is not this machine's.
	w.Header().Set("Date", p.now().UTC().Format(http.TimeFormat))
	body, ok := receive(r, p.options.Latency)
	if !ok {
		return
	}
	switch {
	case r.URL.Path != "/graphql":
		http.NotFound(w, r)
	case r.Method != http.MethodPost:
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
	case !p.authorized(r):
		sendJSON(w, http.StatusUnauthorized, map[string]string{"error": "Invalid API key"})
	default:
		wait, ok := p.admit()
		if ok {
			status, answer := p.execute(body)
			sendJSON(w, status, answer)
			return
		}
		if !p.options.NoRetryAfter {
			w.Header().Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
		}
		sendJSON(w, http.StatusTooManyRequests, map[string]string{"error": "Too many requests"})
	}
}

func (p *Platform) authorized(r *http.Request) bool {
	p.state.Lock()
	defer p.state.Unlock()
	return p.key.IsZero() || r.Header.Get("X-API-Key") == p.key.Reveal()
}

func sendJSON(w http.ResponseWriter, status int, answer any) {
	doc, err := json.Marshal(answer)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(doc)))
	w.WriteHeader(status)
	_, _ = w.Write(doc)
}
