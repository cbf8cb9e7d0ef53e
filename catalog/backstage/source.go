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

// Source is the catalog for front ends: the cached list at once, a fresh one as it loads, and
// details. It is safe for concurrent use.
type Source struct {
	client  *Client
	store   *cache.Store
	kinds   []string
	scope   string
	lists   *catalog.ListCache
	details *cache.Cache[catalog.Detail]
	// believed judges complete lists before they are kept; nil believes all.
	believed func(*catalog.Snapshot) bool
}

// NewSource joins a client, nil if offline, with a store. scope identifies the catalog in the
// store, e.g. by base URL; kinds are as for Client.Pages.
func NewSource(c *Client, store *cache.Store, scope string, kinds []string) *Source {
	kinds = normalKinds(kinds)
	codec := cache.JSON[catalog.Detail](2)
	codec.Size = detailSize
	return &Source{client: c, store: store, kinds: kinds, scope: scope,
		lists:   catalog.NewListCache(store, scope+" "+strings.Join(kinds, ",")),
		details: cache.New(store, "catalog-detail", codec)}
}

// Kinds returns the kinds of the list, in lower case and sorted.
func (s *Source) Kinds() []string { return slices.Clone(s.kinds) }

// OfKinds returns a source of the same catalog for other kinds.
func (s *Source) OfKinds(kinds []string) *Source {
	return NewSource(s.client, s.store, s.scope, kinds)
}

// Judge sets who judges a complete list before it is shown as one and kept. It is called before any load.
func (s *Source) Judge(believed func(*catalog.Snapshot) bool) { s.believed = believed }

// Cached returns the list of the last complete load by any process; false if ctx ends first.
func (s *Source) Cached(ctx context.Context) (*catalog.Snapshot, bool) { return s.lists.Get(ctx) }

// showEvery is the interval between snapshots: a front end re-sorts all rows for each.
const showEvery = 250 * time.Millisecond

// Load reads the list and yields it as it grows: the first page at once, then a few times a
// second. At the end the last snapshot is Complete and cached. An error ends the sequence, with
// a snapshot of what was read, never nil. Offline it yields what Cached returns, or ErrOffline.
// A failed cache write is no error; the store reports it.
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
			b.Others += page.Others
			total = page.Total
			if time.Since(shown) < showEvery {
				continue
			}
			if !yield(b.Snapshot(total, false), nil) {
				return
			}
			shown = time.Now()
		}
		if err := s.addUnlisted(ctx, b); err != nil {
			yield(b.Snapshot(total, false), err)
			return
		}
		done := b.Snapshot(total, true)
		believed := s.believed == nil || s.believed(done)
		// Show the whole list before the disk is busy, and write it even if the caller stops here.
		yield(done, nil)
		if believed {
			_ = s.lists.Put(done)
		}
	}
}

// addUnlisted adds entities of the last list that the new one lacks and the catalog still has: before 4.0.1 some
// were missing from filtered lists. Where most are missing it asks for none: such a list is doubted anyway.
func (s *Source) addUnlisted(ctx context.Context, b *catalog.Builder) error {
	before, ok := s.lists.Get(ctx)
	if !ok {
		return nil
	}
	now := b.Snapshot(0, false)
	var missing []catalog.Ref
	for ref := range before.Refs() {
		if _, listed := now.Row(ref); !listed {
			missing = append(missing, ref)
		}
	}
	if len(missing) == 0 || 2*len(missing) > before.Len() && len(missing) > maxRefs {
		return nil
	}
	details, err := s.client.ByRefs(ctx, missing)
	if err != nil {
		return err
	}
	for _, ref := range missing {
		if d, found := details[ref]; found {
			b.Add(d.Safe().Entity)
		}
	}
	return nil
}

func (s *Source) loadOffline(ctx context.Context, yield func(*catalog.Snapshot, error) bool) {
	if cached, ok := s.Cached(ctx); ok {
		yield(cached, nil)
		return
	}
	yield(catalog.NewSnapshot(nil, time.Time{}, 0, false), s.offline("nothing of it is cached yet"))
}

func (s *Source) offline(problem string) error {
	return &offlineError{scope: s.scope, problem: problem}
}

// Details reads details, as Client.ByRefs does, and caches them.
func (s *Source) Details(ctx context.Context, refs []catalog.Ref) (map[catalog.Ref]catalog.Detail, error) {
	if s.client == nil {
		return nil, s.offline("its details must be fresh")
	}
	readAt := time.Now()
	details, err := s.client.ByRefs(ctx, refs)
	if err != nil {
		return nil, err
	}
	// The store reports a failed cache write.
	_ = s.details.PutAll(func(yield func(string, catalog.Detail) bool) {
		for ref, d := range details {
			if !yield(s.detailKey(ref), d) {
				return
			}
		}
	}, readAt)
	return details, nil
}

// CachedDetail returns the detail last read for ref, raw, and when. Its Annotations and Links
// must not be changed.
func (s *Source) CachedDetail(ref catalog.Ref) (catalog.Detail, time.Time, bool) {
	return s.details.Get(s.detailKey(ref))
}

func (s *Source) detailKey(ref catalog.Ref) string { return s.scope + " " + string(ref) }

// detailSize estimates a detail's bytes in memory: texts, headers and the map.
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
