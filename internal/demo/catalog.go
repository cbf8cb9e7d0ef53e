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

// maxBody is what the catalog reads of a request's body.
const maxBody = 102_400

// CatalogOptions say what a Catalog holds. The zero value is an empty, open one.
type CatalogOptions struct {
	// Entities is how many Components are generated; with at least one come entities of
	// other kinds.
	Entities int
	// Seed varies what is generated; the same seed gives the same catalog.
	Seed uint64
	// Token is the bearer token that is let in; without one, every token is.
	Token secret.Secret
	// Restricted is a token that is known and may not read the catalog.
	Restricted secret.Secret
	// Old behaves as a catalog of 2024: 20 entities a page, no totalItems parameter.
	Old bool
	// Latency passes before every answer.
	Latency time.Duration
	// Now is the clock; time.Now if nil.
	Now func() time.Time
	// AppearFirst after the start one more Component appears, then one every AppearEvery,
	// at most AppearLimit. Zero AppearLimit: nothing does.
	AppearFirst, AppearEvery time.Duration
	AppearLimit              int
}

// Catalog is a Backstage catalog, an http.Handler. It may be used by several goroutines.
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

// NewCatalog makes a catalog.
func NewCatalog(o CatalogOptions) *Catalog {
	c := &Catalog{options: o, now: timeOr(o.Now), token: o.Token,
		contents: &contents{gen: newGenerator(o.Seed, o.Entities)}}
	c.started = c.now()
	return c
}

// Add puts entities into the catalog; one with a known ref replaces it.
func (c *Catalog) Add(entities ...Entity) {
	c.state.Lock()
	defer c.state.Unlock()
	for _, e := range entities {
		c.contents = c.contents.with(e)
	}
}

// Remove takes an entity out by its ref, `kind:namespace/name`, and reports whether it was in.
func (c *Catalog) Remove(ref string) bool {
	c.state.Lock()
	defer c.state.Unlock()
	next, ok := c.contents.without(strings.ToLower(ref))
	c.contents = next
	return ok
}

// SetToken changes the token that is let in, as when one expires.
func (c *Catalog) SetToken(token secret.Secret) {
	c.state.Lock()
	defer c.state.Unlock()
	c.token = token
}

// Components yields what is in the catalog now, for tests to compare with.
func (c *Catalog) Components() []Entity {
	var all []Entity
	for e := range c.current().after("", partAll) {
		if e.Kind == "Component" {
			all = append(all, *e)
		}
	}
	return all
}

// current returns the contents after whatever should have appeared by now.
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
		// Neither an envelope nor a content type: so answers a router without the route.
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

// byQuery answers a page.
func (c *Catalog) byQuery(w http.ResponseWriter, r *http.Request) {
	q, err := parseQuery(r.URL.Query(), c.options.Old)
	if err != nil {
		c.refuse(w, r, inputError(err.Error()))
		return
	}
	c.reply(w, r, http.StatusOK, c.current().page(q))
}

// byRefs answers entities in the order in which they were asked for, null where missing.
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

// byName answers one entity by kind/namespace/name in any case.
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

// facets answers how many entities have each value of a key.
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
