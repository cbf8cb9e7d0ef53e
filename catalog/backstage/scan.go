package backstage

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"conviso-importer/catalog"
)

const (
	// maxValue limits one decoded value, such as an entity; a description of megabytes is allowed.
	maxValue = 12 << 20
	maxDepth = 1000   // limits nesting; an entity has a dozen levels
	maxItems = 10_000 // limits the entities of one response, far above pageSize
	// maxParts limits the elements of all decoded lists and objects of a response: a few
	// megabytes of commas would decode to hundreds of megabytes of empty values.
	maxParts = 500_000
)

// boundError names the limit that a response exceeds.
type boundError string

func (e boundError) Error() string { return string(e) }

type syntaxError string

func (e syntaxError) Error() string { return string(e) }

// scanner parses one JSON document and extracts only the requested values: encoding/json would
// allocate for all of a hostile document.
type scanner struct {
	doc   []byte
	at    int
	cut   error // why the document ends early, or nil
	parts int
}

// parseResponse parses a document into a, which must be empty. cut is why it ends early, if it does; a document
// that is complete before that is accepted. Valid JSON that is no object leaves a empty; values of unexpected
// types are left out. Whether the items are valid JSON is left to their decoder.
func parseResponse(doc []byte, cut error, a *listResponse) error {
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

// items decodes entities of the common form, and finds the ends of the others.
func (s *scanner) items(a *listResponse) error {
	a.isList, a.size, a.items, a.deferred, a.entities = false, 0, a.items[:0], a.deferred[:0], a.entities[:0]
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
		if a.decoder == nil {
			raw, err := s.keep()
			a.items = append(a.items, raw)
			return err
		}
		return s.entity(a)
	})
}

func (s *scanner) entity(a *listResponse) error {
	if a.entities == nil {
		a.entities = make([]catalog.Entity, 0, pageSize)
	}
	at := len(a.entities)
	a.entities = append(a.entities, catalog.Entity{})
	e := &a.entities[at]
	if size, ok := a.decoder.item(s.doc[s.at:], e); ok {
		s.at += size
		return s.bounds(size, a.decoder.parts)
	}
	*e = catalog.Entity{}
	raw, err := s.keep()
	a.deferred = append(a.deferred, deferredItem{at: at, raw: raw})
	return err
}

// object parses an object; member parses each value.
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

func (s *scanner) list(element func() error) error { return s.members(']', element) }

// members parses what is between an opening bracket and its end, separated by commas.
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

// start skips white space and returns the next byte without consuming it.
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

func (s *scanner) broken() error {
	if s.cut != nil {
		return s.cut
	}
	return io.ErrUnexpectedEOF
}

// expect fails if the next byte is not want, which what describes.
func (s *scanner) expect(want byte, what string) error {
	got, err := s.start()
	if err == nil && got != want {
		err = syntaxError(fmt.Sprintf("%q stands where %s was expected", got, what))
	}
	return err
}

func (s *scanner) decode(into any) error {
	raw, err := s.keep()
	if err != nil {
		return err
	}
	return unmarshal(raw, into)
}

// unmarshal is json.Unmarshal that leaves out values of unexpected types.
func unmarshal(raw []byte, into any) error {
	var wrongType *json.UnmarshalTypeError
	if err := json.Unmarshal(raw, into); err != nil && !errors.As(err, &wrongType) {
		return syntaxError(err.Error())
	}
	return nil
}

// keep returns the value that starts here, without validating it.
func (s *scanner) keep() ([]byte, error) {
	start := s.at
	parts, err := s.value()
	if bound := s.bounds(s.at-start, parts); bound != nil {
		err = bound
	}
	return s.doc[start:s.at:s.at], err
}

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

func (s *scanner) skip() error {
	_, err := s.value()
	return err
}

// value skips the value that starts here and returns the number of commas in it. A number or
// word ends before the byte that follows it.
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
