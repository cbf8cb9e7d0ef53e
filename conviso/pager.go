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
	// Page sizes to request; a smaller limitValue in the response overrides them.
	assetsPage    = 2000
	companiesPage = 100
	// maxListed limits a list's claimed length, maxText the bytes of its text: a million usual
	// names take a quarter of it.
	maxListed = 5_000_000
	maxText   = 128 << 20
)

// pager reads a list by page number, several pages at once. It trusts the metadata for the
// number of pages, never the length of a page, and checks at the end that the announced number
// of distinct items came.
type pager[T any] struct {
	client       *Client
	op           operation
	limit        int
	id           func(T) string
	name         func(T) string // name returns an item's text besides its id, to limit memory
	fetch        func(ctx context.Context, page, limit int) ([]T, *metadata, error)
	allowChanges bool                  // accepts a list that changed during the read
	progress     func(read, total int) // progress, if not nil, is called after each page; calls do not overlap
}

type metadata struct {
	TotalCount  int
	TotalPages  int
	CurrentPage int
	LimitValue  int
}

// read returns the list without duplicates, in the platform's order. It reads a list that seems
// to have changed once more. On error it returns the items read so far.
func (p *pager[T]) read(ctx context.Context) ([]T, error) {
	first := pass[T]{pager: p}
	items, doubt, err := first.run(ctx)
	if err != nil || doubt == "" || p.allowChanges {
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

type pass[T any] struct {
	*pager[T]

	mu                 sync.Mutex
	pages              [][]T
	last               int
	first, least, most int // first is the total claimed by the first page, least and most the extremes of all pages
	read, text         int
}

// run reads every page. doubt, if not empty, explains why the list may be incomplete.
func (s *pass[T]) run(ctx context.Context) (items []T, doubt string, err error) {
	limit := s.limit
	items, meta, err := s.fetch(ctx, 1, limit)
	if err == nil {
		err = s.add(1, items, meta)
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
			// Otherwise a server that adds pages without new items would never end.
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

// round reads pages from..to with as few workers as finish in the minimum number of rounds.
func (s *pass[T]) round(ctx context.Context, from, to, limit int) error {
	group, ctx := errgroup.WithContext(ctx)
	pages := to - from + 1
	rounds := (pages + inFlight - 1) / inFlight
	group.SetLimit((pages + rounds - 1) / rounds)
	for n := from; n <= to && ctx.Err() == nil; n++ {
		group.Go(safego.Func(ctx, func() error {
			items, meta, err := s.fetch(ctx, n, limit)
			if err != nil {
				return err
			}
			return s.add(n, items, meta)
		}))
	}
	return group.Wait()
}

// check rejects an impossible page. One past the end of a shrunk list may have another number.
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

func (s *pass[T]) add(n int, items []T, meta *metadata) error {
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

// distinct joins pages in order; the first item with an id wins.
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
