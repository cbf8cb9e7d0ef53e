package backstage

import (
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"conviso-importer/cache"
	"conviso-importer/catalog"
)

// Source is the catalog as the front ends see it: the cached list at once, a fresh one
// while it loads, and details. It is safe for concurrent use.
type Source struct {
	client  *Client
	store   *cache.Store
	kinds   []string
	scope   string
	lists   *catalog.ListCache
	details *cache.Cache[catalog.Detail]
}

// NewSource joins a client, nil to work offline, with a store. scope names the catalog, its
// base URL for example, so that several may share the store; kinds are as for Client.Pages.
func NewSource(c *Client, store *cache.Store, scope string, kinds []string) *Source {
	kinds = normalKinds(kinds)
	codec := cache.JSON[catalog.Detail](1)
	codec.Size = detailSize
	return &Source{client: c, store: store, kinds: kinds, scope: scope,
		lists:   catalog.NewListCache(store, scope+" "+strings.Join(kinds, ",")),
		details: cache.New(store, "catalog-detail", codec)}
}

// Kinds returns the kinds of entity that the list has, in lower case and in order.
func (s *Source) Kinds() []string { return slices.Clone(s.kinds) }

// OfKinds returns a source of the same catalog that lists other kinds; s stays as it is.
func (s *Source) OfKinds(kinds []string) *Source {
	return NewSource(s.client, s.store, s.scope, kinds)
}

// Cached returns the list of the last complete load by any process that shares the store; none
// where ctx ends before it is read.
func (s *Source) Cached(ctx context.Context) (*catalog.Snapshot, bool) { return s.lists.Get(ctx) }

// showEvery is how long a growing list is not yielded again: whoever shows it arranges all
// of its rows anew each time.
const showEvery = 250 * time.Millisecond

// Load reads the list and yields it as it grows: its first page at once, then what has come
// a few times a second. The last snapshot is Complete and in the cache when the sequence ends. An error ends it too, beside what was
// read so far; that snapshot is never nil. Offline it yields what Cached returns, or
// ErrOffline.
//
// A cache that cannot be written is no failure of a load: it costs time later and no data,
// and the store reports it.
func (s *Source) Load(ctx context.Context) iter.Seq2[*catalog.Snapshot, error] {
	return func(yield func(*catalog.Snapshot, error) bool) {
		if s.client == nil {
			s.loadOffline(ctx, yield)
			return
		}
		b, total, shown := catalog.NewBuilder(time.Now()), 0, time.Time{}
		for page, err := range s.client.Pages(ctx, s.kinds) {
			if err != nil {
				yield(b.Snapshot(total, false), err)
				return
			}
			b.Add(page.Entities...)
			total = page.Total
			if time.Since(shown) < showEvery {
				continue
			}
			if !yield(b.Snapshot(total, false), nil) {
				return
			}
			shown = time.Now()
		}
		done := b.Snapshot(total, true)
		// Whoever watches sees the whole list before the disk is busy; whoever has seen
		// enough and stops here gets it written all the same.
		yield(done, nil)
		_ = s.lists.Put(done)
	}
}

func (s *Source) loadOffline(ctx context.Context, yield func(*catalog.Snapshot, error) bool) {
	if cached, ok := s.Cached(ctx); ok {
		yield(cached, nil)
		return
	}
	yield(catalog.NewSnapshot(nil, time.Time{}, 0, false), s.offline("nothing of it is cached yet"))
}

// offline says what the lack of a client prevents.
func (s *Source) offline(problem string) error {
	return &offlineError{scope: s.scope, problem: problem}
}

// Details fetches details fresh, as Client.ByRefs does, and remembers them.
func (s *Source) Details(ctx context.Context, refs []catalog.Ref) (map[catalog.Ref]catalog.Detail, error) {
	if s.client == nil {
		return nil, s.offline("its details must be fresh")
	}
	readAt := time.Now()
	details, err := s.client.ByRefs(ctx, refs)
	if err != nil {
		return nil, err
	}
	// See Load about a cache that cannot be written.
	_ = s.details.PutAll(func(yield func(string, catalog.Detail) bool) {
		for ref, d := range details {
			if !yield(s.detailKey(ref), d) {
				return
			}
		}
	}, readAt)
	return details, nil
}

// CachedDetail returns the detail last fetched for ref, raw, and when. Its Annotations and
// Links must not be changed.
func (s *Source) CachedDetail(ref catalog.Ref) (catalog.Detail, time.Time, bool) {
	return s.details.Get(s.detailKey(ref))
}

func (s *Source) detailKey(ref catalog.Ref) string { return s.scope + " " + string(ref) }

// detailSize is about how many bytes a detail takes: its texts, what holds each of them, and the map's
// own, which together are more than its encoding.
func detailSize(d catalog.Detail) int {
	const fields, text, few, pair = 280, 16, 320, 40
	n := fields + len(d.Ref) + len(d.UID) + len(d.Title) + len(d.Description) + len(d.Owner) + len(d.OwnerRef)
	for _, tag := range d.Tags {
		n += text + len(tag)
	}
	if len(d.Annotations) > 0 {
		n += few
	}
	for name, value := range d.Annotations {
		n += pair + len(name) + len(value)
	}
	for _, link := range d.Links {
		n += 3*text + len(link.URL) + len(link.Title) + len(link.Icon)
	}
	for _, relation := range d.Relations {
		n += 2*text + len(relation.Type) + len(relation.Target)
	}
	return n
}
