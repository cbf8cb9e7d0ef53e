package catalog

import (
	"encoding/binary"
	"slices"
	"strings"
)

// add appends an entity; numbers are those of its values in the dictionaries.
func (r *rows) add(e *Entity, numbers [dictionaries]uint32) {
	i := r.n % blockSize
	if i == 0 {
		r.seal()
		r.blocks = append(r.blocks, new(block))
	}
	b := r.blocks[len(r.blocks)-1]
	for column, id := range numbers {
		b.ids[column][i] = id
	}
	before := len(r.caps)
	row := rowText{start: len(r.text), text: r.text, caps: r.caps}
	row.add(e.Name, true)
	row.add(e.Title, true)
	row.add(e.Description, true)
	row.add(e.Owner, false)
	for _, tag := range e.Tags {
		row.add(tag, true)
	}
	r.text, r.caps = row.text, row.caps
	var flags uint8
	if row.odd || !r.madeOfParts(e, numbers) {
		flags |= flagOdd
		r.caps = r.caps[:before]
		kept := *e
		r.odd = append(r.odd, oddRow{row: r.n, entity: &kept})
	}
	if e.Altered {
		flags |= flagAltered
	}
	b.ends[i], b.capEnds[i], b.flags[i] = uint32(len(r.text)), uint32(len(r.caps)), flags
	r.n++
}

// seal gives the last block its text, without the room that it had to grow.
func (r *rows) seal() {
	if len(r.blocks) == 0 {
		return
	}
	b := r.blocks[len(r.blocks)-1]
	b.text, b.caps = fitted(r.text), fitted(r.caps)
	r.text, r.caps = nil, nil
}

// fitted is data in no more memory than it takes.
func fitted(data []byte) []byte {
	if cap(data) == len(data) {
		return data
	}
	return slices.Clip(slices.Clone(data))
}

// madeOfParts says whether an entity's reference follows from its kind, namespace and name.
func (r *rows) madeOfParts(e *Entity, numbers [dictionaries]uint32) bool {
	rest, ok := strings.CutPrefix(string(e.Ref), r.values[dictKind].folded[numbers[dictKind]]+":")
	if !ok {
		return false
	}
	rest, ok = strings.CutPrefix(rest, r.values[dictNamespace].folded[numbers[dictNamespace]]+"/")
	return ok && rest == strings.ToLower(e.Name)
}

// rowText collects the text of one row.
type rowText struct {
	text, caps []byte
	// start is where the row's text begins, last the place of the last capital letter in it.
	start, last int
	// odd says that the fields cannot be told from the text.
	odd bool
}

// add appends a field in lower case; restorable says that its capital letters matter.
func (t *rowText) add(field string, restorable bool) {
	folded := strings.ToLower(field)
	t.odd = t.odd || strings.IndexByte(field, separator) >= 0
	if restorable && folded != field {
		t.note(field, folded)
	}
	t.text = append(append(t.text, folded...), separator)
}

// note keeps where the capital letters of a field are, as far as they are those of ASCII; of
// others the lower case may be of another length, or that of several letters.
func (t *rowText) note(field, folded string) {
	if len(field) != len(folded) {
		t.odd = true
		return
	}
	for i := range len(field) {
		switch {
		case field[i] == folded[i]:
		case 'A' <= field[i] && field[i] <= 'Z' && folded[i] == field[i]+('a'-'A'):
			at := len(t.text) - t.start + i
			t.caps = binary.AppendUvarint(t.caps, uint64(at-t.last))
			t.last = at
		default:
			t.odd = true
		}
	}
}
