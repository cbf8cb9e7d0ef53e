package backstage

import (
	"bytes"
	"encoding/json"
	"sync"

	"conviso-importer/catalog"
	"conviso-importer/internal/safetext"
)

// fastDecoder decodes list items of the common form: an object with the requested fields, each
// of the expected type and at most once. It takes a tenth of encoding/json's time and leaves
// everything else to encoding/json, so that both always agree.
type fastDecoder struct {
	mu     sync.Mutex // held while a page is decoded: the next one may arrive meanwhile
	words  interner
	recent [512]string // caches shared strings by a hash of their text
	// refs and rest are arenas of the entities' strings; refs are kept longer than the rest.
	refs, rest arena
	lists      []string // an arena of tags
	doc        []byte   // begins with the item and was read up to at; parts counts its commas
	at, parts  int
	seen       members
	notASCII   bool // a string of the item is not printable ASCII
	// known are the annotations that a list asks for; annotated are those of the item, in memory that is
	// used again.
	known, annotated map[string]string
}

// listsChunk is the allocation unit of lists.
const listsChunk = 512

type members uint16

const (
	hasKind members = 1 << iota
	hasMetadata
	hasSpec
	hasUID
	hasName
	hasNamespace
	hasTitle
	hasDescription
	hasTags
	hasAnnotations
	hasType
	hasLifecycle
	hasOwner
	hasSystem
)

// item decodes the entity at the beginning of doc into e, which must be empty; e is then safe to show. It
// returns the length of its text, or false and an invalid e if the form is not the common one.
func (d *fastDecoder) item(doc []byte, e *catalog.Entity) (size int, ok bool) {
	if !d.read(doc, e) {
		return 0, false
	}
	normalize(e)
	if text := doc[:d.at]; d.notASCII || bytes.IndexByte(text, '@') >= 0 || bytes.IndexByte(text, '=') >= 0 {
		withoutSecrets(e)
	}
	if d.notASCII || d.at > safetext.MaxBytes {
		*e = d.words.share(e.Safe())
		return d.at, true
	}
	// Short printable ASCII is safe, and common strings are shared already.
	var buf [128]byte
	e.Ref = catalog.Ref(d.refs.string(catalog.AppendRef(buf[:0], e.Kind, e.Namespace, e.Name)))
	shareName(e)
	return d.at, true
}

// any decodes an entity of any form. It fails if raw is no JSON.
func (d *fastDecoder) any(raw []byte) (catalog.Entity, error) {
	var r record
	if err := unmarshal(raw, &r); err != nil {
		return catalog.Entity{}, err
	}
	return d.words.share(r.fields().Safe()), nil
}

// read decodes the raw fields of the object at the beginning of doc.
func (d *fastDecoder) read(doc []byte, e *catalog.Entity) bool {
	d.doc, d.at, d.seen, d.notASCII, d.parts = doc, 0, 0, false, 0
	clear(d.annotated)
	whole := d.object(func(key []byte) bool {
		switch string(key) {
		case "kind":
			return d.text(hasKind, &e.Kind, true)
		case "metadata":
			return d.once(hasMetadata) && d.object(func(key []byte) bool { return d.metadata(key, e) })
		case "spec":
			return d.once(hasSpec) && d.object(func(key []byte) bool { return d.spec(key, e) })
		}
		return false
	})
	e.Annotated = catalog.ReadAnnotations(d.annotated)
	return whole
}

func (d *fastDecoder) metadata(key []byte, e *catalog.Entity) bool {
	switch string(key) {
	case "uid":
		return d.text(hasUID, &e.UID, false)
	case "name":
		return d.text(hasName, &e.Name, false)
	case "namespace":
		return d.text(hasNamespace, &e.Namespace, true)
	case "title":
		return d.text(hasTitle, &e.Title, false)
	case "description":
		return d.text(hasDescription, &e.Description, false)
	case "tags":
		return d.once(hasTags) && d.tags(&e.Tags)
	case "annotations":
		return d.once(hasAnnotations) && d.object(d.annotation)
	}
	return false
}

// annotation keeps a text of those that are asked for; anything else is not the common form.
func (d *fastDecoder) annotation(key []byte) bool {
	if d.known == nil {
		d.known, d.annotated = map[string]string{}, map[string]string{}
		for _, name := range catalog.ListAnnotations() {
			d.known[name] = name
		}
	}
	name, asked := d.known[string(key)]
	if _, again := d.annotated[name]; again || !asked {
		return false
	}
	raw, plain, ok := d.quoted()
	text := ""
	switch {
	case !ok:
		return false
	case plain:
		text = string(raw[1 : len(raw)-1])
	case json.Unmarshal(raw, &text) != nil:
		return false
	}
	d.annotated[name] = text
	return true
}

func (d *fastDecoder) spec(key []byte, e *catalog.Entity) bool {
	switch string(key) {
	case "type":
		return d.text(hasType, &e.Type, true)
	case "lifecycle":
		return d.text(hasLifecycle, &e.Lifecycle, true)
	case "owner":
		return d.text(hasOwner, &e.Owner, true)
	case "system":
		return d.text(hasSystem, &e.System, true)
	}
	return false
}

// once reports whether f occurs for the first time: encoding/json merges repeated fields.
func (d *fastDecoder) once(f members) bool {
	again := d.seen&f != 0
	d.seen |= f
	return !again
}

func (d *fastDecoder) skipBlanks() {
	for d.at < len(d.doc) && d.doc[d.at] <= ' ' {
		switch d.doc[d.at] {
		case ' ', '\n', '\t', '\r':
			d.at++
		default:
			return
		}
	}
}

// accept skips blanks and then b, if it follows.
func (d *fastDecoder) accept(b byte) bool {
	d.skipBlanks()
	if d.at == len(d.doc) || d.doc[d.at] != b {
		return false
	}
	d.at++
	return true
}

func (d *fastDecoder) object(member func(key []byte) bool) bool {
	if !d.accept('{') {
		return false
	}
	if d.accept('}') {
		return true
	}
	for {
		key, plain, ok := d.quoted()
		if !ok || !plain || !d.accept(':') || !member(key[1:len(key)-1]) {
			return false
		}
		if !d.accept(',') {
			return d.accept('}')
		}
		d.parts++
	}
}

func (d *fastDecoder) tags(into *[]string) bool {
	if !d.accept('[') {
		return false
	}
	start := len(d.lists)
	for first := true; !d.accept(']'); first = false {
		if !first {
			// Beyond maxParts the page is rejected: do not allocate more.
			if d.parts++; d.parts > maxParts || !d.accept(',') {
				return false
			}
		}
		tag := ""
		if !d.string(&tag, true) {
			return false
		}
		if len(d.lists) == cap(d.lists) {
			started := d.lists[start:]
			d.lists = append(make([]string, 0, max(listsChunk, 2*len(started))), started...)
			start = 0
		}
		d.lists = append(d.lists, tag)
	}
	if *into = d.lists[start:len(d.lists):len(d.lists)]; len(*into) == 0 {
		*into = []string{}
	}
	return true
}

func (d *fastDecoder) text(f members, into *string, common bool) bool {
	return d.once(f) && d.string(into, common)
}

func (d *fastDecoder) string(into *string, common bool) bool {
	raw, plain, ok := d.quoted()
	switch {
	case !ok:
		return false
	case !plain:
		var text string
		if json.Unmarshal(raw, &text) != nil {
			return false
		}
		*into = text
	case common:
		*into = d.common(raw[1 : len(raw)-1])
	default:
		*into = d.rest.string(raw[1 : len(raw)-1])
	}
	return true
}

func (d *fastDecoder) common(text []byte) string {
	if len(text) == 0 {
		return ""
	}
	last := len(text) - 1
	mixed := 31*len(text) + int(text[0]) + 5*int(text[last/2]) + 17*int(text[last])
	kept := &d.recent[mixed%len(d.recent)]
	if *kept != string(text) {
		*kept = d.words.bytes(text)
	}
	return *kept
}

// quoted returns the next string with its quotes; plain reports that it needs no decoding.
// encoding/json checks the others.
func (d *fastDecoder) quoted() (raw []byte, plain, ok bool) {
	if !d.accept('"') {
		return nil, false, false
	}
	start := d.at - 1
	if end := d.at + printable(d.doc[d.at:]); end < len(d.doc) && d.doc[end] == '"' {
		d.at = end + 1
		return d.doc[start:d.at], true, true
	}
	d.notASCII = true
	n := stringEnd(d.doc[d.at:])
	if n < 0 {
		return nil, false, false
	}
	d.at += n
	raw = d.doc[start:d.at]
	return raw, isLiteral(raw), true
}
