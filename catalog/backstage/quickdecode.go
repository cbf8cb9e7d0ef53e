package backstage

import (
	"encoding/json"
	"sync"

	"conviso-importer/catalog"
	"conviso-importer/internal/safetext"
)

// quick reads the items of a list whose form is the common one: an object with the fields that
// the list asks for, each of the expected type and there at most once. It takes a tenth of the
// time of encoding/json. Whatever else comes it leaves to encoding/json, so that both always
// agree.
type quick struct {
	// busy is held while a page is read: the next one may be there already.
	busy  sync.Mutex
	words interner
	// recent are words that came lately, each in the slot of its text.
	recent [512]string
	// refs and rest are the strings of the entities. References are kept longer than the rest.
	refs, rest texts
	// lists has room for tags.
	lists []string
	// doc begins with the item and was read up to at, past so many commas as parts says.
	doc       []byte
	at, parts int
	seen      members
	// odd reports that some string of the item is not printable ASCII.
	odd bool
}

// listsRoom is for how many tags room is made at once.
const listsRoom = 512

// members is a set of a record's fields.
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
	hasType
	hasLifecycle
	hasOwner
	hasSystem
)

// item reads the entity at the beginning of doc into e, which must be empty, safe to show, and
// returns how long its text is. False means that it has another form: e is then of no use.
func (q *quick) item(doc []byte, e *catalog.Entity) (size int, ok bool) {
	if !q.read(doc, e) {
		return 0, false
	}
	settle(e)
	if q.odd || q.at > safetext.MaxBytes {
		*e = q.words.share(e.Safe())
		return q.at, true
	}
	// Printable ASCII of a sane length is safe, and what is common was shared.
	var few [128]byte
	e.Ref = catalog.Ref(q.refs.of(catalog.AppendRef(few[:0], e.Kind, e.Namespace, e.Name)))
	slim(e)
	return q.at, true
}

// any returns the entity that raw holds, in whatever form. It fails where raw is no JSON.
func (q *quick) any(raw []byte) (catalog.Entity, error) {
	var r record
	if err := unmarshal(raw, &r); err != nil {
		return catalog.Entity{}, err
	}
	return q.words.share(r.fields().Safe()), nil
}

// read reads the fields of the object at the beginning of doc into e as they came.
func (q *quick) read(doc []byte, e *catalog.Entity) bool {
	q.doc, q.at, q.seen, q.odd, q.parts = doc, 0, 0, false, 0
	return q.object(func(key []byte) bool {
		switch string(key) {
		case "kind":
			return q.text(hasKind, &e.Kind, true)
		case "metadata":
			return q.first(hasMetadata) && q.object(func(key []byte) bool { return q.metadata(key, e) })
		case "spec":
			return q.first(hasSpec) && q.object(func(key []byte) bool { return q.spec(key, e) })
		}
		return false
	})
}

func (q *quick) metadata(key []byte, e *catalog.Entity) bool {
	switch string(key) {
	case "uid":
		return q.text(hasUID, &e.UID, false)
	case "name":
		return q.text(hasName, &e.Name, false)
	case "namespace":
		return q.text(hasNamespace, &e.Namespace, true)
	case "title":
		return q.text(hasTitle, &e.Title, false)
	case "description":
		return q.text(hasDescription, &e.Description, false)
	case "tags":
		return q.first(hasTags) && q.tags(&e.Tags)
	}
	return false
}

func (q *quick) spec(key []byte, e *catalog.Entity) bool {
	switch string(key) {
	case "type":
		return q.text(hasType, &e.Type, true)
	case "lifecycle":
		return q.text(hasLifecycle, &e.Lifecycle, true)
	case "owner":
		return q.text(hasOwner, &e.Owner, true)
	case "system":
		return q.text(hasSystem, &e.System, true)
	}
	return false
}

// first reports whether f comes for the first time: encoding/json merges what comes twice.
func (q *quick) first(f members) bool {
	again := q.seen&f != 0
	q.seen |= f
	return !again
}

func (q *quick) blanks() {
	for q.at < len(q.doc) && q.doc[q.at] <= ' ' {
		switch q.doc[q.at] {
		case ' ', '\n', '\t', '\r':
			q.at++
		default:
			return
		}
	}
}

// take passes over blanks and, where it follows, over b.
func (q *quick) take(b byte) bool {
	q.blanks()
	if q.at == len(q.doc) || q.doc[q.at] != b {
		return false
	}
	q.at++
	return true
}

// object reads an object; member reads each value.
func (q *quick) object(member func(key []byte) bool) bool {
	if !q.take('{') {
		return false
	}
	if q.take('}') {
		return true
	}
	for {
		key, plain, ok := q.quoted()
		if !ok || !plain || !q.take(':') || !member(key[1:len(key)-1]) {
			return false
		}
		if !q.take(',') {
			return q.take('}')
		}
		q.parts++
	}
}

// tags reads a list of strings; an empty one is not nil.
func (q *quick) tags(into *[]string) bool {
	if !q.take('[') {
		return false
	}
	start := len(q.lists)
	for first := true; !q.take(']'); first = false {
		if !first {
			// What is beyond bounds is not worth its memory.
			if q.parts++; q.parts > maxParts || !q.take(',') {
				return false
			}
		}
		tag := ""
		if !q.string(&tag, true) {
			return false
		}
		if len(q.lists) == cap(q.lists) {
			started := q.lists[start:]
			q.lists = append(make([]string, 0, max(listsRoom, 2*len(started))), started...)
			start = 0
		}
		q.lists = append(q.lists, tag)
	}
	if *into = q.lists[start:len(q.lists):len(q.lists)]; len(*into) == 0 {
		*into = []string{}
	}
	return true
}

// text reads the string that is f's value.
func (q *quick) text(f members, into *string, common bool) bool {
	return q.first(f) && q.string(into, common)
}

// string reads a string; common ones are kept once for all entities.
func (q *quick) string(into *string, common bool) bool {
	raw, plain, ok := q.quoted()
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
		*into = q.common(raw[1 : len(raw)-1])
	default:
		*into = q.rest.of(raw[1 : len(raw)-1])
	}
	return true
}

// common returns the one copy of a text that many entities have. The last one of its slot is at
// hand without a search.
func (q *quick) common(text []byte) string {
	if len(text) == 0 {
		return ""
	}
	last := len(text) - 1
	mixed := 31*len(text) + int(text[0]) + 5*int(text[last/2]) + 17*int(text[last])
	kept := &q.recent[mixed%len(q.recent)]
	if *kept != string(text) {
		*kept = q.words.bytes(text)
	}
	return *kept
}

// quoted returns the string that follows with its quotes; plain says that it means what it
// spells. Whether one that is not plain is valid, encoding/json says.
func (q *quick) quoted() (raw []byte, plain, ok bool) {
	if !q.take('"') {
		return nil, false, false
	}
	start := q.at - 1
	if end := q.at + printable(q.doc[q.at:]); end < len(q.doc) && q.doc[end] == '"' {
		q.at = end + 1
		return q.doc[start:q.at], true, true
	}
	q.odd = true
	n := stringEnd(q.doc[q.at:])
	if n < 0 {
		return nil, false, false
	}
	q.at += n
	raw = q.doc[start:q.at]
	return raw, spelled(raw), true
}
