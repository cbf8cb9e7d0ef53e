package catalog

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"conviso-importer/internal/safetext"
)

// page is a block by itself, as the cache keeps it: its rows count from 0, and one that was read
// back has dictionaries of its own. It does not change once made.
type page struct {
	rows
}

// pages cuts rows into pages, which share their memory.
func (r *rows) pages() []page {
	pages := make([]page, len(r.blocks))
	odd := r.odd
	for i := range pages {
		p := &pages[i]
		p.n = min(blockSize, r.n-i*blockSize)
		p.blocks, p.text, p.caps, p.values = r.blocks[i:i+1:i+1], r.textOf(i), r.capsOf(i), r.values
		for ; len(odd) > 0 && odd[0].row/blockSize == i; odd = odd[1:] {
			p.odd = append(p.odd, oddRow{row: odd[0].row - i*blockSize, entity: odd[0].entity})
		}
	}
	return pages
}

// appendPage writes a page: its counts, its columns, its dictionaries with only the values that
// it has, and its odd rows.
func appendPage(out []byte, p page) ([]byte, error) {
	b := p.blocks[0]
	out = slices.Grow(out, len(p.text)+len(p.caps)+48*p.n)
	out = binary.AppendUvarint(out, uint64(p.n))
	out = appendBytes(appendBytes(out, p.text), p.caps)
	out = append(out, b.flags[:p.n]...)
	out = appendSteps(appendSteps(out, b.ends[:p.n]), b.capEnds[:p.n])
	for column := range dictionaries {
		// The page's own numbers, by those of the list: what other rows have is not in it.
		var order []uint32
		local := map[uint32]uint64{}
		ids := b.ids[column][:p.n]
		for _, id := range ids {
			if _, known := local[id]; !known {
				local[id] = uint64(len(order))
				order = append(order, id)
			}
		}
		out = binary.AppendUvarint(out, uint64(len(order)))
		for _, id := range order {
			out = appendBytes(out, []byte(p.values[column].plain[id]))
		}
		for _, id := range ids {
			out = binary.AppendUvarint(out, local[id])
		}
	}
	odd := make([]storedRow, len(p.odd))
	for i, o := range p.odd {
		odd[i] = newStoredRow(o)
	}
	doc, err := json.Marshal(odd)
	return append(out, doc...), err
}

func appendBytes(to, data []byte) []byte {
	return append(binary.AppendUvarint(to, uint64(len(data))), data...)
}

// appendSteps writes ascending numbers as the steps between them.
func appendSteps(to []byte, numbers []uint32) []byte {
	before := uint32(0)
	for _, n := range numbers {
		to = binary.AppendUvarint(to, uint64(n-before))
		before = n
	}
	return to
}

var errPage = errors.New("a cached page of the catalog is damaged")

// pageReader reads what appendPage wrote; bad is set once something cannot be true.
type pageReader struct {
	rest []byte
	bad  bool
}

func (r *pageReader) number() uint64 {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 {
		r.bad = true
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

func (r *pageReader) bytes(n uint64) []byte {
	if r.bad || n > uint64(len(r.rest)) {
		r.bad = true
		return nil
	}
	data := r.rest[:n:n]
	r.rest = r.rest[n:]
	return data
}

// steps reads ascending numbers, the last of which must be the end.
func (r *pageReader) steps(into []uint32, end int) {
	at := uint64(0)
	for i := range into {
		at += r.number()
		if r.bad = r.bad || at > uint64(end); r.bad {
			return
		}
		into[i] = uint32(at)
	}
	r.bad = r.bad || at != uint64(end)
}

// decodePage reads a page. A cache file is input like any other: what could not have been
// written, or may not be shown, makes it damaged.
func decodePage(data []byte) (page, error) {
	in := &pageReader{rest: data}
	var p page
	n := in.number()
	if in.bad || n == 0 || n > blockSize {
		return page{}, errPage
	}
	p.n = int(n)
	b := new(block)
	p.blocks = []*block{b}
	p.text = slices.Clip(bytes.Clone(in.bytes(in.number())))
	p.caps = slices.Clip(bytes.Clone(in.bytes(in.number())))
	copy(b.flags[:], in.bytes(n))
	in.steps(b.ends[:p.n], len(p.text))
	in.steps(b.capEnds[:p.n], len(p.caps))
	for column := range dictionaries {
		in.dictionary(&p, column)
	}
	var odd []storedRow
	if in.bad || json.Unmarshal(in.rest, &odd) != nil {
		return page{}, errPage
	}
	for _, stored := range odd {
		entity := stored.entity()
		p.odd = append(p.odd, oddRow{row: stored.Row, entity: &entity})
	}
	if !p.sound() {
		return page{}, errPage
	}
	return p, nil
}

func (r *pageReader) dictionary(p *page, column int) {
	size := r.number()
	if r.bad || size > blockSize {
		r.bad = true
		return
	}
	for range size {
		value := string(r.bytes(r.number()))
		r.bad = r.bad || safetext.Changed(value)
		p.values[column].plain = append(p.values[column].plain, value)
		p.values[column].folded = append(p.values[column].folded, strings.ToLower(value))
	}
	for i := range p.n {
		id := r.number()
		r.bad = r.bad || id >= size
		p.blocks[0].ids[column][i] = uint32(id)
	}
}

// sound reports whether every row of a page that was read can be put together and shown.
func (p *page) sound() bool {
	if !slices.IsSortedFunc(p.odd, func(a, b oddRow) int { return a.row - b.row }) {
		return false
	}
	odd := map[int]bool{}
	for _, o := range p.odd {
		if odd[o.row] || o.row < 0 || o.row >= p.n {
			return false
		}
		odd[o.row] = true
	}
	for row := range p.n {
		text := p.rowText(row)
		isOdd := p.blocks[0].flags[row]&flagOdd != 0
		if isOdd != odd[row] || p.torn(row) && !isOdd || !isOdd && !p.soundCaps(row) {
			return false
		}
		if !p.torn(row) && (bytes.Count(text, []byte{separator}) < firstTag || text[len(text)-1] != separator) {
			return false
		}
		if !isOdd && !soundText(text) {
			return false
		}
	}
	return true
}

// soundText reports whether every field of a row's text may be shown.
func soundText(text []byte) bool {
	plain := true
	for _, b := range text {
		plain = plain && (b == separator || ' ' <= b && b <= '~')
	}
	if plain {
		return true
	}
	for field := range bytes.SplitSeq(text, []byte{separator}) {
		if safetext.Changed(string(field)) {
			return false
		}
	}
	return true
}

// soundCaps reports whether a row's capital letters are where there are letters.
func (p *page) soundCaps(row int) bool {
	text := p.rowText(row)
	from, to := span(&p.blocks[0].capEnds, row)
	at := uint64(0)
	for caps := p.caps[from:to]; len(caps) > 0; {
		ahead, size := binary.Uvarint(caps)
		if size <= 0 || ahead > uint64(len(text)) {
			return false
		}
		if at += ahead; at >= uint64(len(text)) || text[at] < 'a' || text[at] > 'z' {
			return false
		}
		caps = caps[size:]
	}
	return true
}

// size is the memory that a page takes, in bytes.
func (p page) size() int {
	const columns = 4*(dictionaries+2) + 1
	size := len(p.text) + len(p.caps) + columns*blockSize
	for _, o := range p.odd {
		size += 256 + len(o.entity.Description)
	}
	return size
}

// append adds a page's rows, whose memory is shared, and numbers its values anew. Only a page
// that fills its block may be followed by another one.
func (b *Builder) append(p page) bool {
	if b.rows.n%blockSize != 0 {
		return false
	}
	b.rows.seal()
	theirs, mine := p.blocks[0], new(block)
	mine.ends, mine.capEnds, mine.flags = theirs.ends, theirs.capEnds, theirs.flags
	for column := range dictionaries {
		numbers := make([]uint32, len(p.values[column].plain))
		for id, value := range p.values[column].plain {
			numbers[id] = b.dicts[column].id(value)
		}
		b.rows.values[column] = b.dicts[column].values
		for i := range p.n {
			mine.ids[column][i] = numbers[theirs.ids[column][i]]
		}
	}
	for _, o := range p.odd {
		b.rows.odd = append(b.rows.odd, oddRow{row: b.rows.n + o.row, entity: o.entity})
	}
	b.rows.blocks = append(b.rows.blocks, mine)
	b.rows.text, b.rows.caps = p.text, p.caps
	var ref []byte
	for range p.n {
		b.rows.n++
		ref = b.rows.appendRef(ref[:0], b.rows.n-1)
		if _, known := b.rows.find(Ref(ref), &b.index); known {
			return false
		}
		b.note(Ref(ref))
	}
	return true
}
