package conviso

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
	// maxPages limits the requests for one read.
	maxPages = 20_000
)

// pager reads a list by page number, several pages at once. A list is whole if it agrees with itself: neighbouring
// pages share items, no id comes twice, and the number of items that was announced came.
type pager[T any] struct {
	client       *Client
	op           operation
	limit        int
	id           func(T) string
	name         func(T) string // name returns an item's text besides its id, to limit memory
	fetch        func(ctx context.Context, page, limit int) ([]T, *metadata, error)
	allowChanges bool                  // accepts a list that moved during the read
	former       bool                  // returns an item once more for each name that it had in an earlier read
	progress     func(read, total int) // progress, if not nil, is called after each page; calls do not overlap

	apart bool // pages cannot share items
}

type metadata struct {
	TotalCount  int
	TotalPages  int
	CurrentPage int
	LimitValue  int
}

// MaxReads is how often a list is read that moves while it is read.
const MaxReads = 5

// read returns the list without duplicates, in the platform's order. A list that moved is read again until one read
// has every id of the one before it; what any read had is returned then. If none does, the error is a movedError.
// On error it returns the items read so far.
func (p *pager[T]) read(ctx context.Context) ([]T, error) {
	var all, before []T
	for reads := 1; ; reads++ {
		s := pass[T]{pager: p}
		items, err := s.run(ctx)
		if errors.Is(err, errOwnPages) {
			p.apart = true
			s = pass[T]{pager: p}
			items, err = s.run(ctx)
		}
		all = p.join(items, all)
		switch {
		case err != nil:
			return all, err
		case p.allowChanges, reads == 1 && s.moved == "", reads > 1 && !s.gap && p.contains(items, before):
			return all, nil
		case reads == MaxReads:
			return all, p.client.moved(p.op, s.moved)
		}
		before = items
	}
}

// join returns the items of the newest read and those that only older ones had.
func (p *pager[T]) join(newest, older []T) []T {
	if len(older) == 0 {
		return newest
	}
	names := make(map[string]string, len(newest))
	for _, item := range newest {
		names[p.id(item)] = p.name(item)
	}
	all := slices.Clip(newest)
	for _, item := range older {
		if name, there := names[p.id(item)]; !there || p.former && name != p.name(item) {
			all = append(all, item)
		}
	}
	return all
}

func (p *pager[T]) contains(items, others []T) bool {
	ids := make(map[string]struct{}, len(items))
	for _, item := range items {
		ids[p.id(item)] = struct{}{}
	}
	for _, item := range others {
		if _, there := ids[p.id(item)]; !there {
			return false
		}
	}
	return true
}

// pass is one read of the list.
type pass[T any] struct {
	*pager[T]

	mu                 sync.Mutex
	windows            []window
	pages              [][]T
	begins             map[string]int // where a window begins that has this id first
	first, least, most int            // first is the total claimed by the first page, least and most the extremes of all pages
	read, text         int

	moved string // why items may be missing or there twice, if not empty
	gap   bool   // items may be missing: pages do not join, or cannot and the list changed, or fewer came than there were at first
}

// errOwnPages reports a platform that chooses the size of a page by itself.
var errOwnPages = errors.New("the pages have another size than was asked for")

// run reads every page.
func (s *pass[T]) run(ctx context.Context) ([]T, error) {
	s.begins = map[string]int{}
	s.windows, s.pages = []window{{page: 1, limit: s.limit}}, make([][]T, 1)
	err, longest := s.load(ctx, 0), 0
	for from := 1; err == nil; from = len(s.pages) {
		if s.plan(); len(s.windows) == from {
			break
		}
		if from == 1 {
			longest = 2*len(s.windows) + inFlight
		}
		if len(s.windows) > longest {
			// Otherwise a list that grows as fast as it is read would never end.
			s.moved, s.gap = "it more than doubled", true
			return distinct(s.pages, s.id), nil
		}
		err = s.round(ctx, from)
	}
	items := distinct(s.pages, s.id)
	if err == nil {
		s.judge(len(items))
	}
	return items, err
}

// plan adds the windows that are missing to the longest list that was claimed.
func (s *pass[T]) plan() {
	for {
		last := s.windows[len(s.windows)-1]
		if last.end() >= s.most {
			break
		}
		s.windows = append(s.windows, after(last.end(), s.windows[0].limit, s.apart))
	}
	s.pages = append(s.pages, make([][]T, len(s.windows)-len(s.pages))...)
}

// round reads the windows from a number on with as few workers as finish in the minimum number of rounds.
func (s *pass[T]) round(ctx context.Context, from int) error {
	group, ctx := errgroup.WithContext(ctx)
	pages := len(s.windows) - from
	rounds := (pages + inFlight - 1) / inFlight
	group.SetLimit((pages + rounds - 1) / rounds)
	for n := from; n < len(s.windows) && ctx.Err() == nil; n++ {
		group.Go(safego.Func(ctx, func() error { return s.load(ctx, n) }))
	}
	return group.Wait()
}

// leastRepeat is how far apart windows begin at least that are no shifted ones if they begin with the same item.
const leastRepeat = 50

// emptyTries is how often a page is asked for that comes empty and is none of the last.
const emptyTries = 3

// load reads one window.
func (s *pass[T]) load(ctx context.Context, n int) error {
	w := s.windows[n]
	for try := 1; ; try++ {
		items, meta, err := s.fetch(ctx, w.page, w.limit)
		if err != nil {
			return err
		}
		if err := s.check(w.page, items, meta); err != nil {
			return s.client.misfit(s.op, err)
		}
		switch {
		case len(items) > 0 || w.start() >= meta.TotalCount:
			return s.add(n, items, meta)
		case try == emptyTries:
			return s.client.incomplete(s.op, fmt.Sprintf("its page %d of %d came empty %d times", w.page, meta.TotalPages, emptyTries))
		}
	}
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
		meta.TotalPages < 1 && len(items) > 0, meta.TotalPages > meta.TotalCount/meta.LimitValue+1:
		return fmt.Errorf("page %d claims %d members on %d pages of %d", n, meta.TotalCount, meta.TotalPages, meta.LimitValue)
	}
	return nil
}

func (s *pass[T]) add(n int, items []T, meta *metadata) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := &s.windows[n]
	switch {
	case n == 0:
		w.limit = min(w.limit, meta.LimitValue)
		s.first, s.least = meta.TotalCount, meta.TotalCount
		s.apart = s.apart || w.limit < leastShared
		if (meta.TotalCount+w.limit-1)/w.limit > maxPages {
			return s.client.misfit(s.op, fmt.Errorf("%d members come in pages of %d, which are too many to read", meta.TotalCount, w.limit))
		}
	case !s.apart && meta.LimitValue != w.limit:
		return errOwnPages
	}
	if len(items) > 0 && w.limit >= leastShared {
		id := s.id(items[0])
		if other, twice := s.begins[id]; twice && max(w.start()-other, other-w.start()) >= max(w.limit/2, leastRepeat) {
			return s.client.incomplete(s.op, fmt.Sprintf("what comes from item %d on repeats what came from item %d on", w.start()+1, other+1))
		}
		s.begins[id] = w.start()
	}
	s.pages[n] = items
	s.least, s.most = min(s.least, meta.TotalCount), max(s.most, meta.TotalCount)
	s.read += len(items)
	for _, item := range items {
		s.text += len(s.id(item)) + len(s.name(item))
	}
	if s.text > maxText {
		return s.client.misfit(s.op, fmt.Errorf("its list holds more than %d MiB", maxText>>20))
	}
	if s.progress != nil {
		s.progress(min(s.read, s.most), s.most)
	}
	return nil
}

// judge decides whether a list of so many distinct items agrees with itself.
func (s *pass[T]) judge(items int) {
	shared := 0
	s.gap = items < s.first || s.apart && (s.least < s.most || items < s.read)
	for i := range s.pages[1:] {
		shared += s.seam(i)
	}
	switch {
	case s.least < s.first:
		s.moved = fmt.Sprintf("it shrank from %d to %d", s.first, s.least)
	case items < s.most:
		s.moved = fmt.Sprintf("%d of %d came", items, s.most)
	case s.moved == "" && s.read-shared > items:
		s.moved = "an id came twice"
	case s.moved == "" && s.apart && len(s.pages) > 1:
		s.moved = fmt.Sprintf("its pages of %d are too small to compare", s.windows[0].limit)
	}
}

// seam compares the items that window i shares with the next one, and returns how many these are.
func (s *pass[T]) seam(i int) int {
	page, next := s.pages[i], s.pages[i+1]
	if s.apart {
		return 0
	}
	tail := page[min(len(page), s.windows[i+1].start()-s.windows[i].start()):]
	same := func(a, b T) bool { return s.id(a) == s.id(b) }
	if len(tail) > 0 && len(next) >= len(tail) && slices.EqualFunc(tail, next[:len(tail)], same) {
		return len(tail)
	}
	s.moved = "its pages moved"
	joins := len(page) > 0 && len(next) > 0 &&
		(slices.ContainsFunc(page, func(item T) bool { return same(item, next[0]) }) ||
			slices.ContainsFunc(next, func(item T) bool { return same(item, page[len(page)-1]) }))
	s.gap = s.gap || !joins
	return 0
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
