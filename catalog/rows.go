package catalog

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"strings"

	"conviso-importer/internal/rowindex"
)

// blockSize is how many rows are kept together, in memory and in the cache.
const blockSize = 1024

// separator stands behind each searchable field. No word contains it, so no word is found
// across the border of two fields or two rows.
const separator = '\n'

// The parts of a row's text, each behind its separator; the tags follow.
const (
	partName = iota
	partTitle
	partDescription
	partOwner
	firstTag
)

// block holds up to blockSize rows, column by column: a hundred thousand entities as structs of
// strings would take three times the memory and give the garbage collector millions of pointers
// to follow. The text is there once, in lower case and in one piece, so that a search is one
// walk through memory; what was in upper case is noted beside it.
type block struct {
	// text is the searchable text, ends[i] where that of row i ends.
	text []byte
	ends [blockSize]uint32
	// caps are the places of the capital letters in each row's text, each as the distance from
	// the one before in a varint; capEnds[i] is where those of row i end.
	caps    []byte
	capEnds [blockSize]uint32
	// ids are the numbers of the values that dictionaries hold.
	ids   [dictionaries][blockSize]uint32
	flags [blockSize]uint8
}

const (
	// flagAltered is Entity.Altered.
	flagAltered = 1 << iota
	// flagOdd reports that the row is kept as a whole entity, since it cannot be put together from
	// the columns: its text has letters whose lower case tells too little, or its reference is
	// not made of its parts.
	flagOdd
	// flagTorn reports that one of the fields holds a separator, so that the text does not tell where
	// they end. Such a row is odd.
	flagTorn
)

// oddRow is a row that is kept as it came.
type oddRow struct {
	row    int
	entity *Entity
}

// rows is an append-only list of entities. A copy of the rows value is a list of its own that
// later additions do not touch, and may be read while a Builder adds to the original.
type rows struct {
	n      int
	blocks []*block
	// text and caps are those of the last block, which grow with it; the block gets them when it
	// is full.
	text, caps []byte
	values     [dictionaries]values
	// odd are in the order of their rows.
	odd []oddRow
}

// textOf is the text of a block.
func (r *rows) textOf(b int) []byte {
	if b == len(r.blocks)-1 {
		return r.text
	}
	return r.blocks[b].text
}

func (r *rows) capsOf(b int) []byte {
	if b == len(r.blocks)-1 {
		return r.caps
	}
	return r.blocks[b].caps
}

// span is where in an array that ends cuts into rows the i-th one's part lies.
func span(ends *[blockSize]uint32, i int) (from, to uint32) {
	if i > 0 {
		from = ends[i-1]
	}
	return from, ends[i]
}

// rowText is a row's searchable text.
func (r *rows) rowText(row int) []byte {
	b, i := row/blockSize, row%blockSize
	from, to := span(&r.blocks[b].ends, i)
	return r.textOf(b)[from:to]
}

// id is the number of a row's value in a dictionary column, value the value itself.
func (r *rows) id(row, column int) uint32 { return r.blocks[row/blockSize].ids[column][row%blockSize] }

func (r *rows) value(row, column int) string { return r.values[column].plain[r.id(row, column)] }

func (r *rows) folded(row, column int) string { return r.values[column].folded[r.id(row, column)] }

// oddAt is a row's entity where the row is odd, or nil.
func (r *rows) oddAt(row int) *Entity {
	if r.blocks[row/blockSize].flags[row%blockSize]&flagOdd == 0 {
		return nil
	}
	i, _ := slices.BinarySearchFunc(r.odd, row, func(o oddRow, row int) int { return cmp.Compare(o.row, row) })
	return r.odd[i].entity
}

// at puts a row's entity together.
func (r *rows) at(row int) Entity {
	if odd := r.oddAt(row); odd != nil {
		return *odd
	}
	text := r.restored(row)
	name, rest, _ := strings.Cut(text, string(separator))
	title, rest, _ := strings.Cut(rest, string(separator))
	description, rest, _ := strings.Cut(rest, string(separator))
	_, rest, _ = strings.Cut(rest, string(separator))
	e := Entity{Name: name, Title: title, Description: description,
		Kind: r.value(row, dictKind), Namespace: r.value(row, dictNamespace), Owner: r.value(row, dictOwner),
		Type: r.value(row, dictType), Lifecycle: r.value(row, dictLifecycle), System: r.value(row, dictSystem),
		Ref: r.ref(row), Altered: r.blocks[row/blockSize].flags[row%blockSize]&flagAltered != 0}
	if n := strings.Count(rest, string(separator)); n > 0 {
		e.Tags = strings.SplitN(strings.TrimSuffix(rest, string(separator)), string(separator), n)
	}
	return e
}

// restored is a row's text with its capital letters.
func (r *rows) restored(row int) string {
	text := r.rowText(row)
	b, i := row/blockSize, row%blockSize
	from, to := span(&r.blocks[b].capEnds, i)
	if from == to {
		return string(text)
	}
	text = slices.Clone(text)
	at := 0
	for caps := r.capsOf(b)[from:to]; len(caps) > 0; {
		ahead, size := binary.Uvarint(caps)
		at += int(ahead)
		text[at] -= 'a' - 'A'
		caps = caps[size:]
	}
	return string(text)
}

// part is the n-th field of a row's text.
func part(text []byte, n int) []byte {
	for ; n > 0; n-- {
		text = text[bytes.IndexByte(text, separator)+1:]
	}
	return text[:bytes.IndexByte(text, separator)]
}

// tagText is the tags' part of a row's text.
func tagText(text []byte) []byte {
	for range firstTag {
		text = text[bytes.IndexByte(text, separator)+1:]
	}
	return text
}

// name is the row's name as it came.
func (r *rows) name(row int) string {
	if odd := r.oddAt(row); odd != nil {
		return odd.Name
	}
	b, i := row/blockSize, row%blockSize
	name := part(r.rowText(row), partName)
	if from, to := span(&r.blocks[b].capEnds, i); from == to {
		return string(name)
	}
	return r.restored(row)[:len(name)]
}

func (r *rows) ref(row int) Ref {
	var room [128]byte
	return Ref(r.appendRef(room[:0], row))
}

// appendRef appends a row's reference.
func (r *rows) appendRef(to []byte, row int) []byte {
	if odd := r.oddAt(row); odd != nil {
		return append(to, odd.Ref...)
	}
	to = append(append(to, r.folded(row, dictKind)...), ':')
	to = append(append(to, r.folded(row, dictNamespace)...), '/')
	return append(to, part(r.rowText(row), partName)...)
}

// hasRef reports whether a row's reference is ref.
func (r *rows) hasRef(row int, ref Ref) bool {
	if odd := r.oddAt(row); odd != nil {
		return odd.Ref == ref
	}
	name, ok := r.namePart(ref, row)
	return ok && name == string(part(r.rowText(row), partName))
}

// find looks a ref up by an index, which may have rows of a later snapshot too.
func (r *rows) find(ref Ref, index *rowindex.Index) (int, bool) {
	for row := range index.Likely(index.Hash(string(ref))) {
		if row < r.n && r.hasRef(row, ref) {
			return row, true
		}
	}
	return 0, false
}

// namePart is what stands in a reference behind the row's kind and namespace; not ok where it
// does not begin with them.
func (r *rows) namePart(ref Ref, row int) (name string, ok bool) {
	rest := string(ref)
	for _, piece := range [...]struct {
		text string
		end  byte
	}{{r.folded(row, dictKind), ':'}, {r.folded(row, dictNamespace), '/'}} {
		if len(rest) <= len(piece.text) || rest[:len(piece.text)] != piece.text || rest[len(piece.text)] != piece.end {
			return "", false
		}
		rest = rest[len(piece.text)+1:]
	}
	return rest, true
}

// torn reports whether the fields of a row cannot be told from its text.
func (r *rows) torn(row int) bool { return r.blocks[row/blockSize].flags[row%blockSize]&flagTorn != 0 }

// lowerName is a row's name in lower case; it may use the room that it is given.
func (r *rows) lowerName(row int, room []byte) []byte {
	if r.torn(row) {
		return append(room[:0], strings.ToLower(r.oddAt(row).Name)...)
	}
	return part(r.rowText(row), partName)
}
