package backstage

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"conviso-importer/catalog"
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

// scanner reads one JSON document value by value and takes the text of what is asked for
// alone: encoding/json would make something of all of it, and millions of somethings of a list
// of millions of nothings.
type scanner struct {
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
	s := &scanner{doc: doc, cut: cut}
	start, err := s.start()
	if err != nil {
		return err
	}
	if start != '{' {
		raw, err := s.keep()
		if err == nil && !json.Valid(raw) {
			err = syntaxError("it begins with " + fmt.Sprintf("%q", start))
		}
		return err
	}
	return s.object(func(key string) error {
		switch key {
		case "items":
			return s.items(a)
		case "totalItems":
			return s.decode(&a.TotalItems)
		case "pageInfo":
			return s.decode(&a.PageInfo)
		}
		return s.skip()
	})
}

// items reads the list of entities, those of the common form alone; of the others it finds the
// ends.
func (s *scanner) items(a *listAnswer) error {
	a.isList, a.size, a.items, a.left, a.entities = false, 0, a.items[:0], a.left[:0], a.entities[:0]
	if start, err := s.start(); err != nil {
		return err
	} else if start != '[' {
		return s.skip()
	}
	a.isList = true
	return s.list(func() error {
		if a.size >= maxItems {
			return boundError(fmt.Sprintf("it holds more than %d entities", maxItems))
		}
		a.size++
		if a.quick == nil {
			raw, err := s.keep()
			a.items = append(a.items, raw)
			return err
		}
		return s.entity(a)
	})
}

// entity reads an item as an entity, or leaves it to be read later.
func (s *scanner) entity(a *listAnswer) error {
	if a.entities == nil {
		a.entities = make([]catalog.Entity, 0, pageSize)
	}
	at := len(a.entities)
	a.entities = append(a.entities, catalog.Entity{})
	e := &a.entities[at]
	if size, ok := a.quick.item(s.doc[s.at:], e); ok {
		s.at += size
		return s.bounds(size, a.quick.parts)
	}
	*e = catalog.Entity{}
	raw, err := s.keep()
	a.left = append(a.left, leftItem{at: at, raw: raw})
	return err
}

// object reads the members of an object; member reads each one's value.
func (s *scanner) object(member func(key string) error) error {
	return s.members('}', func() error {
		var key string
		if err := s.expect('"', "a member's name"); err != nil {
			return err
		}
		if err := s.decode(&key); err != nil {
			return err
		}
		if err := s.expect(':', "a colon"); err != nil {
			return err
		}
		s.at++
		if _, err := s.start(); err != nil {
			return err
		}
		return member(key)
	})
}

// list reads the elements of a list; element reads each one.
func (s *scanner) list(element func() error) error { return s.members(']', element) }

// members reads what stands between an opening bracket and its end, with commas between.
func (s *scanner) members(end byte, one func() error) error {
	s.at++
	for first := true; ; first = false {
		next, err := s.start()
		switch {
		case err != nil:
			return err
		case next == end:
			s.at++
			return nil
		case !first:
			if err := s.expect(',', "a comma"); err != nil {
				return err
			}
			s.at++
			if _, err := s.start(); err != nil {
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
func (s *scanner) start() (byte, error) {
	for ; s.at < len(s.doc); s.at++ {
		switch b := s.doc[s.at]; b {
		case ' ', '\n', '\t', '\r':
		default:
			return b, nil
		}
	}
	return 0, s.broken()
}

// broken is the error of a document that ends too early.
func (s *scanner) broken() error {
	if s.cut != nil {
		return s.cut
	}
	return io.ErrUnexpectedEOF
}

// expect fails where something else follows than the byte that what describes.
func (s *scanner) expect(want byte, what string) error {
	got, err := s.start()
	if err == nil && got != want {
		err = syntaxError(fmt.Sprintf("%q stands where %s was expected", got, what))
	}
	return err
}

// decode reads the value that starts here into into; one of another type is left out.
func (s *scanner) decode(into any) error {
	raw, err := s.keep()
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
func (s *scanner) keep() ([]byte, error) {
	start := s.at
	parts, err := s.value()
	if bound := s.bounds(s.at-start, parts); bound != nil {
		err = bound
	}
	return s.doc[start:s.at:s.at], err
}

// bounds counts a value that is kept.
func (s *scanner) bounds(size, parts int) error {
	s.parts += parts
	switch {
	case size > maxValue:
		return boundError(fmt.Sprintf("one of its values is larger than %d MiB", maxValue>>20))
	case s.parts > maxParts:
		return boundError(fmt.Sprintf("it holds more than %d values", maxParts))
	}
	return nil
}

// skip passes over the value that starts here, whatever its size.
func (s *scanner) skip() error {
	_, err := s.value()
	return err
}

// value passes over the value that starts here and returns how many commas its lists and objects
// hold. A string, an object and a list end with their last byte, a number and a word before the
// one that follows them.
func (s *scanner) value() (parts int, err error) {
	start, depth := s.at, 0
	for ; s.at < len(s.doc); s.at++ {
		switch b := s.doc[s.at]; {
		case b == '"':
			n := stringEnd(s.doc[s.at+1:])
			if n < 0 {
				s.at = len(s.doc)
				return parts, s.broken()
			}
			if s.at += n; depth == 0 {
				s.at++
				return parts, nil
			}
		case b == '{', b == '[':
			if depth++; depth > maxDepth {
				return parts, syntaxError(fmt.Sprintf("it nests deeper than %d levels", maxDepth))
			}
		case depth == 0 && (b == ',' || b == ']' || b == '}' || b == ':' || b <= ' '):
			if s.at == start {
				return 0, syntaxError(fmt.Sprintf("%q stands where a value was expected", b))
			}
			return parts, nil
		case b == '}', b == ']':
			if depth--; depth == 0 {
				s.at++
				return parts, nil
			}
		case b == ',':
			parts++
		}
	}
	if depth > 0 || s.cut != nil || s.at == start {
		return parts, s.broken()
	}
	return parts, nil
}
