// Package backstage reads a software catalog over Backstage's HTTP API: the list page by page,
// details by reference, and both through the cache. It turns what a server answers into entities
// and what goes wrong into sentences that name the setting to change. It must not know the
// platform that entities are sent to, how lists are searched, nor how anything is shown.
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
	// pageSize is sent with every page: a cursor carries the filter but not the limit, and
	// servers fall back to 20 or 200. Larger pages gain little and make the first one late.
	pageSize = 1000
	// maxBody bounds the decoded bytes of one answer.
	maxBody = 32 << 20
	// maxBarren is how many pages in a row may bring nothing new. One or two can be honest,
	// when the catalog changes under the load; more is a server that never ends.
	maxBarren = 3

	byQueryPath   = "api/catalog/entities/by-query"
	byRefsPath    = "api/catalog/entities/by-refs"
	readinessPath = ".backstage/health/v1/readiness"
)

// listFields are what the list needs. Everything else stays on the server: an API's
// definition alone may be megabytes.
const listFields = "kind,metadata.name,metadata.namespace,metadata.title," +
	"metadata.description,metadata.tags,spec.type,spec.lifecycle,spec.owner,spec.system"

// kindPattern is what Backstage allows as a kind. It keeps a kind from adding terms to
// the filter that it is put into.
var kindPattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*$`)

// Options configure a Client.
type Options struct {
	// Base is the backend's base URL, as transport.ParseBase returns it.
	Base *url.URL
	// Token is the bearer token; the zero value sends none.
	Token secret.Secret
	// Reread, where there is one, reads the token anew from the file that it came from; it
	// is asked after a refusal. False means that the file cannot be read.
	Reread func() (secret.Secret, bool)
	// TokenSetting names the setting that the token comes from, in errors about it; empty means
	// BACKSTAGE_TOKEN, or BACKSTAGE_TOKEN_FILE where there is a Reread.
	TokenSetting string
	// CAFile is a PEM file of certificates added to the system's; empty for none.
	CAFile string
	// UserAgent names this program and its version.
	UserAgent string
	// Log, where there is one, is told of each request, without its headers and bodies.
	Log *slog.Logger
}

// Client reads one Backstage catalog. It only ever reads, so it tries again by itself
// where that may help. It is safe for concurrent use.
type Client struct {
	base  *url.URL
	http  *http.Client
	token *secret.Keeper
	// tokenSetting names where the token comes from.
	tokenSetting string
	// sleep waits between tries; tests replace it.
	sleep func(context.Context, time.Duration) error
}

// NewClient returns a client for the catalog at o.Base. It reports only an unreadable CAFile.
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
	return &Client{base: o.Base, http: hc, token: kept, tokenSetting: setting, sleep: pause.Sleep}, nil
}

// Page is one page of the catalog's list.
type Page struct {
	// Entities are safe to show and new: no page repeats the ref of an earlier one. Their strings
	// and tags may be kept; the list itself gets other entities once the next page is asked for.
	Entities []catalog.Entity
	// Total is how many entities the catalog announced with its first page. The catalog may
	// change while it is read, so what comes may be fewer or more.
	Total int
	// Skipped counts the items of this page that have no kind or no name and so are no
	// entities; a stock catalog has none.
	Skipped int
}

// Pages streams the entities of the given kinds in the catalog's own order; no kinds means
// components. It ends after the last page, after the first error, or when ctx ends. An
// *Error says what failed; a cancelled ctx is met by errors.Is.
func (c *Client) Pages(ctx context.Context, kinds []string) iter.Seq2[Page, error] {
	return func(yield func(Page, error) bool) {
		query, err := listQuery(kinds)
		if err != nil {
			yield(Page{}, err)
			return
		}
		f := follower{client: c, query: query, cursors: map[string]struct{}{}, quick: quick{words: interner{}}}
		f.ahead = f.start(ctx, "")
		// A reader that stops leaves no request behind.
		defer f.stop()
		l := listing{client: c}
		for {
			answer := f.next(ctx)
			page, err := l.page(answer)
			if err != nil {
				yield(Page{}, err)
				return
			}
			if !yield(page, nil) || answer.next == "" {
				return
			}
			f.release(answer.listAnswer)
		}
	}
}

// listQuery builds the first page's parameters. It names nothing that a server of two
// years ago refuses, and no order: entities without the order field would be dropped by
// new servers and repeated without end by old ones.
func listQuery(kinds []string) (url.Values, error) {
	query := url.Values{"limit": {strconv.Itoa(pageSize)}, "fields": {listFields}}
	for _, kind := range normalKinds(kinds) {
		if !kindPattern.MatchString(kind) {
			return nil, fmt.Errorf("%q is not a kind of entity; write it like Component", safetext.Line(kind))
		}
		query.Add("filter", "kind="+kind)
	}
	return query, nil
}

// normalKinds is kinds in lower case, sorted, each once; without any, components.
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
