package conviso

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"golang.org/x/sync/errgroup"

	"conviso-importer/internal/safego"
)

const (
	// assetsPage and companiesPage are how many are asked for at once; a platform that
	// gives fewer says so in limitValue, which then holds.
	assetsPage    = 2000
	companiesPage = 100
	// maxListed bounds what a list may claim to hold, and maxText the bytes of its text: a
	// million of the usual names take a quarter of that.
	maxListed = 5_000_000
	maxText   = 128 << 20
)

// pager reads a list that the platform numbers by pages, several pages at once. It believes
// the metadata about how many there are, never the length of a page, and checks at the end
// that as many different members came as the platform said.
type pager[T any] struct {
	client *Client
	op     operation
	// limit is the page size asked for.
	limit int
	id    func(T) string
	// name is what a member holds beside its id.
	name  func(T) string
	fetch func(ctx context.Context, page, limit int) ([]T, *metadata, error)
	// loose takes a list that changed while it was read: what came is all that counts.
	loose bool
	// progress, where not nil, is told after each page; its calls do not overlap.
	progress func(read, total int)
}

// metadata is the schema's CollectionMetadata.
type metadata struct {
	TotalCount  int
	TotalPages  int
	CurrentPage int
	LimitValue  int
}

// read returns the list without repeats, in the platform's order. A list that seems to have
// changed meanwhile is read once more. With an error comes what has been read.
func (p *pager[T]) read(ctx context.Context) ([]T, error) {
	first := pass[T]{pager: p}
	items, doubt, err := first.run(ctx)
	if err != nil || doubt == "" || p.loose {
		return items, err
	}
	second := pass[T]{pager: p}
	again, doubt, err := second.run(ctx)
	if err == nil && doubt != "" {
		err = &failure{class: Ambiguous, kind: ErrIncomplete, doing: p.op.doing,
			text: fmt.Sprintf("the list of %s is incomplete (%s); try again in a moment", p.client.host, doubt)}
	}
	if err != nil && len(again) < len(items) {
		return items, err
	}
	return again, err
}

// pass is one reading of the whole list.
type pass[T any] struct {
	*pager[T]

	mu sync.Mutex
	// pages holds what was read, by number less one.
	pages [][]T
	// last is the highest number of pages claimed so far.
	last int
	// first, least and most are the totals claimed by the first page and overall.
	first, least, most int
	// read and text are the members and the bytes so far.
	read, text int
}

// run reads every page. The doubt says why the list may not be whole.
func (s *pass[T]) run(ctx context.Context) (items []T, doubt string, err error) {
	limit := s.limit
	items, meta, err := s.fetch(ctx, 1, limit)
	if err == nil {
		err = s.take(1, items, meta)
	}
	if err == nil {
		s.first, s.least = meta.TotalCount, meta.TotalCount
		limit = min(limit, meta.LimitValue)
	}
	for from := 2; err == nil && from <= s.last; {
		before := len(distinct(s.pages, s.id))
		to := s.last
		err = s.round(ctx, from, to, limit)
		from = to + 1
		if err == nil && s.last > to && len(distinct(s.pages, s.id)) == before {
			// More and more pages without anything new would never end.
			return distinct(s.pages, s.id), "it repeats its pages", nil
		}
	}
	items = distinct(s.pages, s.id)
	switch {
	case err != nil:
	case s.least < s.first:
		doubt = fmt.Sprintf("it shrank from %d to %d while it was read", s.first, s.least)
	case len(items) < s.most:
		doubt = fmt.Sprintf("%d of %d came, since it changed while it was read or repeats its pages", len(items), s.most)
	}
	return items, doubt, err
}

// round reads the pages from..to side by side, as few at once as it takes to need no more turns than
// with as many as may be: 49 pages take seven turns with seven at once as with eight.
func (s *pass[T]) round(ctx context.Context, from, to, limit int) error {
	group, ctx := errgroup.WithContext(ctx)
	pages := to - from + 1
	turns := (pages + inFlight - 1) / inFlight
	group.SetLimit((pages + turns - 1) / turns)
	for n := from; n <= to && ctx.Err() == nil; n++ {
		group.Go(safego.Func(ctx, func() error {
			items, meta, err := s.fetch(ctx, n, limit)
			if err != nil {
				return err
			}
			return s.take(n, items, meta)
		}))
	}
	return group.Wait()
}

// check finds what cannot be true of page n. A page behind the end of a list that shrank may
// call itself by another number.
func (p *pager[T]) check(n int, items []T, meta *metadata) error {
	if items == nil || meta == nil {
		return errors.New("the list or its metadata is missing")
	}
	for _, item := range items {
		if p.id(item) == "" {
			return errNoID
		}
	}
	switch {
	case meta.CurrentPage != n && (n == 1 || len(items) > 0):
		return fmt.Errorf("page %d came when page %d was asked for", meta.CurrentPage, n)
	case meta.LimitValue < 1, meta.TotalCount < 0, meta.TotalCount > maxListed,
		meta.TotalPages < 1 && len(items) > 0, meta.TotalPages > meta.TotalCount+1:
		return fmt.Errorf("page %d claims %d members on %d pages of %d", n, meta.TotalCount, meta.TotalPages, meta.LimitValue)
	}
	return nil
}

// take records page n, or fails where it cannot be true.
func (s *pass[T]) take(n int, items []T, meta *metadata) error {
	if err := s.check(n, items, meta); err != nil {
		return s.client.misfit(s.op, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.pages) < n {
		s.pages = append(s.pages, nil)
	}
	s.pages[n-1] = items
	s.last = max(s.last, meta.TotalPages)
	s.least, s.most = min(s.least, meta.TotalCount), max(s.most, meta.TotalCount)
	s.read += len(items)
	for _, item := range items {
		s.text += len(s.id(item)) + len(s.name(item))
	}
	if s.text > maxText {
		return s.client.misfit(s.op, fmt.Errorf("its list holds more than %d MiB", maxText>>20))
	}
	if s.progress != nil {
		s.progress(s.read, s.most)
	}
	return nil
}

// distinct joins pages in their order; of members with the same id the first counts.
func distinct[T any](pages [][]T, id func(T) string) []T {
	var n int
	for _, page := range pages {
		n += len(page)
	}
	all, seen := make([]T, 0, n), make(map[string]struct{}, n)
	for _, page := range pages {
		for _, item := range page {
			if _, ok := seen[id(item)]; !ok {
				seen[id(item)] = struct{}{}
				all = append(all, item)
			}
		}
	}
	return all
}
