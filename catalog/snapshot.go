package catalog

import (
	"time"
)

// Snapshot is the catalog's list as one load found it, or as far as a load has come. It
// does not change once made and may be shared between goroutines. A row is an entity's
// position in the catalog's own order; a later snapshot of the same Builder keeps it.
type Snapshot struct {
	// ReadAt is when the load began: an entity added later may be missing.
	ReadAt time.Time
	// Complete says that every page was read; only then does an absent ref mean anything.
	Complete bool
	// Total is how many entities the catalog announced when the load began.
	Total int

	rows  rows
	text  haystack
	index *refIndex
	// tallies are filled on demand.
	tallies *tallies
}

// NewSnapshot makes a snapshot of entities that are safe to show; repeated refs count once.
func NewSnapshot(entities []Entity, readAt time.Time, total int, complete bool) *Snapshot {
	b := NewBuilder(readAt)
	b.Add(entities...)
	return b.Snapshot(total, complete)
}

// Len is the number of rows.
func (s *Snapshot) Len() int { return s.rows.n }

// At returns the entity of a row from 0 to Len()-1. Its Tags must not be changed.
func (s *Snapshot) At(row int) Entity { return *s.rows.at(row) }

// Ref is At(row).Ref, for less work.
func (s *Snapshot) Ref(row int) Ref { return s.rows.at(row).Ref }

// Name is At(row).Name, for less work.
func (s *Snapshot) Name(row int) string { return s.rows.at(row).Name }

// Row finds an entity's row.
func (s *Snapshot) Row(ref Ref) (int, bool) { return s.index.find(ref, s.rows) }

// Builder collects entities page by page. The snapshots that it yields share its memory:
// it only ever appends, and a snapshot never looks past its own end. A Builder belongs to
// one goroutine, its snapshots to any number.
type Builder struct {
	readAt time.Time
	rows   rows
	text   haystack
	index  *refIndex
}

// NewBuilder starts a load that began at readAt.
func NewBuilder(readAt time.Time) *Builder {
	return &Builder{readAt: readAt, index: newRefIndex(blockSize)}
}

// Add appends entities that are safe to show. One whose ref is known already is left out:
// the first stays.
func (b *Builder) Add(entities ...Entity) {
	for i := range entities {
		e := &entities[i]
		if _, known := b.index.find(e.Ref, b.rows); known {
			continue
		}
		b.rows.add(e)
		b.text.add(e)
		if b.index.crowded(b.rows.n) {
			b.index = b.index.grown(b.rows)
		} else {
			b.index.insert(e.Ref, b.rows.n-1)
		}
	}
}

// Len is the number of entities added so far.
func (b *Builder) Len() int { return b.rows.n }

// Snapshot returns what was added so far. total is what the catalog announced.
func (b *Builder) Snapshot(total int, complete bool) *Snapshot {
	return &Snapshot{ReadAt: b.readAt, Complete: complete, Total: total, rows: b.rows, text: b.text, index: b.index,
		tallies: &tallies{byColumn: map[Column][]string{}}}
}

// blockSize is how many rows are kept together, in memory and in a page of the cache.
const blockSize = 1000

// rows is an append-only list of entities. Blocks keep a growing list from being copied,
// and a copy of the rows value is a list of its own that later additions do not touch.
type rows struct {
	blocks []*[blockSize]Entity
	n      int
}

func (r *rows) add(e *Entity) {
	if r.n%blockSize == 0 {
		r.blocks = append(r.blocks, new([blockSize]Entity))
	}
	r.blocks[r.n/blockSize][r.n%blockSize] = *e
	r.n++
}

// at returns the entity of a row for reading.
func (r rows) at(row int) *Entity {
	return &r.blocks[row/blockSize][row%blockSize]
}
