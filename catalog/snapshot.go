package catalog

import (
	"context"
	"iter"
	"sync/atomic"
	"time"

	"conviso-importer/internal/rowindex"
)

// MaxEntities limits a list, so that a broken catalog cannot exhaust memory; twice the size
// that the program is built for.
const MaxEntities = 2_000_000

// Snapshot is the list as one load found it, or a part during the load. It is immutable and safe for concurrent
// use. A row is a position in the catalog's own order; later snapshots of the same Builder keep it.
type Snapshot struct {
	ReadAt   time.Time // when the load began: an entity added later may be missing
	Complete bool      // every page was read; only then does a missing ref mean anything
	Total    int       // the catalog's count when the load began
	Others   int       // how many entities of other kinds the catalog's answer had; they were left out

	rows  rows
	index rowindex.Index
	// Computed on demand.
	counts       valueCounts
	orders       orders
	held         lazy[RowSet]
	repositories lazy[*Groups]
	words        atomic.Pointer[wordIndex]
}

// NewSnapshot returns a snapshot of safe entities; duplicate refs count once.
func NewSnapshot(entities []Entity, readAt time.Time, total int, complete bool) *Snapshot {
	b := NewBuilder(readAt)
	b.Add(entities...)
	return b.Snapshot(total, complete)
}

// Len returns the number of rows.
func (s *Snapshot) Len() int { return s.rows.n }

// At returns the entity of a row in [0, Len()). The caller must not change its Tags.
func (s *Snapshot) At(row int) Entity { return s.rows.at(row) }

// Ref returns At(row).Ref, faster.
func (s *Snapshot) Ref(row int) Ref { return s.rows.ref(row) }

// Refs yields the rows' refs.
func (s *Snapshot) Refs() iter.Seq[Ref] {
	return func(yield func(Ref) bool) {
		for row := range s.Len() {
			if !yield(s.Ref(row)) {
				return
			}
		}
	}
}

// Part returns the rows as a part of a list, which proves no absence.
func (s *Snapshot) Part() *Snapshot {
	return &Snapshot{ReadAt: s.ReadAt, Total: s.Total, rows: s.rows, index: s.index}
}

// Name returns At(row).Name, faster.
func (s *Snapshot) Name(row int) string { return s.rows.name(row) }

// LowerName returns a row's name in lower case as the snapshot keeps it; ok is false where it does not keep the whole
// name so. Do not modify it.
func (s *Snapshot) LowerName(row int) (name []byte, ok bool) {
	if s.rows.irregularAt(row) != nil {
		return nil, false
	}
	return part(s.rows.rowText(row), partName), true
}

// Row returns an entity's row.
func (s *Snapshot) Row(ref Ref) (int, bool) { return s.rows.find(ref, &s.index) }

// Continues reports whether s is a later snapshot of before's Builder, so that rows keep their numbers.
func (s *Snapshot) Continues(before *Snapshot) bool {
	return before != nil && s.rows.n >= before.rows.n && (before.rows.n == 0 || s.rows.blocks[0] == before.rows.blocks[0])
}

// Prepare builds indexes and orders in advance, so that searching and sorting answer at once. It takes a core
// for 1.5 s at a million rows, unless ctx ends first; searches and sorts may run meanwhile.
func (s *Snapshot) Prepare(ctx context.Context) {
	s.indexWords(ctx)
	for _, c := range []Column{ColumnName, ColumnOwner, ColumnType, ColumnLifecycle, ColumnNamespace, ColumnKind} {
		if ctx.Err() != nil {
			return
		}
		s.Order(c, false)
	}
}

// Builder collects entities page by page. Its snapshots share its memory: it only appends, and a snapshot never
// reads beyond its end. Use a Builder from one goroutine, its snapshots from any.
type Builder struct {
	Others int // of its snapshots

	readAt time.Time
	rows   rows
	dicts  [dictionaries]dictionary
	index  rowindex.Index
}

// NewBuilder starts a load; readAt is when it began.
func NewBuilder(readAt time.Time) *Builder {
	return newBuilder(readAt, blockSize)
}

func newBuilder(readAt time.Time, rows int) *Builder {
	return &Builder{readAt: readAt, index: rowindex.New(rows)}
}

// Add appends safe entities; the first with a ref wins.
func (b *Builder) Add(entities ...Entity) {
	for i := range entities {
		e := &entities[i]
		if _, known := b.rows.find(e.Ref, &b.index); known {
			continue
		}
		var numbers [dictionaries]uint32
		for column, value := range e.shared() {
			numbers[column] = b.dicts[column].id(value, scopeOf(column, value, e.Namespace))
			b.rows.values[column] = b.dicts[column].values
		}
		b.rows.add(e, numbers)
		b.indexLast(e.Ref)
	}
}

func (b *Builder) indexLast(ref Ref) {
	row := b.rows.n - 1
	b.index.Grow(row, b.rows.appendRef)
	b.index.Add(b.index.Hash(string(ref)), row)
}

// Len returns the number of entities.
func (b *Builder) Len() int { return b.rows.n }

// Snapshot returns the entities so far. total is the catalog's count.
func (b *Builder) Snapshot(total int, complete bool) *Snapshot {
	return &Snapshot{ReadAt: b.readAt, Complete: complete, Total: total, Others: b.Others, rows: b.rows, index: b.index}
}
