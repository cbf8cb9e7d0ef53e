package catalog

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

const (
	// maxValue bounds one value that is kept while an answer is read, such as an entity. A
	// description of some megabytes is odd but is read.
	maxValue = 12 << 20
	// maxDepth bounds how deep an answer may nest; an entity takes a dozen levels.
	maxDepth = 1000
	// maxItems bounds the entities of one answer, far above what was asked for.
	maxItems = 10_000
	// maxParts bounds what all the lists and objects of one answer's kept values hold
	// together: a few megabytes of commas would become hundreds of empty values.
	maxParts = 500_000
)

// boundError says which bound an answer goes beyond.
type boundError string

// Error implements error.
func (e boundError) Error() string { return string(e) }

// syntaxError says why an answer is no JSON, or none that a catalog sends.
type syntaxError string

// Error implements error.
func (e syntaxError) Error() string { return string(e) }

// walker reads one JSON document value by value and takes the text of what is asked for
// alone: encoding/json would make something of all of it, and millions of somethings of a list
// of millions of nothings.
type walker struct {
	doc []byte
	at  int
	// cut is why the document ends where it does.
	cut error
	// parts is how much all values that were kept hold.
	parts int
}

// readAnswer reads a document into a, which must be empty. cut is why no more of it
// came than this; a document that ends before that is read like one that came whole. A document
// that is JSON but no object leaves a empty. Values of unexpected types are left out. Whether
// the items are JSON, their decoder says.
func readAnswer(doc []byte, cut error, a *listAnswer) error {
	w := &walker{doc: doc, cut: cut}
	start, err := w.start()
	if err != nil {
		return err
	}
	if start != '{' {
		raw, err := w.keep()
		if err == nil && !json.Valid(raw) {
			err = syntaxError("it begins with " + fmt.Sprintf("%q", start))
		}
		return err
	}
	return w.object(func(key string) error {
		switch key {
		case "items":
			return w.items(a)
		case "totalItems":
			return w.decode(&a.TotalItems)
		case "pageInfo":
			return w.decode(&a.PageInfo)
		}
		return w.skip()
	})
}

// items reads the list of entities, those of the common form alone; of the others it finds the
// ends.
func (w *walker) items(a *listAnswer) error {
	a.isList, a.size, a.items, a.left, a.entities = false, 0, a.items[:0], a.left[:0], a.entities[:0]
	if start, err := w.start(); err != nil {
		return err
	} else if start != '[' {
		return w.skip()
	}
	a.isList = true
	return w.list(func() error {
		if a.size >= maxItems {
			return boundError(fmt.Sprintf("it holds more than %d entities", maxItems))
		}
		a.size++
		if a.quick == nil {
			raw, err := w.keep()
			a.items = append(a.items, raw)
			return err
		}
		return w.entity(a)
	})
}

// entity reads an item as an entity, or leaves it to be read later.
func (w *walker) entity(a *listAnswer) error {
	if a.entities == nil {
		a.entities = make([]Entity, 0, pageSize)
	}
	at := len(a.entities)
	a.entities = append(a.entities, Entity{})
	e := &a.entities[at]
	if size, ok := a.quick.item(w.doc[w.at:], e); ok {
		w.at += size
		return w.bounds(size, a.quick.parts)
	}
	*e = Entity{}
	raw, err := w.keep()
	a.left = append(a.left, leftItem{at: at, raw: raw})
	return err
}

// object reads the members of an object; member reads each one's value.
func (w *walker) object(member func(key string) error) error {
	return w.members('}', func() error {
		var key string
		if err := w.expect('"', "a member's name"); err != nil {
			return err
		}
		if err := w.decode(&key); err != nil {
			return err
		}
		if err := w.expect(':', "a colon"); err != nil {
			return err
		}
		w.at++
		if _, err := w.start(); err != nil {
			return err
		}
		return member(key)
	})
}

// list reads the elements of a list; element reads each one.
func (w *walker) list(element func() error) error { return w.members(']', element) }

// members reads what stands between an opening bracket and its end, with commas between.
func (w *walker) members(end byte, one func() error) error {
	w.at++
	for first := true; ; first = false {
		next, err := w.start()
		switch {
		case err != nil:
			return err
		case next == end:
			w.at++
			return nil
		case !first:
			if err := w.expect(',', "a comma"); err != nil {
				return err
			}
			w.at++
			if _, err := w.start(); err != nil {
				return err
			}
		}
		if err := one(); err != nil {
			return err
		}
	}
}

// start passes over white space and returns the byte that follows, which is not consumed. A
// document that ends there is cut off.
func (w *walker) start() (byte, error) {
	for ; w.at < len(w.doc); w.at++ {
		switch b := w.doc[w.at]; b {
		case ' ', '\n', '\t', '\r':
		default:
			return b, nil
		}
	}
	return 0, w.broken()
}

// broken is the error of a document that ends too early.
func (w *walker) broken() error {
	if w.cut != nil {
		return w.cut
	}
	return io.ErrUnexpectedEOF
}

// expect fails where something else follows than the byte that what describes.
func (w *walker) expect(want byte, what string) error {
	got, err := w.start()
	if err == nil && got != want {
		err = syntaxError(fmt.Sprintf("%q stands where %s was expected", got, what))
	}
	return err
}

// decode reads the value that starts here into into; one of another type is left out.
func (w *walker) decode(into any) error {
	raw, err := w.keep()
	if err != nil {
		return err
	}
	return unmarshal(raw, into)
}

// unmarshal reads raw into into; values of another type than expected are left out.
func unmarshal(raw []byte, into any) error {
	var wrongType *json.UnmarshalTypeError
	if err := json.Unmarshal(raw, into); err != nil && !errors.As(err, &wrongType) {
		return syntaxError(err.Error())
	}
	return nil
}

// keep returns the value that starts here, which is a part of the document. It finds the value's
// end and no more: whether it is JSON, its decoder says.
func (w *walker) keep() ([]byte, error) {
	start := w.at
	parts, err := w.value()
	if bound := w.bounds(w.at-start, parts); bound != nil {
		err = bound
	}
	return w.doc[start:w.at:w.at], err
}

// bounds counts a value that is kept.
func (w *walker) bounds(size, parts int) error {
	w.parts += parts
	switch {
	case size > maxValue:
		return boundError(fmt.Sprintf("one of its values is larger than %d MiB", maxValue>>20))
	case w.parts > maxParts:
		return boundError(fmt.Sprintf("it holds more than %d values", maxParts))
	}
	return nil
}

// skip passes over the value that starts here, whatever its size.
func (w *walker) skip() error {
	_, err := w.value()
	return err
}

// value passes over the value that starts here and returns how many commas its lists and objects
// hold. A string, an object and a list end with their last byte, a number and a word before the
// one that follows them.
func (w *walker) value() (parts int, err error) {
	start, depth := w.at, 0
	for ; w.at < len(w.doc); w.at++ {
		switch b := w.doc[w.at]; {
		case b == '"':
			n := stringEnd(w.doc[w.at+1:])
			if n < 0 {
				w.at = len(w.doc)
				return parts, w.broken()
			}
			if w.at += n; depth == 0 {
				w.at++
				return parts, nil
			}
		case b == '{', b == '[':
			if depth++; depth > maxDepth {
				return parts, syntaxError(fmt.Sprintf("it nests deeper than %d levels", maxDepth))
			}
		case depth == 0 && (b == ',' || b == ']' || b == '}' || b == ':' || b <= ' '):
			if w.at == start {
				return 0, syntaxError(fmt.Sprintf("%q stands where a value was expected", b))
			}
			return parts, nil
		case b == '}', b == ']':
			if depth--; depth == 0 {
				w.at++
				return parts, nil
			}
		case b == ',':
			parts++
		}
	}
	if depth > 0 || w.cut != nil || w.at == start {
		return parts, w.broken()
	}
	return parts, nil
}
