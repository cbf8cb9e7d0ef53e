package backstage

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/internal/rowindex"
	"conviso-importer/internal/safego"
)

// expected is for how many entities at most room is made before they come.
const expected = 1_000_000

// pageAnswer is one page's answer, or why there is none.
type pageAnswer struct {
	*listAnswer
	// next is the cursor of the page behind it, empty on the last one.
	next string
	// total is what the first page announced.
	total int
	err   error
}

// follower walks along the cursors, one page ahead of its reader: the server makes a page and
// sends it while the one before is taken apart.
type follower struct {
	client *Client
	query  url.Values
	// cursors are those that pages have named.
	cursors map[string]struct{}
	total   int
	link    link
	quick   quick
	// ahead is the page that next returns next.
	ahead *fetch
	// spare are answers whose memory may be used again.
	spare []*listAnswer
}

// fetch is a page on its way.
type fetch struct {
	cancel context.CancelFunc
	into   *listAnswer
	// arrived gets what the page's body tells before it is read, and done how the page ends. Both
	// are closed when there is nothing more to wait for.
	arrived chan arrival
	done    chan error
}

// arrival is what a body tells by itself.
type arrival struct {
	size int
	took time.Duration
	// cursor seems to be that of the next page; empty where nothing seems so.
	cursor string
}

// start asks for the page of a cursor; the first one has none.
func (f *follower) start(ctx context.Context, cursor string) *fetch {
	query := f.query
	if cursor != "" {
		// The filter travels inside the cursor.
		query = maps.Clone(query)
		query.Del("filter")
		query.Set("cursor", cursor)
	}
	ctx, cancel := context.WithCancel(ctx)
	p := &fetch{cancel: cancel, into: f.room(), arrived: make(chan arrival, 1), done: make(chan error, 1)}
	r := request{method: http.MethodGet, path: byQueryPath, query: query, plain: !f.link.narrow()}
	r.arrived = func(body []byte, took time.Duration) {
		select {
		case p.arrived <- arrival{size: len(body), took: took, cursor: tailCursor(body)}:
		default:
			// A later try has nothing to add.
		}
	}
	safego.Go(ctx, func() {
		defer close(p.done)
		defer close(p.arrived)
		p.done <- f.client.call(ctx, r, p.into)
	})
	return p
}

// room returns an answer to read into.
func (f *follower) room() *listAnswer {
	if len(f.spare) == 0 {
		return &listAnswer{quick: &f.quick}
	}
	last := len(f.spare) - 1
	used := f.spare[last]
	f.spare = f.spare[:last]
	return used
}

// release gives an answer's memory back; nothing of it may be in use.
func (f *follower) release(a *listAnswer) { f.spare = append(f.spare, a) }

// stop breaks off what is on its way and waits for its end.
func (f *follower) stop() {
	if f.ahead == nil {
		return
	}
	f.ahead.cancel()
	for range f.ahead.done {
	}
	f.release(f.ahead.into)
	f.ahead = nil
}

// next returns the page that is on its way, and asks for the one behind it as soon as the body
// shows a cursor for it. That is a guess until the answer was read; one that was wrong costs a
// request, whose answer nobody looks at.
func (f *follower) next(ctx context.Context) pageAnswer {
	page, guess := f.ahead, ""
	f.ahead = nil
	if a, ok := <-page.arrived; ok {
		f.link.carried(a.size, a.took)
		if _, seen := f.cursors[a.cursor]; a.cursor != "" && !seen {
			guess = a.cursor
			f.ahead = f.start(ctx, guess)
		}
	}
	err, ok := <-page.done
	page.cancel()
	if !ok {
		err = fmt.Errorf("read the catalog: %w", safego.ErrPanicked)
	}
	if err != nil {
		return pageAnswer{err: err}
	}
	answer := f.judge(page.into)
	if answer.err != nil {
		return answer
	}
	if answer.next != guess {
		f.stop()
	}
	if answer.next != "" {
		f.cursors[answer.next] = struct{}{}
		if f.ahead == nil {
			f.ahead = f.start(ctx, answer.next)
		}
	}
	return answer
}

// judge says what an answer is as a page.
func (f *follower) judge(answer *listAnswer) pageAnswer {
	cursor, ok := answer.cursor()
	_, seen := f.cursors[cursor]
	switch {
	case !ok:
		return pageAnswer{err: f.client.badAnswer("has no list of entities with a pageInfo")}
	case seen:
		return pageAnswer{err: f.client.badAnswer("repeats a cursor, so the list would never end")}
	case len(f.cursors) == 0:
		f.total = max(0, answer.TotalItems)
		if answer.size == 0 && f.total > 0 && cursor == "" {
			return pageAnswer{err: f.client.badAnswer(fmt.Sprintf("announces %d entities and holds none", f.total))}
		}
	}
	return pageAnswer{listAnswer: answer, next: cursor, total: f.total}
}

// tailSize is how much of an answer's end is searched for a cursor, which is a kilobyte or less.
const tailSize = 16 << 10

// tailCursor returns what stands at a body's end as the next page's cursor, or nothing. A body
// may hold such text anywhere, so that only its reader knows.
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
	// narrowRate is how many bytes a second a link must carry to be left alone. Compressing
	// costs a Backstage up to five times its time on a fast link, and saves nine tenths of a
	// slow one's.
	narrowRate = 2_000_000
	// narrowPages is how many pages in a row must be slow: one may have met a busy moment.
	narrowPages = 2
	// tellingSize is how large a page must be to tell something about a link.
	tellingSize = 64 << 10
)

// link judges the way to the catalog by the pages that have come over it.
type link struct{ slow int }

// narrow reports whether pages should be compressed. Once they are, nothing is learnt any more
// about how they would come otherwise, so that it stays.
func (l *link) narrow() bool { return l.slow >= narrowPages }

// carried takes note of a page of so many bytes and how long it took, its making left out.
func (l *link) carried(size int, took time.Duration) {
	switch {
	case l.narrow() || size < tellingSize:
	case float64(size) < narrowRate*took.Seconds():
		l.slow++
	default:
		l.slow = 0
	}
}

// listing turns the answers into pages.
type listing struct {
	client *Client
	// refs are those that have come, index finds them.
	refs   []catalog.Ref
	index  rowindex.Index
	barren int
}

// page decodes one answer, and fails where those behind it would lead nowhere.
func (l *listing) page(answer pageAnswer) (Page, error) {
	if answer.err != nil {
		return Page{}, answer.err
	}
	if answer.failed != nil {
		return Page{}, l.client.badJSON(answer.failed)
	}
	if l.refs == nil {
		// A total is a server's word, to be believed within bounds.
		room := min(answer.total, expected)
		l.refs, l.index = make([]catalog.Ref, 0, room), rowindex.New(room)
	}
	skipped := answer.size - len(answer.entities)
	entities := slices.DeleteFunc(answer.entities, func(e catalog.Entity) bool { return !l.isNew(e.Ref) })
	page := Page{Entities: entities, Total: answer.total, Skipped: skipped}
	switch {
	case answer.next == "":
		return page, nil
	case len(entities) > 0:
		l.barren = 0
	default:
		l.barren++
	}
	if l.barren >= maxBarren {
		return Page{}, l.client.badAnswer(fmt.Sprintf("brings nothing new for %d pages and still names a next one", maxBarren))
	}
	if len(l.refs) > catalog.MaxEntities {
		return Page{}, l.client.badAnswer(fmt.Sprintf("belongs to a list of more than %d entities", catalog.MaxEntities))
	}
	return page, nil
}

// isNew reports whether a ref has not come before, and takes note of it.
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
