package catalog

import (
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf8"
)

// add appends an entity; numbers are its values' ids in the dictionaries.
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
	if name, ok := r.namePart(e.Ref, r.n); row.irregular || row.hasSeparator || !ok || name != string(part(row.text[row.start:], partName)) {
		flags |= flagIrregular
		r.caps = r.caps[:before]
		r.irregular = append(r.irregular, irregularRow{row: r.n, entity: e.detached()})
	}
	if row.hasSeparator {
		flags |= flagSeparator
	}
	if e.Altered {
		flags |= flagAltered
	}
	if e.OptOut {
		flags |= flagOptOut
	}
	if e.Orphan {
		flags |= flagOrphan
	}
	if rare := e.rare(); rare != (rareTexts{}) {
		flags |= flagRare
		r.rare = append(r.rare, rareRow{row: r.n, rareTexts: rareTexts{strings.Clone(rare.unclear), strings.Clone(rare.assetID)}})
	}
	b.repositories[i] = e.Repository
	b.ends[i], b.capEnds[i], b.flags[i] = uint32(len(r.text)), uint32(len(r.caps)), flags
	r.n++
}

// detached returns a copy without what columns keep that does not share memory with its page.
func (e *Entity) detached() *Entity {
	kept := *e
	kept.UID, kept.Annotated = "", Annotated{}
	kept.Ref = Ref(strings.Clone(string(e.Ref)))
	kept.Name, kept.Title, kept.Description = strings.Clone(e.Name), strings.Clone(e.Title), strings.Clone(e.Description)
	kept.Tags = slices.Clone(e.Tags)
	return &kept
}

// seal moves the text to the last block, without spare capacity.
func (r *rows) seal() {
	if len(r.blocks) == 0 {
		return
	}
	b := r.blocks[len(r.blocks)-1]
	b.text, b.caps = fitted(r.text), fitted(r.caps)
	r.text, r.caps = nil, nil
}

func fitted(data []byte) []byte {
	if cap(data) == len(data) {
		return data
	}
	return slices.Clip(slices.Clone(data))
}

type rowText struct {
	text, caps []byte
	// start is where the row's text begins, last the place of its last capital letter.
	start, last int
	// irregular: caps cannot restore a field's capital letters. hasSeparator: a field contains the separator.
	irregular, hasSeparator bool
}

// add appends a field in lower case. restorable fields keep their capital letters in caps.
func (t *rowText) add(field string, restorable bool) {
	t.hasSeparator = t.hasSeparator || strings.IndexByte(field, separator) >= 0
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
		t.noteCaps(field, start)
	}
	t.text = append(t.text, separator)
}

// noteCaps records the ASCII capital letters of a field. Lower case of other letters may differ
// in length or be ambiguous: the row becomes irregular.
func (t *rowText) noteCaps(field string, start int) {
	folded := t.text[start:]
	if len(field) != len(folded) {
		t.irregular = true
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
			t.irregular = true
		}
	}
}
