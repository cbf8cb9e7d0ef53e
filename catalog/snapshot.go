package catalog

import (
	"context"
	"sync/atomic"
	"time"

	"conviso-importer/internal/rowindex"
)

// MaxEntities bounds a list, so that a catalog which invents entities cannot exhaust memory; it
// is twice the size that the program is built for.
const MaxEntities = 2_000_000

// Snapshot is the catalog's list as one load found it, or as far as a load has come. It
// does not change once made and may be shared between goroutines. A row is an entity's
// position in the catalog's own order; a later snapshot of the same Builder keeps it.
type Snapshot struct {
	// ReadAt is when the load began: an entity added later may be missing.
	ReadAt time.Time
	// Complete reports that every page was read; only then does an absent ref mean anything.
	Complete bool
	// Total is how many entities the catalog announced when the load began.
	Total int

	rows rows
	// index finds rows by their refs.
	index rowindex.Index
	// What follows is filled on demand.
	tallies tallies
	orders  orders
	words   atomic.Pointer[wordIndex]
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
func (s *Snapshot) At(row int) Entity { return s.rows.at(row) }

// Ref is At(row).Ref, for less work.
func (s *Snapshot) Ref(row int) Ref { return s.rows.ref(row) }

// Name is At(row).Name, for less work.
func (s *Snapshot) Name(row int) string { return s.rows.name(row) }

// Row finds an entity's row.
func (s *Snapshot) Row(ref Ref) (int, bool) { return s.rows.find(ref, &s.index) }

// Continues reports whether s is a later snapshot of the same Builder as before, so that every row
// of before is the same row of s.
func (s *Snapshot) Continues(before *Snapshot) bool {
	return before != nil && s.rows.n >= before.rows.n && (before.rows.n == 0 || s.rows.blocks[0] == before.rows.blocks[0])
}

// Prepare makes what searching and sorting rest on, so that they answer at once. Without it they
// make it when they are first asked, or do without. It takes a core for about a second and a
// half at a million rows, less where ctx ends before; searches and sorts may go on meanwhile.
func (s *Snapshot) Prepare(ctx context.Context) {
	s.indexWords(ctx)
	for _, c := range []Column{ColumnName, ColumnOwner, ColumnType, ColumnLifecycle, ColumnNamespace, ColumnKind} {
		if ctx.Err() != nil {
			return
		}
		s.Order(c, false)
	}
}

// Builder collects entities page by page. The snapshots that it yields share its memory:
// it only ever appends, and a snapshot never looks past its own end. A Builder belongs to
// one goroutine, its snapshots to any number.
type Builder struct {
	readAt time.Time
	rows   rows
	dicts  [dictionaries]dictionary
	index  rowindex.Index
}

// NewBuilder starts a load that began at readAt.
func NewBuilder(readAt time.Time) *Builder {
	return newBuilder(readAt, blockSize)
}

// newBuilder is NewBuilder with room for so many rows in its index.
func newBuilder(readAt time.Time, rows int) *Builder {
	return &Builder{readAt: readAt, index: rowindex.New(rows)}
}

// Add appends entities that are safe to show. One whose ref is known already is left out:
// the first stays.
func (b *Builder) Add(entities ...Entity) {
	for i := range entities {
		e := &entities[i]
		if _, known := b.rows.find(e.Ref, &b.index); known {
			continue
		}
		var numbers [dictionaries]uint32
		for column, value := range e.shared() {
			numbers[column] = b.dicts[column].id(value)
			b.rows.values[column] = b.dicts[column].values
		}
		b.rows.add(e, numbers)
		b.note(e.Ref)
	}
}

// note puts the last row's ref into the index.
func (b *Builder) note(ref Ref) {
	row := b.rows.n - 1
	b.index.Grow(row, b.rows.appendRef)
	b.index.Add(b.index.Hash(string(ref)), row)
}

// Len is the number of entities added so far.
func (b *Builder) Len() int { return b.rows.n }

// Snapshot returns what was added so far. total is what the catalog announced.
func (b *Builder) Snapshot(total int, complete bool) *Snapshot {
	return &Snapshot{ReadAt: b.readAt, Complete: complete, Total: total, rows: b.rows, index: b.index}
}
