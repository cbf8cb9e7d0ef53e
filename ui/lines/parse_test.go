package lines

import (
	"io"
	"reflect"
	"strings"
	"testing"
)

// TestParse: what lines mean.
func TestParse(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]command{
		"":               {verb: verbNothing},
		"  ":             {verb: verbNothing},
		"1 3-7, 9":       {verb: verbToggle, spans: []span{{1, 1}, {3, 7}, {9, 9}}},
		"a":              {verb: verbAll},
		"A":              {verb: verbClear},
		"Clear":          {verb: verbClear},
		"r":              {verb: verbRefresh},
		"R":              {verb: verbRetry},
		"/pay  gate ":    {verb: verbFilter, text: "pay  gate"},
		"/":              {verb: verbFilter},
		"filter owner:x": {verb: verbFilter, text: "owner:x"},
		"d 3":            {verb: verbDetail, spans: []span{{3, 3}}},
		"d3":             {verb: verbDetail, spans: []span{{3, 3}}},
		"g":              {verb: verbGo},
		"u 2-3":          {verb: verbUnmark, spans: []span{{2, 3}}},
		"f new":          {verb: verbFacet, text: "new"},
		"s -owner":       {verb: verbSort, text: "-owner"},
		"IMPORT":         {verb: verbImport},
		"?":              {verb: verbHelp},
		"exit":           {verb: verbQuit},
		"status":         {verb: verbConnection},
		"page 2":         {verb: verbGo, spans: []span{{2, 2}}},
	} {
		if got := parse(line); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v, want %+v", line, got, want)
		}
	}
	for _, line := range []string{"0", "3-", "-3", "7-3", "1 x", "1-2-3", "i now", "xyzzy", "999999999999", strings.Repeat("1 ", mostSpans+1)} {
		if got := parse(line); got.verb != verbUnclear || got.problem == "" {
			t.Errorf("%q: %+v", line, got)
		}
	}
}

// TestHelpIsTrue: the help lists every command, and each word works.
func TestHelpIsTrue(t *testing.T) {
	t.Parallel()
	named := map[verb]bool{verbNothing: true, verbUnclear: true}
	for _, c := range commands() {
		named[c.verb] = true
		for _, word := range c.words {
			if got := parse(word); got.verb != c.verb {
				t.Errorf("%q is %+v", word, got)
			}
		}
		for _, shown := range strings.Split(strings.ReplaceAll(c.shown, "words", ""), ",") {
			if got := parse(shown); got.verb != c.verb {
				t.Errorf("help shows %q, which is %+v", shown, got)
			}
		}
	}
	for v := verbNothing; v <= verbQuit; v++ {
		if !named[v] {
			t.Errorf("help does not name the command %d", v)
		}
	}
}

// FuzzParse: any line is parsed.
func FuzzParse(f *testing.F) {
	for _, line := range []string{"1 3-7", "d3", "/x", "f new", "\x00", "é3", "g 999999999", "u 1-2-3", "A", "決 1"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		c := parse(line)
		if (c.verb == verbUnclear) != (c.problem != "") {
			t.Errorf("%q: %+v", line, c)
		}
		for _, s := range c.spans {
			if s.from < 1 || s.to < s.from || s.to > mostNumber {
				t.Errorf("%q: %+v", line, s)
			}
		}
		if len(c.spans) > mostSpans {
			t.Errorf("%d spans", len(c.spans))
		}
	})
}

// FuzzLines: a run survives any lines and sends nothing; the harness checks each byte.
func FuzzLines(f *testing.F) {
	for _, text := range []string{"a\ni\nyes\n", "/x\n\n1-3\nl\nf 5\ns -type\nd 2\nu 1\n", "t\nyes\nR\n5\nresume\n", "?\n@\nc\nr\nwait\nq\n", "\x00\x1b[2J\n"} {
		f.Add(text, false)
		f.Add(text, true)
	}
	f.Fuzz(func(t *testing.T, text string, readOnly bool) {
		e := bank()
		e.id.ReadOnly, e.id.Environment = readOnly, "production"
		within(t, e, nil, func(s *script) {
			_, _ = io.WriteString(s.in, text)
			_ = s.in.Close()
			s.gone()
			if s.err != nil || readOnly && e.submits+e.checks > 0 {
				t.Errorf("%v, %d sent", s.err, e.submits)
			}
		})
	})
}
