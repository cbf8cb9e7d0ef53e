package catalog

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"

	"conviso-importer/internal/safetext"
)

// page is one block as the cache keeps it: rows count from 0, and a page read back has its own
// dictionaries. It is immutable.
type page struct {
	rows
}

func (r *rows) pages() []page {
	pages := make([]page, len(r.blocks))
	irregular, rare := r.irregular, r.rare
	for i := range pages {
		p := &pages[i]
		p.n = min(blockSize, r.n-i*blockSize)
		p.blocks, p.text, p.caps, p.values = r.blocks[i:i+1:i+1], r.textOf(i), r.capsOf(i), r.values
		for ; len(irregular) > 0 && irregular[0].row/blockSize == i; irregular = irregular[1:] {
			p.irregular = append(p.irregular, irregularRow{row: irregular[0].row - i*blockSize, entity: irregular[0].entity})
		}
		for ; len(rare) > 0 && rare[0].row/blockSize == i; rare = rare[1:] {
			p.rare = append(p.rare, rareRow{row: rare[0].row - i*blockSize, rareTexts: rare[0].rareTexts})
		}
	}
	return pages
}

// appendPage encodes a page: counts, columns, the dictionary values in use, rare texts and irregular rows.
func appendPage(out []byte, p page) ([]byte, error) {
	b := p.blocks[0]
	out = slices.Grow(out, len(p.text)+len(p.caps)+56*p.n)
	out = binary.AppendUvarint(out, uint64(p.n))
	out = appendBytes(appendBytes(out, p.text), p.caps)
	out = append(out, b.flags[:p.n]...)
	for _, key := range b.repositories[:p.n] {
		out = binary.LittleEndian.AppendUint64(out, key)
	}
	out = binary.AppendUvarint(out, uint64(len(p.rare)))
	for _, rare := range p.rare {
		out = binary.AppendUvarint(out, uint64(rare.row))
		out = appendBytes(appendBytes(out, []byte(rare.unclear)), []byte(rare.assetID))
	}
	out = appendSteps(appendSteps(out, b.ends[:p.n]), b.capEnds[:p.n])
	for column := range dictionaries {
		// The page numbers only the values that its rows use.
		var used []uint32
		local := map[uint32]uint64{}
		ids := b.ids[column][:p.n]
		for _, id := range ids {
			if _, known := local[id]; !known {
				local[id] = uint64(len(used))
				used = append(used, id)
			}
		}
		out = binary.AppendUvarint(out, uint64(len(used)))
		for _, id := range used {
			out = appendBytes(out, []byte(p.values[column].plain[id]))
		}
		for _, id := range ids {
			out = binary.AppendUvarint(out, local[id])
		}
	}
	irregular := make([]storedRow, len(p.irregular))
	for i, o := range p.irregular {
		irregular[i] = newStoredRow(o)
	}
	doc, err := json.Marshal(irregular)
	return append(out, doc...), err
}

func appendBytes(to, data []byte) []byte {
	return append(binary.AppendUvarint(to, uint64(len(data))), data...)
}

// appendSteps delta-encodes ascending numbers.
func appendSteps(to []byte, numbers []uint32) []byte {
	before := uint32(0)
	for _, n := range numbers {
		to = binary.AppendUvarint(to, uint64(n-before))
		before = n
	}
	return to
}

var errPage = errors.New("a cached page of the catalog is damaged")

// pageReader decodes appendPage's format; bad is set on the first error.
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

// steps decodes ascending numbers, the last of which must be end.
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

// decodePage decodes a page. A cache file is untrusted input: it rejects what appendPage cannot
// have written and what is unsafe to show.
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
	if keys := in.bytes(8 * n); !in.bad {
		for i := range p.n {
			b.repositories[i] = binary.LittleEndian.Uint64(keys[8*i:])
		}
	}
	in.rare(&p)
	in.steps(b.ends[:p.n], len(p.text))
	in.steps(b.capEnds[:p.n], len(p.caps))
	for column := range dictionaries {
		in.dictionary(&p, column)
	}
	var irregular []storedRow
	if in.bad || json.Unmarshal(in.rest, &irregular) != nil {
		return page{}, errPage
	}
	for _, stored := range irregular {
		entity := stored.entity()
		p.irregular = append(p.irregular, irregularRow{row: stored.Row, entity: &entity})
	}
	if !p.valid() {
		return page{}, errPage
	}
	return p, nil
}

// rare decodes the rare texts; the flags tell the rows that have them.
func (r *pageReader) rare(p *page) {
	for range min(r.number(), blockSize) {
		row := r.number()
		texts := rareTexts{unclear: string(r.bytes(r.number())), assetID: string(r.bytes(r.number()))}
		if r.bad = r.bad || row >= uint64(p.n) || safetext.Changed(texts.unclear) || safetext.Changed(texts.assetID); r.bad {
			return
		}
		p.rare = append(p.rare, rareRow{row: int(row), rareTexts: texts})
	}
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
		p.values[column].add(value, "")
	}
	for i := range p.n {
		id := r.number()
		r.bad = r.bad || id >= size
		p.blocks[0].ids[column][i] = uint32(id)
	}
}

// valid reports whether every row can be restored and shown.
func (p *page) valid() bool {
	if !slices.IsSortedFunc(p.irregular, func(a, b irregularRow) int { return a.row - b.row }) {
		return false
	}
	if !p.validRare() {
		return false
	}
	irregular := map[int]bool{}
	for _, o := range p.irregular {
		if irregular[o.row] || o.row < 0 || o.row >= p.n {
			return false
		}
		irregular[o.row] = true
	}
	for row := range p.n {
		text := p.rowText(row)
		isIrregular := p.blocks[0].flags[row]&flagIrregular != 0
		if isIrregular != irregular[row] || p.hasSeparator(row) && !isIrregular || !isIrregular && !p.validCaps(row) {
			return false
		}
		if !p.hasSeparator(row) && (bytes.Count(text, []byte{separator}) < firstTag || text[len(text)-1] != separator) {
			return false
		}
		if !isIrregular && !validText(text) {
			return false
		}
	}
	return true
}

// validRare reports whether exactly the flagged rows have rare texts, in their order.
func (p *page) validRare() bool {
	at := 0
	for row := range p.n {
		if p.flag(row)&flagRare == 0 {
			continue
		}
		if at == len(p.rare) || p.rare[at].row != row {
			return false
		}
		at++
	}
	return at == len(p.rare)
}

// validText reports whether every field of a row's text is safe to show.
func validText(text []byte) bool {
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

// validCaps reports whether capital letters are at places of letters.
func (p *page) validCaps(row int) bool {
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

func (p page) size() int {
	const columns = 4*(dictionaries+2) + 1 + 8
	size := len(p.text) + len(p.caps) + columns*blockSize
	for _, o := range p.irregular {
		size += 256 + len(o.entity.Description)
	}
	for _, rare := range p.rare {
		size += 40 + len(rare.unclear) + len(rare.assetID)
	}
	return size
}

// renumber adds a page's values of a column and writes their numbers for its rows.
func (b *Builder) renumber(p *page, column int, into *[blockSize]uint32) {
	values, ids := p.values[column].plain, &p.blocks[0].ids
	// The number of a value with a scope holds for the namespace that it was made for.
	type number struct {
		id, namespace uint32
		made          bool
	}
	numbers := make([]number, len(values))
	for i := range p.n {
		n, namespace := &numbers[ids[column][i]], ids[dictNamespace][i]
		if !n.made || n.namespace != namespace {
			value := values[ids[column][i]]
			*n = number{b.dicts[column].id(value, scopeOf(column, value, p.value(i, dictNamespace))), namespace, true}
		}
		into[i] = n.id
	}
	b.rows.values[column] = b.dicts[column].values
}

// append adds a page's rows, sharing their memory, and renumbers its values. It fails unless
// the preceding page fills its block.
func (b *Builder) append(p page) bool {
	if b.rows.n%blockSize != 0 {
		return false
	}
	b.rows.seal()
	theirs, mine := p.blocks[0], new(block)
	mine.ends, mine.capEnds, mine.flags, mine.repositories = theirs.ends, theirs.capEnds, theirs.flags, theirs.repositories
	for column := range dictionaries {
		b.renumber(&p, column, &mine.ids[column])
	}
	for _, o := range p.irregular {
		b.rows.irregular = append(b.rows.irregular, irregularRow{row: b.rows.n + o.row, entity: o.entity})
	}
	for _, rare := range p.rare {
		b.rows.rare = append(b.rows.rare, rareRow{row: b.rows.n + rare.row, rareTexts: rare.rareTexts})
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
		b.indexLast(Ref(ref))
	}
	return true
}
