package catalog

import (
	"bufio"
	"bytes"
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

// walker reads one JSON document value by value and keeps the text of what is asked for
// alone: encoding/json would hold all of it, and a list of millions of nothings as millions
// of somethings.
type walker struct {
	in *bufio.Reader
	// kept is the last value that was kept.
	kept []byte
	// parts is how much all values that were kept hold.
	parts int
}

// readAnswer reads a document into a, which must be empty. A document that is JSON but no
// object leaves it empty. Values of unexpected types are left out. Whether the items are
// JSON, their decoder says.
func readAnswer(in *bufio.Reader, a *listAnswer) error {
	w := &walker{in: in}
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

// items reads the list of entities without looking into them.
func (w *walker) items(a *listAnswer) error {
	a.isList, a.raw, a.ends = false, a.raw[:0], a.ends[:0]
	if start, err := w.start(); err != nil {
		return err
	} else if start != '[' {
		return w.skip()
	}
	a.isList = true
	return w.list(func() error {
		if len(a.ends) >= maxItems {
			return boundError(fmt.Sprintf("it holds more than %d entities", maxItems))
		}
		err := w.value(&a.raw)
		a.ends = append(a.ends, len(a.raw))
		return err
	})
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
		_, _ = w.in.Discard(1)
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
	_, _ = w.in.Discard(1)
	for first := true; ; first = false {
		next, err := w.start()
		switch {
		case err != nil:
			return err
		case next == end:
			_, _ = w.in.Discard(1)
			return nil
		case !first:
			if err := w.expect(',', "a comma"); err != nil {
				return err
			}
			_, _ = w.in.Discard(1)
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
	for {
		b, err := w.in.ReadByte()
		switch {
		case errors.Is(err, io.EOF):
			return 0, io.ErrUnexpectedEOF
		case err != nil:
			return 0, err
		case b == ' ', b == '\n', b == '\t', b == '\r':
			continue
		}
		return b, w.in.UnreadByte()
	}
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

// keep returns the value that starts here until the next call. It finds the value's end and
// no more: whether it is JSON, its decoder says.
func (w *walker) keep() ([]byte, error) {
	w.kept = w.kept[:0]
	err := w.value(&w.kept)
	return w.kept, err
}

// skip passes over the value that starts here, whatever its size.
func (w *walker) skip() error { return w.value(nil) }

// value reads to the end of the value that starts here, and appends it to keep unless that
// is nil.
func (w *walker) value(keep *[]byte) error {
	var at position
	for size := 0; ; {
		if _, err := w.in.Peek(1); errors.Is(err, io.EOF) && at.depth == 0 && !at.quoted && size > 0 {
			return nil
		} else if errors.Is(err, io.EOF) {
			return io.ErrUnexpectedEOF
		} else if err != nil {
			return err
		}
		chunk, _ := w.in.Peek(w.in.Buffered())
		n, whole := at.scan(chunk)
		if size += n; size == 0 {
			return syntaxError(fmt.Sprintf("%q stands where a value was expected", chunk[0]))
		}
		if keep != nil {
			*keep = append(*keep, chunk[:n]...)
			w.parts += at.parts
			at.parts = 0
		}
		_, _ = w.in.Discard(n)
		switch {
		case at.depth > maxDepth:
			return syntaxError(fmt.Sprintf("it nests deeper than %d levels", maxDepth))
		case keep != nil && size > maxValue:
			return boundError(fmt.Sprintf("one of its values is larger than %d MiB", maxValue>>20))
		case w.parts > maxParts:
			return boundError(fmt.Sprintf("it holds more than %d values", maxParts))
		case whole:
			return nil
		}
	}
}

// position is where in a value its reader stands.
type position struct {
	depth           int
	quoted, escaped bool
	// parts counts the commas, that is what lists and objects hold.
	parts int
}

// scan goes on through chunk and returns how much of it belongs to the value, and whether
// the value ends there. A string, an object and a list end with their last byte, a number
// and a word before the one that follows them.
func (p *position) scan(chunk []byte) (int, bool) {
	for i := 0; i < len(chunk); i++ {
		if p.quoted {
			n, ended := p.text(chunk[i:])
			if i += n; ended && p.depth == 0 {
				return i, true
			}
			if i == len(chunk) {
				break
			}
		}
		switch b := chunk[i]; {
		case b == '"':
			p.quoted = true
		case b == '{', b == '[':
			if p.depth++; p.depth > maxDepth {
				return i + 1, false
			}
		case p.depth == 0 && (b == ',' || b == ']' || b == '}' || b == ':' || b <= ' '):
			return i, true
		case b == '}', b == ']':
			if p.depth--; p.depth == 0 {
				return i + 1, true
			}
		case b == ',':
			p.parts++
		}
	}
	return len(chunk), false
}

// text goes on through a string and returns how much of chunk belongs to it, and whether it
// ends there.
func (p *position) text(chunk []byte) (int, bool) {
	for at := 0; at < len(chunk); {
		if p.escaped {
			p.escaped = false
			at++
			continue
		}
		next := bytes.IndexByte(chunk[at:], '"')
		end := at + next
		if next < 0 {
			end = len(chunk)
		}
		// An odd number of backslashes escapes what follows them.
		start := end
		for start > at && chunk[start-1] == '\\' {
			start--
		}
		p.escaped = (end-start)%2 == 1
		if at = end; next >= 0 && !p.escaped {
			p.quoted = false
			return end + 1, true
		}
	}
	return len(chunk), false
}
