package measure

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"
	"time"
)

// store is a Store in memory; broken, it keeps nothing.
type store struct {
	values map[string][]byte
	broken bool
	writes int
}

func (s *store) Blob(_ context.Context, key string) ([]byte, error) { return s.values[key], nil }

func (s *store) SetBlob(_ context.Context, key string, value []byte) error {
	if s.broken {
		return errors.New("read-only")
	}
	s.writes++
	s.values[key] = value
	return nil
}

// ids are n ids from one on.
func ids(from, n int) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := from; i < from+n; i++ {
			if !yield(fmt.Sprint(i)) {
				return
			}
		}
	}
}

// TestJudge protects from lists that lost most of what was there: at once, in steps, by other members of the
// same number, or over runs. Small lists and losses up to half are ordinary.
func TestJudge(t *testing.T) {
	type read struct {
		from, n  int
		days     int // since the read before
		believed bool
	}
	for name, reads := range map[string][]read{
		"the first list":              {{0, 0, 0, true}, {0, 1000, 0, true}},
		"emptied":                     {{0, 100, 0, true}, {0, 0, 1, false}, {0, 0, 1, false}, {0, 100, 1, true}},
		"half of it":                  {{0, 100, 0, true}, {0, 50, 1, true}},
		"less than half":              {{0, 100, 0, true}, {0, 49, 1, false}},
		"a small one, emptied":        {{0, 20, 0, true}, {0, 0, 1, true}},
		"one more":                    {{0, 21, 0, true}, {0, 0, 1, false}},
		"two steps of 45 %":           {{0, 100, 0, true}, {0, 55, 1, true}, {0, 30, 1, false}},
		"as long, of others":          {{0, 100, 0, true}, {500, 100, 1, false}},
		"longer, of others":           {{0, 100, 0, true}, {500, 1000, 1, false}},
		"grown and back":              {{0, 100, 0, true}, {0, 300, 1, true}, {0, 140, 1, false}},
		"slowly, over months":         {{0, 100, 0, true}, {0, 70, 31, true}, {0, 40, 31, true}, {0, 0, 1, false}},
		"after a long silence":        {{0, 100, 0, true}, {0, 0, 90, false}},
		"as long for months, emptied": {{0, 100, 0, true}, {0, 100, 29, true}, {0, 100, 29, true}, {0, 0, 1, false}},
		"members come and go":         {{0, 100, 0, true}, {40, 100, 2, true}, {80, 100, 2, true}, {120, 100, 2, true}},
	} {
		for _, form := range []string{"one process", "a process each", "a store that fails"} {
			t.Run(name+"/"+form, func(t *testing.T) {
				s, at := &store{values: map[string][]byte{}, broken: form == "a store that fails"}, time.UnixMilli(1_795_000_000_000)
				g := New(s, "assets")
				for i, r := range reads {
					if form == "a process each" {
						g = New(s, "assets")
					}
					at = at.AddDate(0, 0, r.days).Add(time.Second)
					if got := g.Judge(t.Context(), ids(r.from, r.n), at); got != r.believed {
						t.Fatalf("read %d of %d is believed: %v", i+1, r.n, got)
					}
					if d := g.Doubt(t.Context()); (d == nil) != r.believed || d != nil && d.Len != r.n {
						t.Errorf("read %d: %+v", i+1, d)
					}
				}
			})
		}
	}
}

// TestAccept protects from a hasty yes: only a second read, a minute later, that agrees lets anybody accept a list,
// which then is the measure.
func TestAccept(t *testing.T) {
	for name, c := range map[string]struct {
		second  int
		after   time.Duration
		accepts bool
	}{
		"a minute later":        {10, Apart, true},
		"nearly the same":       {25, Apart, true},
		"too early":             {10, Apart - time.Millisecond, false},
		"a third of it is back": {45, Apart, false},
		"the clock went back":   {10, -time.Hour, false},
	} {
		t.Run(name, func(t *testing.T) {
			s, at := &store{values: map[string][]byte{}}, time.UnixMilli(1_795_000_000_000)
			New(s, "k").Judge(t.Context(), ids(0, 100), at.Add(-time.Hour))
			New(s, "k").Judge(t.Context(), ids(0, 10), at)
			if New(s, "k").Accept(t.Context()) {
				t.Fatal("it was accepted after one read")
			}
			New(s, "k").Judge(t.Context(), ids(0, c.second), at.Add(c.after))
			g := New(s, "k")
			d := g.Doubt(t.Context())
			if d == nil || d.Lost != 100-c.second || d.Of != 100 || d.Len != c.second || d.Agreed.IsZero() == c.accepts {
				t.Fatalf("%+v", d)
			}
			if got := g.Accept(t.Context()); got != c.accepts {
				t.Fatalf("accepted: %v", got)
			}
			if got := New(s, "k").Judge(t.Context(), ids(0, c.second), at.Add(time.Hour)); got != c.accepts {
				t.Errorf("the next read is believed: %v", got)
			}
		})
	}
}

// TestWritesSeldom protects the disk: a million members are 8 MB.
func TestWritesSeldom(t *testing.T) {
	s, at := &store{values: map[string][]byte{}}, time.UnixMilli(1_795_000_000_000)
	g := New(s, "k")
	for i := range 200 {
		g.Judge(t.Context(), ids(0, 100), at.Add(time.Duration(i)*time.Minute))
		g.Judge(t.Context(), ids(0, 99), at.Add(time.Duration(i)*time.Minute))
	}
	if s.writes != 1 {
		t.Errorf("%d writes", s.writes)
	}
}

// FuzzDecode protects what a damaged file may hold: a record or none.
func FuzzDecode(f *testing.F) {
	whole := record{at: time.UnixMilli(5), agreed: time.UnixMilli(7), lost: 1, of: 2, hashes: []uint64{3, 9}}.encode()
	f.Add(whole)
	f.Add(whole[:len(whole)-1])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, doc []byte) {
		r, ok := decode(doc)
		if ok && string(r.encode()) != string(doc) {
			t.Errorf("%x was read as %+v", doc, r)
		}
	})
}
