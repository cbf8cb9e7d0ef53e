package catalog

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"strings"

	"conviso-importer/internal/rowindex"
)

// blockSize is the number of rows in a block, in memory and in the cache.
const blockSize = 1024

// separator ends each searchable field. No query word contains it, so none matches across fields or rows.
const separator = '\n'

const (
	partName = iota
	partTitle
	partDescription
	partOwner
	firstTag
)

// block holds up to blockSize rows by column. A hundred thousand entities as structs of strings would take
// three times the memory and millions of pointers for the garbage collector. The text is stored once, in lower
// case and contiguous, for searching; capital letters are stored separately.
type block struct {
	text []byte // the searchable text, ends[i] the end of row i
	ends [blockSize]uint32
	// caps are the places of the capital letters of each row, delta-encoded; capEnds[i] is the end of row i.
	caps    []byte
	capEnds [blockSize]uint32
	ids     [dictionaries][blockSize]uint32
	flags   [blockSize]uint8
	// repositories are keys that compare what entities are about, 0 for none.
	repositories [blockSize]uint64
}

const (
	flagAltered = 1 << iota
	// flagIrregular marks a row stored as a whole entity, because the columns cannot restore it: the lower case
	// of its text is ambiguous, or its reference does not consist of its parts.
	flagIrregular
	// flagSeparator marks an irregular row with a separator within a field, whose text does not
	// tell where fields end.
	flagSeparator
	flagOptOut
	flagOrphan
	// flagRare marks a row with rare texts.
	flagRare
)

// irregularRow is a row stored as received.
type irregularRow struct {
	row    int
	entity *Entity
}

// rows is an append-only list of entities. A copy of the value does not see later additions,
// and may be read while a Builder adds to the original.
type rows struct {
	n      int
	blocks []*block
	// text and caps belong to the last block until it is full.
	text, caps []byte
	values     [dictionaries]values
	irregular  []irregularRow // ordered by row
	rare       []rareRow      // ordered by row
}

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

func span(ends *[blockSize]uint32, i int) (from, to uint32) {
	if i > 0 {
		from = ends[i-1]
	}
	return from, ends[i]
}

func (r *rows) rowText(row int) []byte {
	b, i := row/blockSize, row%blockSize
	from, to := span(&r.blocks[b].ends, i)
	return r.textOf(b)[from:to]
}

func (r *rows) id(row, column int) uint32 { return r.blocks[row/blockSize].ids[column][row%blockSize] }

func (r *rows) value(row, column int) string { return r.values[column].plain[r.id(row, column)] }

func (r *rows) folded(row, column int) string { return r.values[column].folded[r.id(row, column)] }

func (r *rows) irregularAt(row int) *Entity {
	if r.blocks[row/blockSize].flags[row%blockSize]&flagIrregular == 0 {
		return nil
	}
	i, _ := slices.BinarySearchFunc(r.irregular, row, func(o irregularRow, row int) int { return cmp.Compare(o.row, row) })
	return r.irregular[i].entity
}

func (r *rows) flag(row int) uint8 { return r.blocks[row/blockSize].flags[row%blockSize] }

func (r *rows) repository(row int) uint64 {
	return r.blocks[row/blockSize].repositories[row%blockSize]
}

func (r *rows) rareAt(row int) rareTexts {
	if r.flag(row)&flagRare == 0 {
		return rareTexts{}
	}
	i, _ := slices.BinarySearchFunc(r.rare, row, func(o rareRow, row int) int { return cmp.Compare(o.row, row) })
	return r.rare[i].rareTexts
}

func (r *rows) annotated(row int) Annotated {
	flags, rare := r.flag(row), r.rareAt(row)
	return Annotated{OptOut: flags&flagOptOut != 0, Orphan: flags&flagOrphan != 0, Repository: r.repository(row),
		Unclear: rare.unclear, AssetID: rare.assetID}
}

func (r *rows) at(row int) Entity {
	if e := r.irregularAt(row); e != nil {
		whole := *e
		whole.Annotated = r.annotated(row)
		return whole
	}
	text := r.original(row)
	name, rest, _ := strings.Cut(text, string(separator))
	title, rest, _ := strings.Cut(rest, string(separator))
	description, rest, _ := strings.Cut(rest, string(separator))
	_, rest, _ = strings.Cut(rest, string(separator))
	e := Entity{Name: name, Title: title, Description: description,
		Kind: r.value(row, dictKind), Namespace: r.value(row, dictNamespace), Owner: r.value(row, dictOwner),
		Type: r.value(row, dictType), Lifecycle: r.value(row, dictLifecycle), System: r.value(row, dictSystem),
		Ref: r.ref(row), Altered: r.flag(row)&flagAltered != 0, Annotated: r.annotated(row)}
	if n := strings.Count(rest, string(separator)); n > 0 {
		e.Tags = strings.SplitN(strings.TrimSuffix(rest, string(separator)), string(separator), n)
	}
	return e
}

func (r *rows) original(row int) string {
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

func part(text []byte, n int) []byte {
	for ; n > 0; n-- {
		text = text[bytes.IndexByte(text, separator)+1:]
	}
	return text[:bytes.IndexByte(text, separator)]
}

func tagText(text []byte) []byte {
	for range firstTag {
		text = text[bytes.IndexByte(text, separator)+1:]
	}
	return text
}

func (r *rows) name(row int) string {
	if e := r.irregularAt(row); e != nil {
		return e.Name
	}
	b, i := row/blockSize, row%blockSize
	name := part(r.rowText(row), partName)
	if from, to := span(&r.blocks[b].capEnds, i); from == to {
		return string(name)
	}
	return r.original(row)[:len(name)]
}

func (r *rows) ref(row int) Ref {
	var buf [128]byte
	return Ref(r.appendRef(buf[:0], row))
}

func (r *rows) appendRef(to []byte, row int) []byte {
	if e := r.irregularAt(row); e != nil {
		return append(to, e.Ref...)
	}
	to = append(append(to, r.folded(row, dictKind)...), ':')
	to = append(append(to, r.folded(row, dictNamespace)...), '/')
	return append(to, part(r.rowText(row), partName)...)
}

func (r *rows) hasRef(row int, ref Ref) bool {
	if e := r.irregularAt(row); e != nil {
		return e.Ref == ref
	}
	name, ok := r.namePart(ref, row)
	return ok && name == string(part(r.rowText(row), partName))
}

// find looks ref up in an index, which may contain rows of later snapshots.
func (r *rows) find(ref Ref, index *rowindex.Index) (int, bool) {
	for row := range index.Likely(index.Hash(string(ref))) {
		if row < r.n && r.hasRef(row, ref) {
			return row, true
		}
	}
	return 0, false
}

// namePart returns what follows the row's kind and namespace in ref; not ok if ref does not begin with them.
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

// hasSeparator reports whether the row's text does not tell where fields end.
func (r *rows) hasSeparator(row int) bool {
	return r.blocks[row/blockSize].flags[row%blockSize]&flagSeparator != 0
}

// lowerName may use buf.
func (r *rows) lowerName(row int, buf []byte) []byte {
	if r.hasSeparator(row) {
		return append(buf[:0], strings.ToLower(r.irregularAt(row).Name)...)
	}
	return part(r.rowText(row), partName)
}
