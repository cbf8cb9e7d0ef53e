// Package measure decides whether a complete list may be believed: one that lost most of what was there may be a
// fault of the server or of a key's rights. It keeps the largest list believed, as hashes, where its caller says.
// It must not know what a list is of, how it was read, or what follows from a doubt.
package measure

import (
	"context"
	"iter"
	"slices"
	"sync"
	"time"

	"conviso-importer/internal/text"
)

const (
	// A list is doubted that lost more than half, and more than leastLost, of the measure.
	leastLost = 20
	// period is how long the largest list stays the measure though smaller ones were believed since.
	period = 30 * 24 * time.Hour
	// rewrite is the age at which a measure of the same size is written again, so that it follows what comes and goes.
	rewrite = 24 * time.Hour
	// Apart is the least time between the two reads that a doubted list needs.
	Apart = time.Minute
)

// Store keeps values over runs. A missing one is nil.
type Store interface {
	Blob(ctx context.Context, key string) ([]byte, error)
	SetBlob(ctx context.Context, key string, value []byte) error
}

// Doubt is a list that is not believed.
type Doubt struct {
	Lost, Of int       // of the measure's Of members the list lacks Lost
	Len      int       // the list's length
	Since    time.Time // when it was read first
	Agreed   time.Time // when a later read agreed with it; zero for none
}

// Next is the time from which a second read counts.
func (d *Doubt) Next() time.Time { return d.Since.Add(Apart) }

// Guard judges the reads of one list. It is safe for concurrent use. Where the store fails it remembers for
// the life of the process.
type Guard struct {
	store Store
	key   string

	mu     sync.Mutex
	memory map[string][]byte // what the store did not take
	read   bool              // doubt and doubted were read from the store
	doubt  *Doubt
	// doubted are the hashes of the doubted list.
	doubted []uint64
}

// New returns the guard of the list that key names in the store.
func New(store Store, key string) *Guard {
	return &Guard{store: store, key: key, memory: map[string][]byte{}}
}

// Judge reports whether a complete list may be believed; if so, it may become the measure. The ids differ.
func (g *Guard) Judge(ctx context.Context, ids iter.Seq[string], readAt time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.recall(ctx)
	list, best := hashes(ids), g.best(ctx)
	lost := missing(best.hashes, list)
	if shrank(lost, len(best.hashes)) {
		g.doubtIt(ctx, list, &Doubt{Lost: lost, Of: len(best.hashes), Len: len(list), Since: readAt})
		return false
	}
	g.forget(ctx)
	age := readAt.Sub(best.at)
	if len(list) > len(best.hashes) || len(list) == len(best.hashes) && age > rewrite || age > period || best.at.IsZero() {
		g.put(ctx, g.key, record{at: readAt, hashes: list}.encode())
	}
	return true
}

// doubtIt records a doubted list. A read that agrees with it, early or not, keeps the time of the first one.
func (g *Guard) doubtIt(ctx context.Context, list []uint64, d *Doubt) {
	readAt := d.Since
	if g.doubt != nil && !readAt.Before(g.doubt.Since) && alike(g.doubted, list) {
		d.Since, d.Agreed = g.doubt.Since, g.doubt.Agreed
		if d.Agreed.IsZero() && !readAt.Before(g.doubt.Next()) {
			d.Agreed = readAt
		}
	}
	g.doubt, g.doubted = d, list
	g.put(ctx, g.key+doubtKey, record{at: d.Since, agreed: d.Agreed, lost: d.Lost, of: d.Of, hashes: list}.encode())
}

// doubtKey is the end of the key under which a doubted list is kept.
const doubtKey = " doubted"

// Doubt returns why the last list is not believed; nil if it is, or if none was read.
func (g *Guard) Doubt(ctx context.Context) *Doubt {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.recall(ctx)
	if g.doubt == nil {
		return nil
	}
	d := *g.doubt
	return &d
}

// Accept makes the doubted list the measure, if a second read agreed with it, and reports whether it did.
func (g *Guard) Accept(ctx context.Context) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.recall(ctx)
	if g.doubt == nil || g.doubt.Agreed.IsZero() {
		return false
	}
	g.put(ctx, g.key, record{at: g.doubt.Agreed, hashes: g.doubted}.encode())
	g.forget(ctx)
	return true
}

func (g *Guard) forget(ctx context.Context) {
	if g.doubt != nil {
		g.doubt, g.doubted = nil, nil
		g.put(ctx, g.key+doubtKey, nil)
	}
}

// recall reads the doubt of an earlier run.
func (g *Guard) recall(ctx context.Context) {
	if g.read {
		return
	}
	g.read = true
	r, ok := decode(g.get(ctx, g.key+doubtKey))
	if ok {
		g.doubt = &Doubt{Lost: r.lost, Of: r.of, Len: len(r.hashes), Since: r.at, Agreed: r.agreed}
		g.doubted = r.hashes
	}
}

func (g *Guard) best(ctx context.Context) record {
	r, _ := decode(g.get(ctx, g.key))
	return r
}

func (g *Guard) get(ctx context.Context, key string) []byte {
	if value, ok := g.memory[key]; ok {
		return value
	}
	value, err := g.store.Blob(ctx, key)
	if err != nil {
		return nil
	}
	return value
}

func (g *Guard) put(ctx context.Context, key string, value []byte) {
	delete(g.memory, key)
	if err := g.store.SetBlob(context.WithoutCancel(ctx), key, value); err != nil {
		g.memory[key] = value
	}
}

func shrank(lost, of int) bool { return lost > leastLost && 2*lost > of }

// alike reports whether neither list would be doubted by the other.
func alike(a, b []uint64) bool {
	return !shrank(missing(a, b), len(a)) && !shrank(missing(b, a), len(b))
}

// missing counts the members of a sorted list that another one lacks.
func missing(of, in []uint64) int {
	n, j := 0, 0
	for _, h := range of {
		for j < len(in) && in[j] < h {
			j++
		}
		if j == len(in) || in[j] != h {
			n++
		}
	}
	return n
}

// hashes returns the sorted hashes of ids.
func hashes(ids iter.Seq[string]) []uint64 {
	var all []uint64
	for id := range ids {
		all = append(all, text.Hash(id))
	}
	slices.Sort(all)
	return all
}
