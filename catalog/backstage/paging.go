package backstage

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/internal/rowindex"
	"conviso-importer/internal/safego"
)

// maxPreallocated limits the entities to allocate for in advance.
const maxPreallocated = 1_000_000

// pageResult is one page's response or error.
type pageResult struct {
	*listResponse
	next  string
	total int // the total of the first page
	err   error
}

// pager follows the cursors one page ahead of the caller: the server prepares and sends a page
// while the previous one is decoded.
type pager struct {
	client  *Client
	query   url.Values
	cursors map[string]struct{} // all so far
	total   int
	link    link
	decoder fastDecoder
	ahead   *fetch          // the fetch of the next page
	free    []*listResponse // responses whose memory may be reused
}

type fetch struct {
	cancel context.CancelFunc
	into   *listResponse
	// arrived receives a summary of the body before it is decoded, done the result. Both are closed at the end.
	arrived chan arrival
	done    chan error
}

// arrival summarises a body.
type arrival struct {
	size   int
	took   time.Duration
	cursor string // a guess at the next page's cursor, or empty
}

// start requests the page of a cursor, or the first page.
func (p *pager) start(ctx context.Context, cursor string) *fetch {
	query := p.query
	if cursor != "" {
		// The cursor contains the filter.
		query = maps.Clone(query)
		query.Del("filter")
		query.Set("cursor", cursor)
	}
	ctx, cancel := context.WithCancel(ctx)
	next := &fetch{cancel: cancel, into: p.buffer(), arrived: make(chan arrival, 1), done: make(chan error, 1)}
	r := request{method: http.MethodGet, path: byQueryPath, query: query, plain: !p.link.isSlow()}
	r.arrived = func(body []byte, took time.Duration) {
		select {
		case next.arrived <- arrival{size: len(body), took: took, cursor: tailCursor(body)}:
		default:
			// An earlier attempt has already reported.
		}
	}
	safego.Go(ctx, func() {
		defer close(next.done)
		defer close(next.arrived)
		next.done <- p.client.call(ctx, r, next.into)
	})
	return next
}

func (p *pager) buffer() *listResponse {
	if len(p.free) == 0 {
		return &listResponse{decoder: &p.decoder}
	}
	last := len(p.free) - 1
	used := p.free[last]
	p.free = p.free[:last]
	return used
}

func (p *pager) release(a *listResponse) { p.free = append(p.free, a) }

func (p *pager) stop() {
	if p.ahead == nil {
		return
	}
	p.ahead.cancel()
	for range p.ahead.done {
	}
	p.release(p.ahead.into)
	p.ahead = nil
}

// next returns the fetched page. It requests the following one as soon as the body shows a
// cursor, before decoding; a wrong guess costs one request.
func (p *pager) next(ctx context.Context) pageResult {
	page, guess := p.ahead, ""
	p.ahead = nil
	if a, ok := <-page.arrived; ok {
		p.link.observe(a.size, a.took)
		if _, seen := p.cursors[a.cursor]; a.cursor != "" && !seen {
			guess = a.cursor
			p.ahead = p.start(ctx, guess)
		}
	}
	err, ok := <-page.done
	page.cancel()
	if !ok {
		err = fmt.Errorf("read the catalog: %w", safego.ErrPanicked)
	}
	if err != nil {
		return pageResult{err: err}
	}
	resp := p.check(page.into)
	if resp.err != nil {
		return resp
	}
	if resp.next != guess {
		p.stop()
	}
	if resp.next != "" {
		p.cursors[resp.next] = struct{}{}
		if p.ahead == nil {
			p.ahead = p.start(ctx, resp.next)
		}
	}
	return resp
}

func (p *pager) check(resp *listResponse) pageResult {
	cursor, ok := resp.cursor()
	_, seen := p.cursors[cursor]
	switch {
	case !ok:
		return pageResult{err: p.client.badAnswer("has no list of entities with a pageInfo")}
	case seen:
		return pageResult{err: p.client.badAnswer("repeats a cursor, so the list would never end")}
	case len(p.cursors) == 0:
		p.total = max(0, resp.TotalItems)
		if resp.size == 0 && p.total > 0 && cursor == "" {
			return pageResult{err: p.client.badAnswer(fmt.Sprintf("announces %d entities and holds none", p.total))}
		}
	}
	return pageResult{listResponse: resp, next: cursor, total: p.total}
}

// tailSize is the part of a body's end to search for the cursor, which takes a kilobyte or less.
const tailSize = 16 << 10

// tailCursor guesses the next page's cursor from a body's end; any string may contain such text.
func tailCursor(body []byte) string {
	const name = `"nextCursor":"`
	tail := body[max(0, len(body)-tailSize):]
	at := bytes.LastIndex(tail, []byte(name))
	if at < 0 {
		return ""
	}
	cursor, _, ok := bytes.Cut(tail[at+len(name):], []byte(`"`))
	if !ok || bytes.IndexByte(cursor, '\\') >= 0 {
		return ""
	}
	return string(cursor)
}

const (
	// slowRate is in bytes per second. Below it pages are compressed: that takes Backstage up to five times
	// as long on a fast link, and saves nine tenths of the time on a slow one.
	slowRate      = 2_000_000
	minSlowPages  = 2        // how many consecutive pages must be slow, to ignore a busy moment
	minSampleSize = 64 << 10 // the smallest page that measures a link
)

// link measures the network by the pages received.
type link struct{ slow int }

// isSlow reports whether to compress pages. Compressed pages are not measured, so it stays true.
func (l *link) isSlow() bool { return l.slow >= minSlowPages }

func (l *link) observe(size int, took time.Duration) {
	switch {
	case l.isSlow() || size < minSampleSize:
	case float64(size) < slowRate*took.Seconds():
		l.slow++
	default:
		l.slow = 0
	}
}

// listing turns page results into pages without duplicates.
type listing struct {
	client     *Client
	kinds      []string      // those that were asked for
	refs       []catalog.Ref // those received, index finds them
	index      rowindex.Index
	emptyPages int
}

// page decodes one result. It fails if the list would never end.
func (l *listing) page(resp pageResult) (Page, error) {
	if resp.err != nil {
		return Page{}, resp.err
	}
	if resp.failed != nil {
		return Page{}, l.client.badJSON(resp.failed)
	}
	if l.refs == nil {
		// The server's total is not trusted beyond limits.
		size := min(resp.total, maxPreallocated)
		l.refs, l.index = make([]catalog.Ref, 0, size), rowindex.New(size)
	}
	skipped := resp.size - len(resp.entities)
	entities := slices.DeleteFunc(resp.entities, func(e catalog.Entity) bool { return !l.isNew(e.Ref) })
	fresh := len(entities)
	entities = slices.DeleteFunc(entities, func(e catalog.Entity) bool { return !slices.Contains(l.kinds, strings.ToLower(e.Kind)) })
	page := Page{Entities: entities, Total: resp.total, Skipped: skipped, Others: fresh - len(entities)}
	switch {
	case resp.next == "":
		return page, nil
	case fresh > 0:
		l.emptyPages = 0
	default:
		l.emptyPages++
	}
	if fresh == 0 && resp.size > skipped {
		return Page{}, l.client.badAnswer("repeats what came before and still names a next page")
	}
	if l.emptyPages >= maxEmptyPages {
		return Page{}, l.client.badAnswer(fmt.Sprintf("holds no entities for %d pages and still names a next one", maxEmptyPages))
	}
	if len(l.refs) > catalog.MaxEntities {
		return Page{}, l.client.badAnswer(fmt.Sprintf("belongs to a list of more than %d entities", catalog.MaxEntities))
	}
	return page, nil
}

// isNew reports whether a ref is new, and records it.
func (l *listing) isNew(ref catalog.Ref) bool {
	hash := l.index.Hash(string(ref))
	for i := range l.index.Likely(hash) {
		if l.refs[i] == ref {
			return false
		}
	}
	l.index.Grow(len(l.refs), func(to []byte, i int) []byte { return append(to, l.refs[i]...) })
	l.index.Add(hash, len(l.refs))
	l.refs = append(l.refs, ref)
	return true
}
