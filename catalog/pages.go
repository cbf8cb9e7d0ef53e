package catalog

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"conviso-importer/internal/safego"
)

// expected is for how many entities room is made before they come.
const expected = 100_000

// pageAnswer is one page's answer, its items still to be decoded, or why there is none.
type pageAnswer struct {
	*listAnswer
	// next is the cursor of the page behind it, empty on the last one.
	next string
	// total is what the first page announced.
	total int
	err   error
}

// answers are the pages' answers, one of them ahead of its reader: the server makes a page
// and sends it while the one before is decoded.
type answers struct {
	// ready ends after the last page or the first error.
	ready chan pageAnswer
	// spare takes answers back whose memory may be used again.
	spare chan *listAnswer
}

// answers starts to read the pages of query in the background. It goes on until the list or
// ctx ends, as long as its pages are taken.
func (c *Client) answers(ctx context.Context, query url.Values) *answers {
	a := &answers{ready: make(chan pageAnswer), spare: make(chan *listAnswer, 2)}
	safego.Go(ctx, func() {
		defer close(a.ready)
		f := follower{client: c, query: query, cursors: map[string]struct{}{}}
		for {
			answer := f.next(ctx, a.room())
			a.ready <- answer
			if answer.err != nil || answer.next == "" {
				return
			}
		}
	})
	return a
}

// room returns an answer to read into.
func (a *answers) room() *listAnswer {
	select {
	case used := <-a.spare:
		return used
	default:
		return &listAnswer{}
	}
}

// done gives an answer's memory back; nothing of it may be in use.
func (a *answers) done(answer pageAnswer) {
	select {
	case a.spare <- answer.listAnswer:
	default:
	}
}

// drain waits for the end of the reading, whose context has ended.
func (a *answers) drain() {
	for range a.ready {
	}
}

// follower walks along the cursors.
type follower struct {
	client  *Client
	query   url.Values
	cursors map[string]struct{}
	total   int
	link    link
}

// next reads one page into answer and turns to the next.
func (f *follower) next(ctx context.Context, answer *listAnswer) pageAnswer {
	if err := f.client.call(ctx, request{method: http.MethodGet, path: byQueryPath, query: f.query, plain: !f.link.narrow()}, answer); err != nil {
		return pageAnswer{err: err}
	}
	f.link.carried(len(answer.raw), answer.took)
	cursor, ok := answer.cursor()
	_, seen := f.cursors[cursor]
	switch {
	case !ok:
		return pageAnswer{err: f.client.badAnswer("has no list of entities with a pageInfo")}
	case seen:
		return pageAnswer{err: f.client.badAnswer("repeats a cursor, so the list would never end")}
	case len(f.cursors) == 0:
		f.total = max(0, answer.TotalItems)
		if len(answer.ends) == 0 && f.total > 0 && cursor == "" {
			return pageAnswer{err: f.client.badAnswer(fmt.Sprintf("announces %d entities and holds none", f.total))}
		}
	}
	if cursor != "" {
		f.cursors[cursor] = struct{}{}
		// The filter travels inside the cursor.
		f.query.Del("filter")
		f.query.Set("cursor", cursor)
	}
	return pageAnswer{listAnswer: answer, next: cursor, total: f.total}
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

// narrow says whether pages should be compressed. Once they are, nothing is learnt any more
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
	refs   map[Ref]struct{}
	words  interner
	barren int
}

// page decodes one answer, and fails where those behind it would lead nowhere.
func (l *listing) page(answer pageAnswer) (Page, error) {
	if answer.err != nil {
		return Page{}, answer.err
	}
	entities, skipped, err := answer.entities(l.words)
	if err != nil {
		return Page{}, l.client.badJSON(err)
	}
	if l.refs == nil {
		// A total is a server's word, to be believed within bounds.
		l.refs = make(map[Ref]struct{}, min(answer.total, expected))
	}
	entities = slices.DeleteFunc(entities, func(e Entity) bool {
		before := len(l.refs)
		l.refs[e.Ref] = struct{}{}
		return len(l.refs) == before
	})
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
	if len(l.refs) > maxEntities {
		return Page{}, l.client.badAnswer(fmt.Sprintf("belongs to a list of more than %d entities", maxEntities))
	}
	return page, nil
}
