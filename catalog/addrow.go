package catalog

import (
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf8"
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
	if name, ok := r.namePart(e.Ref, r.n); row.odd || row.torn || !ok || name != string(part(row.text[row.start:], partName)) {
		flags |= flagOdd
		r.caps = r.caps[:before]
		r.odd = append(r.odd, oddRow{row: r.n, entity: e.apart()})
	}
	if row.torn {
		flags |= flagTorn
	}
	if e.Altered {
		flags |= flagAltered
	}
	b.ends[i], b.capEnds[i], b.flags[i] = uint32(len(r.text)), uint32(len(r.caps)), flags
	r.n++
}

// apart returns a copy of the entity, without its UID, that does not hold the memory which it
// shares with the others of its page.
func (e *Entity) apart() *Entity {
	kept := *e
	kept.UID = ""
	kept.Ref = Ref(strings.Clone(string(e.Ref)))
	kept.Name, kept.Title, kept.Description = strings.Clone(e.Name), strings.Clone(e.Title), strings.Clone(e.Description)
	kept.Tags = slices.Clone(e.Tags)
	return &kept
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

// rowText collects the text of one row.
type rowText struct {
	text, caps []byte
	// start is where the row's text begins, last the place of the last capital letter in it.
	start, last int
	// odd reports that the capital letters of a field do not follow from caps, torn that a field
	// holds a separator.
	odd, torn bool
}

// add appends a field in lower case; restorable says that its capital letters matter.
func (t *rowText) add(field string, restorable bool) {
	t.torn = t.torn || strings.IndexByte(field, separator) >= 0
	start := len(t.text)
	t.text = append(t.text, field...)
	changed := false
	for i, b := range t.text[start:] {
		if b >= utf8.RuneSelf {
			folded := strings.ToLower(field)
			t.text, changed = append(t.text[:start], folded...), folded != field
			break
		}
		if 'A' <= b && b <= 'Z' {
			t.text[start+i], changed = b+('a'-'A'), true
		}
	}
	if restorable && changed {
		t.note(field, start)
	}
	t.text = append(t.text, separator)
}

// note keeps where the capital letters of a field are whose lower case begins at start, as far as
// they are those of ASCII; of others the lower case may be of another length, or that of several
// letters.
func (t *rowText) note(field string, start int) {
	folded := t.text[start:]
	if len(field) != len(folded) {
		t.odd = true
		return
	}
	for i := range len(field) {
		switch {
		case field[i] == folded[i]:
		case 'A' <= field[i] && field[i] <= 'Z' && folded[i] == field[i]+('a'-'A'):
			at := start - t.start + i
			t.caps = binary.AppendUvarint(t.caps, uint64(at-t.last))
			t.last = at
		default:
			t.odd = true
		}
	}
}
