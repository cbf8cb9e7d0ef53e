package demo

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"conviso-importer/internal/secret"
)

// maxBody limits a request's body.
const maxBody = 102_400

// CatalogOptions configure a Catalog. The zero value is an empty, open one.
type CatalogOptions struct {
	Entities   int              // the number of generated Components; if positive, other kinds are added
	Seed       uint64           // varies the generated entities deterministically
	Token      secret.Secret    // the accepted bearer token; zero accepts any
	Restricted secret.Secret    // a known token that may not read the catalog
	Old        bool             // imitates a catalog of 2024: 20 entities a page, no totalItems parameter
	Latency    time.Duration    // delays every response
	Now        func() time.Time // the clock; nil means time.Now
	// A Component appears AppearFirst after the start, then another every AppearEvery, AppearLimit in all.
	AppearFirst, AppearEvery time.Duration
	AppearLimit              int
}

// Catalog is a Backstage catalog, an http.Handler. It is safe for concurrent use.
type Catalog struct {
	options CatalogOptions
	now     func() time.Time
	started time.Time
	encoder gzipPool

	state    sync.Mutex
	contents *contents
	appeared int
	token    secret.Secret
}

// NewCatalog returns a catalog.
func NewCatalog(o CatalogOptions) *Catalog {
	c := &Catalog{options: o, now: timeOr(o.Now), token: o.Token,
		contents: &contents{gen: newGenerator(o.Seed, o.Entities)}}
	c.started = c.now()
	return c
}

// Add adds entities; one with an existing ref replaces the old one.
func (c *Catalog) Add(entities ...Entity) {
	c.state.Lock()
	defer c.state.Unlock()
	for _, e := range entities {
		c.contents = c.contents.with(e)
	}
}

// Remove removes an entity by ref, `kind:namespace/name`, and reports whether it existed.
func (c *Catalog) Remove(ref string) bool {
	c.state.Lock()
	defer c.state.Unlock()
	next, ok := c.contents.without(strings.ToLower(ref))
	c.contents = next
	return ok
}

// SetToken changes the accepted token, as if the old one expired.
func (c *Catalog) SetToken(token secret.Secret) {
	c.state.Lock()
	defer c.state.Unlock()
	c.token = token
}

// Components returns the current Components, for tests to compare with.
func (c *Catalog) Components() []Entity {
	var all []Entity
	for e := range c.current().after("", partAll) {
		if e.Kind == "Component" {
			all = append(all, *e)
		}
	}
	return all
}

func (c *Catalog) current() *contents {
	c.state.Lock()
	defer c.state.Unlock()
	for c.appeared < c.options.AppearLimit {
		due := c.options.AppearFirst + time.Duration(c.appeared)*c.options.AppearEvery
		if c.now().Sub(c.started) < due {
			break
		}
		c.contents = c.contents.with(c.contents.gen.component(c.options.Entities+c.appeared, partAll))
		c.appeared++
	}
	return c.contents
}

// ServeHTTP implements http.Handler.
func (c *Catalog) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, ok := receive(r, c.options.Latency)
	if !ok {
		return
	}
	c.state.Lock()
	token := c.token
	c.state.Unlock()
	if r.URL.Path == "/.backstage/health/v1/readiness" {
		c.reply(w, r, http.StatusOK, []byte(`{"status":"ok"}`))
		return
	}
	path, ok := strings.CutPrefix(r.URL.Path, "/api/catalog")
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	if e := c.authorize(r, token); e != nil {
		c.refuse(w, r, e)
		return
	}
	name, byName := strings.CutPrefix(path, "/entities/by-name/")
	switch {
	case r.Method == http.MethodGet && path == "/entities/by-query":
		c.byQuery(w, r)
	case r.Method == http.MethodPost && path == "/entities/by-refs":
		c.byRefs(w, r, body)
	case r.Method == http.MethodGet && path == "/entity-facets":
		c.facets(w, r)
	case r.Method == http.MethodGet && byName && strings.Count(name, "/") == 2:
		c.byName(w, r, name)
	default:
		// Without envelope and content type, like a router without the route.
		w.WriteHeader(http.StatusNotFound)
	}
}

// authorize checks the bearer token as a backend without a permission framework does.
func (c *Catalog) authorize(r *http.Request, want secret.Secret) *apiError {
	if want.IsZero() {
		return nil
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	switch {
	case !strings.EqualFold(scheme, "Bearer") || token == "":
		return &apiError{http.StatusUnauthorized, "AuthenticationError", "Missing credentials"}
	case token == want.Reveal():
		return nil
	case !c.options.Restricted.IsZero() && token == c.options.Restricted.Reveal():
		return &apiError{http.StatusForbidden, "NotAllowedError", "This token's access is restricted to plugin(s) 'scaffolder'"}
	}
	return &apiError{http.StatusUnauthorized, "AuthenticationError", "Illegal token"}
}

func (c *Catalog) byQuery(w http.ResponseWriter, r *http.Request) {
	q, err := parseQuery(r.URL.Query(), c.options.Old)
	if err != nil {
		c.refuse(w, r, inputError(err.Error()))
		return
	}
	c.reply(w, r, http.StatusOK, c.current().page(q))
}

// byRefs sends entities in the requested order, null for missing ones.
func (c *Catalog) byRefs(w http.ResponseWriter, r *http.Request, body []byte) {
	if len(body) > maxBody {
		c.refuse(w, r, inputError("request entity too large"))
		return
	}
	var in struct {
		EntityRefs []string `json:"entityRefs"`
		Fields     []string `json:"fields"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		c.refuse(w, r, inputError("request/body is not JSON of the expected shape"))
		return
	}
	if in.EntityRefs == nil {
		c.refuse(w, r, inputError("request/body must have required property 'entityRefs'"))
		return
	}
	fields := parseFields(in.Fields)
	now := c.current()
	out := []byte(`{"items":[`)
	for _, ref := range in.EntityRefs {
		out = appendComma(out)
		if e, ok := now.find(ref, fields.needs()); ok {
			out = appendEntity(out, &e, fields)
		} else {
			out = append(out, "null"...)
		}
	}
	c.reply(w, r, http.StatusOK, append(out, "]}"...))
}

// byName sends one entity by kind/namespace/name, ignoring case.
func (c *Catalog) byName(w http.ResponseWriter, r *http.Request, path string) {
	parts := strings.Split(strings.ToLower(path), "/")
	e, ok := c.current().find(parts[0]+":"+parts[1]+"/"+parts[2], partAll)
	if !ok {
		c.refuse(w, r, &apiError{http.StatusNotFound, "NotFoundError",
			"No entity named '" + parts[2] + "' found, with kind '" + parts[0] + "' in namespace '" + parts[1] + "'"})
		return
	}
	c.reply(w, r, http.StatusOK, appendEntity(nil, &e, everything()))
}

func (c *Catalog) facets(w http.ResponseWriter, r *http.Request) {
	v := r.URL.Query()
	if len(v["facet"]) == 0 {
		c.refuse(w, r, inputError("request/query must have required property 'facet'"))
		return
	}
	out, err := json.Marshal(map[string]any{"facets": c.current().count(v["facet"], parseFilter(nonEmpty(v, "filter")))})
	if err != nil {
		c.refuse(w, r, &apiError{http.StatusInternalServerError, "Error", err.Error()})
		return
	}
	c.reply(w, r, http.StatusOK, out)
}

func nonEmpty(v url.Values, name string) []string {
	return slices.DeleteFunc(slices.Clone(v[name]), func(s string) bool { return s == "" })
}
