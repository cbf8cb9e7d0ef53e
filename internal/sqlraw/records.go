// Package sqlraw reads the records that are left in a SQLite file too damaged for SQLite, page
// by page and byte by byte, without a look at what holds the pages together. It must not know
// what the records mean: whoever reads them needs checksums of their own. The format is that of
// https://www.sqlite.org/fileformat2.html.
package sqlraw

import (
	"encoding/binary"
	"iter"
	"math"
)

// Kind is the storage class of a column, as far as a record's header tells it.
type Kind byte

// The kinds of columns.
const (
	Null Kind = 'n'
	Int  Kind = 'i'
	Real Kind = 'r'
	Blob Kind = 'b'
	Text Kind = 't'
)

// PageSize is the only size of pages that is understood, the one that SQLite chooses for a
// new file, in bytes.
const PageSize = 4096

const (
	// maxPayload bounds one record, in bytes, so that damage asks for no memory.
	maxPayload = 16 << 20
	// maxLocal and minLocal say how much of a record lies in its own page, which holds for
	// indexes and for tables without a rowid.
	maxLocal = (PageSize-12)*64/255 - 23
	minLocal = (PageSize-12)*32/255 - 23
)

// Value is one column of a record: a string of a Text or Blob, an int64 of an Int.
type Value struct {
	Kind Kind
	Int  int64
	Text string
}

// Records yields every record of a table without a rowid whose columns are of the kinds in
// shape, a word such as "tit", wherever it lies in the database: current, outdated, or deleted
// and not overwritten yet. What it yields may be damaged, or never have been a record at all.
func Records(db []byte, shape string) iter.Seq[[]Value] {
	return func(yield func([]Value) bool) {
		for start := 0; start < len(db); start += PageSize {
			page := db[start:min(start+PageSize, len(db))]
			// No pointer of the page is followed: they may be what is damaged.
			for at := range page {
				if values := record(db, page[at:], shape); values != nil && !yield(values) {
					return
				}
			}
		}
	}
}

// overflow returns a page by its number, nil where there is none.
func overflow(db []byte, number uint32) []byte {
	start := (int64(number) - 1) * PageSize
	if number == 0 || start >= int64(len(db)) {
		return nil
	}
	return db[start:min(start+PageSize, int64(len(db)))]
}

// record reads the record of a cell, nil if none of the shape begins there.
func record(db, cell []byte, shape string) []Value {
	size, n := varint(cell)
	if n == 0 || size < 2 || size > uint64(min(maxPayload, len(db))) {
		return nil
	}
	types := header(cell[n:], int(size), shape)
	if types == nil {
		return nil
	}
	payload := payload(db, cell[n:], int(size))
	if payload == nil {
		return nil
	}
	return columns(payload, types)
}

// header reads the types of a record's columns, nil if they are not those of the shape.
func header(body []byte, size int, shape string) []uint64 {
	length, at := varint(body)
	if at == 0 || length > uint64(min(len(body), size, minLocal)) {
		return nil
	}
	types, sum := make([]uint64, 0, len(shape)), int(length)
	for at < int(length) {
		t, n := varint(body[at:length])
		if n == 0 || t == 10 || t == 11 || t > 2*maxPayload || len(types) == len(shape) || byte(kindOf(t)) != shape[len(types)] {
			return nil
		}
		types = append(types, t)
		sum += width(t)
		at += n
	}
	if sum != size || len(types) != len(shape) {
		return nil
	}
	return types
}

// payload puts a record together that may go on in overflow pages.
func payload(db, body []byte, size int) []byte {
	local := size
	if size > maxLocal {
		if local = minLocal + (size-minLocal)%(PageSize-4); local > maxLocal {
			local = minLocal
		}
	}
	switch {
	case local == size && len(body) >= size:
		return body[:size]
	case local == size || len(body) < local+4:
		return nil
	}
	whole := append(make([]byte, 0, local), body[:local]...)
	next := binary.BigEndian.Uint32(body[local:])
	for len(whole) < size {
		page := overflow(db, next)
		if len(page) < 4 || len(page) < PageSize && len(page)-4 < size-len(whole) {
			return nil
		}
		next = binary.BigEndian.Uint32(page)
		whole = append(whole, page[4:min(len(page), 4+size-len(whole))]...)
	}
	return whole
}

// columns reads the values behind a record's header.
func columns(payload []byte, types []uint64) []Value {
	length, _ := varint(payload)
	rest := payload[length:]
	values := make([]Value, len(types))
	for i, t := range types {
		data := rest[:width(t)]
		rest = rest[width(t):]
		values[i].Kind = kindOf(t)
		switch values[i].Kind {
		case Int:
			values[i].Int = integer(t, data)
		case Text, Blob:
			values[i].Text = string(data)
		case Real:
			values[i].Int = int64(math.Float64frombits(binary.BigEndian.Uint64(data)))
		case Null:
		}
	}
	return values
}

func integer(t uint64, data []byte) int64 {
	if t == 9 {
		return 1
	}
	var v int64
	for i, b := range data {
		if i == 0 {
			v = int64(int8(b))
			continue
		}
		v = v<<8 | int64(b)
	}
	return v
}

func kindOf(t uint64) Kind {
	switch {
	case t == 0:
		return Null
	case t == 7:
		return Real
	case t <= 9:
		return Int
	case t%2 == 0:
		return Blob
	}
	return Text
}

// width is the number of bytes of a value by its type.
func width(t uint64) int {
	if t >= 12 {
		return int((t - 12) / 2)
	}
	return [...]int{0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0}[t]
}

// varint reads SQLite's number of one to nine bytes and returns its length, 0 for none.
func varint(b []byte) (v uint64, n int) {
	for i, c := range b {
		if i == 8 {
			return v<<8 | uint64(c), 9
		}
		v = v<<7 | uint64(c&0x7f)
		if c < 0x80 {
			return v, i + 1
		}
	}
	return 0, 0
}
