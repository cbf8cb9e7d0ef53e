// Package backstage reads a catalog over Backstage's HTTP API: the list page by page, details
// by reference, both through the cache. It turns responses into entities, and failures into
// messages that name the setting to change. It must not know the platform that entities are
// sent to, how lists are searched, or the user interface.
package backstage

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/internal/pause"
	"conviso-importer/internal/safetext"
	"conviso-importer/internal/secret"
	"conviso-importer/internal/transport"
)

const (
	// pageSize is sent with every page: a cursor contains the filter but not the limit, and
	// servers default to 20 or 200. Larger pages gain little and delay the first.
	pageSize = 1000
	maxBody  = 32 << 20 // limits one response, decoded
	// maxEmptyPages ends an endless list of items that are no entities.
	maxEmptyPages = 3

	byQueryPath   = "api/catalog/entities/by-query"
	byRefsPath    = "api/catalog/entities/by-refs"
	readinessPath = ".backstage/health/v1/readiness"
)

// listFields excludes large fields: an API's definition may be megabytes. Of the annotations it names
// those that decide about imports; they may contain the dots that separate the parts of a field.
func listFields() string {
	return "kind,metadata.name,metadata.namespace,metadata.title,metadata.description,metadata.tags," +
		"spec.type,spec.lifecycle,spec.owner,spec.system,metadata.annotations." +
		strings.Join(catalog.ListAnnotations(), ",metadata.annotations.")
}

// kindPattern is Backstage's rule. It keeps a kind from adding terms to the filter.
var kindPattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*$`)

// Options configure a Client.
type Options struct {
	Base  *url.URL      // the base URL, as transport.ParseBase returns it
	Token secret.Secret // the bearer token; the zero value sends none
	// Reread, if not nil, reads the token file again after a refusal. It returns false if the
	// file cannot be read.
	Reread func() (secret.Secret, bool)
	// TokenSetting names the setting of the token in errors; empty means BACKSTAGE_TOKEN, or
	// BACKSTAGE_TOKEN_FILE with a Reread.
	TokenSetting string
	// NoToken is a clause that says why the configuration gives no token, and what to write; it may be empty.
	NoToken   string
	CAFile    string // a PEM file of certificates added to the system's; may be empty
	UserAgent string
	// Log, if not nil, records each request without headers and bodies.
	Log *slog.Logger
}

// Client reads one Backstage catalog. It only reads, so it retries by itself. It is safe for concurrent use.
type Client struct {
	base         *url.URL
	http         *http.Client
	token        *secret.Keeper
	tokenSetting string
	noToken      string
	sleep        func(context.Context, time.Duration) error // waits between attempts; tests replace it
}

// NewClient returns a client for o.Base. It fails only if CAFile is unreadable.
func NewClient(o Options) (*Client, error) {
	kept := secret.NewKeeper(o.Token, o.Reread)
	authorize := func(h http.Header) {
		h.Set("Accept", "application/json")
		if token := kept.Current(); !token.IsZero() {
			h.Set("Authorization", "Bearer "+token.Reveal())
		}
	}
	hc, err := transport.New(transport.Options{Log: o.Log, Base: o.Base, Authorize: authorize,
		UserAgent: o.UserAgent, CAFile: o.CAFile, MaxBody: maxBody, MaxConns: 4})
	if err != nil {
		return nil, err
	}
	setting := secret.SettingOf(o.TokenSetting, "BACKSTAGE_TOKEN", kept.Rereads())
	return &Client{base: o.Base, http: hc, token: kept, tokenSetting: setting, noToken: o.NoToken, sleep: pause.Sleep}, nil
}

// Page is one page of the catalog's list.
type Page struct {
	// Entities are safe to show and new: no page repeats a ref. The caller may keep their
	// strings and tags, but the next page overwrites the slice.
	Entities []catalog.Entity
	// Total is the catalog's count in its first page. The list may turn out longer or shorter
	// if the catalog changes.
	Total   int
	Skipped int // counts items without kind or name; a stock catalog has none
	Others  int // counts entities of kinds that were not asked for, as a server sends that ignores the filter
}

// Pages streams the entities of the given kinds in the catalog's own order; no kinds means components. It ends
// after the last page, the first error, or when ctx ends. Errors are an *Error, or ctx's error for errors.Is.
func (c *Client) Pages(ctx context.Context, kinds []string) iter.Seq2[Page, error] {
	return func(yield func(Page, error) bool) {
		query, err := listQuery(kinds)
		if err != nil {
			yield(Page{}, err)
			return
		}
		p := pager{client: c, query: query, cursors: map[string]struct{}{}, decoder: fastDecoder{words: interner{}}}
		p.ahead = p.start(ctx, "")
		// Cancel the request for the next page.
		defer p.stop()
		l := listing{client: c, kinds: normalKinds(kinds)}
		for {
			answer := p.next(ctx)
			page, err := l.page(answer)
			if err != nil {
				yield(Page{}, err)
				return
			}
			if !yield(page, nil) || answer.next == "" {
				return
			}
			p.release(answer.listResponse)
		}
	}
}

// listQuery returns the first page's parameters: only those that two-year-old servers accept, and no order,
// since new servers drop entities without the order field and old ones repeat them endlessly.
func listQuery(kinds []string) (url.Values, error) {
	query := url.Values{"limit": {strconv.Itoa(pageSize)}, "fields": {listFields()}}
	for _, kind := range normalKinds(kinds) {
		if !kindPattern.MatchString(kind) {
			return nil, fmt.Errorf("%q is not a kind of entity; write it like Component", safetext.Line(kind))
		}
		query.Add("filter", "kind="+kind)
	}
	return query, nil
}

// normalKinds returns kinds in lower case, sorted and distinct; components by default.
func normalKinds(kinds []string) []string {
	normal := make([]string, 0, max(1, len(kinds)))
	for _, kind := range kinds {
		normal = append(normal, strings.ToLower(strings.TrimSpace(kind)))
	}
	if len(normal) == 0 {
		normal = append(normal, catalog.DefaultKind)
	}
	slices.Sort(normal)
	return slices.Compact(normal)
}
