package cache

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// tableHead is the head of a list of words.
type tableHead struct {
	Pages []string `json:"pages"`
	Count int      `json:"count"`
}

// writes counts encoded pages, and fails for one of them.
type writes struct {
	encoded int
	bad     string
}

// listOf is a list of words, one page each, whose encodings share memory.
func listOf(s *Store, key string, w *writes) *List[tableHead, string] {
	return NewList(s, ListOptions[tableHead, string]{
		Heads: "heads", Pages: "pages", Key: key, Prefix: key + " ", Version: 1,
		Codec: Codec[string]{Version: 1, Decode: func(data []byte) (string, error) { return string(data), nil },
			Append: func(to []byte, page string) ([]byte, error) {
				if w.encoded++; w.bad != "" && page == w.bad {
					return nil, errors.New("it cannot be encoded")
				}
				return append(to, page...), nil
			}},
		Names: func(h *tableHead) *[]string { return &h.Pages },
	})
}

// stores writes words as a list.
func stores(t *testing.T, l *List[tableHead, string], at time.Time, words ...string) {
	t.Helper()
	if err := l.Write(tableHead{Count: len(words)}, slices.Values(words), at); err != nil {
		t.Fatal(err)
	}
}

// got returns the stored list, read in both ways; false if there is none.
func got(t *testing.T, l *List[tableHead, string]) ([]string, bool) {
	t.Helper()
	head, _, ok := l.Head()
	if !ok {
		return nil, false
	}
	var words, ahead []string
	whole := l.Read(head, func(page string) bool { words = append(words, page); return true })
	again := l.ReadAhead(t.Context(), head, func(page string) bool { ahead = append(ahead, page); return true })
	if whole != again || !slices.Equal(words, ahead) {
		t.Fatalf("%q, %t, but read ahead %q, %t", words, whole, ahead, again)
	}
	return words, whole && len(words) == head.Count
}

func holds(t *testing.T, l *List[tableHead, string], want ...string) {
	t.Helper()
	if words, ok := got(t, l); !ok || !slices.Equal(words, want) {
		t.Fatalf("%q, %t, want %q", words, ok, want)
	}
}

// TestListReplaces checks that any process reads the newer list and that nothing of the older
// one remains.
func TestListReplaces(t *testing.T) {
	dir := t.TempDir()
	store := open(t, dir, Options{})
	l := listOf(store, "x", &writes{})
	if _, ok := got(t, l); ok {
		t.Fatal("an empty store has a list")
	}
	at := time.Now().Add(-time.Hour).Truncate(time.Millisecond)
	stores(t, l, at, "a", "b", "c", "d", "e", "f", "g")
	older, readAt, _ := l.Head()
	if len(older.Pages) != 7 || !readAt.Equal(at) {
		t.Fatalf("%+v, read at %s", older, readAt)
	}
	stores(t, listOf(store, "y", &writes{}), at, "a", "other")
	stores(t, l, at, "b", "x")
	holds(t, l, "b", "x")
	other := open(t, dir, Options{})
	holds(t, listOf(other, "x", &writes{}), "b", "x")
	holds(t, listOf(other, "y", &writes{}), "a", "other")
	for i, name := range older.Pages {
		if _, there := l.pages.Get(name); there != (i == 1) {
			t.Errorf("page %d of the older list is there: %t", i, there)
		}
	}
	stores(t, l, at)
	holds(t, l)
}

// TestListWritesWhatDiffers checks that unchanged pages are encoded once, for the name, and not
// written, unless the store has evicted them.
func TestListWritesWhatDiffers(t *testing.T) {
	dir := t.TempDir()
	store := open(t, dir, Options{})
	w := &writes{}
	l := listOf(store, "x", w)
	first := time.Now().Add(-time.Hour).Truncate(time.Millisecond)
	stores(t, l, first, "a", "b", "c")
	later := first.Add(time.Minute)
	w.encoded = 0
	stores(t, l, later, "a", "changed", "c")
	if w.encoded != 3 {
		t.Errorf("%d pages were encoded", w.encoded)
	}
	// A page's stored time is that of its writing.
	head, at, _ := l.Head()
	for i, want := range []time.Time{first, later, first} {
		disk := listOf(open(t, dir, Options{}), "x", &writes{})
		if _, written, ok := disk.pages.cache.Get("x " + head.Pages[i]); !ok || !written.Equal(want) || !at.Equal(later) {
			t.Errorf("page %d was written at %s, want %s; the head at %s", i, written, want, at)
		}
	}
	// Memory still has what another process evicted.
	other := listOf(open(t, dir, Options{}), "x", &writes{})
	other.pages.Drop(head.Pages[:1], nil)
	stores(t, l, later, "a", "changed", "c")
	holds(t, listOf(open(t, dir, Options{}), "x", &writes{}), "a", "changed", "c")
}

// TestListHalfWritten checks that an interrupted write leaves the previous list and nothing
// else.
func TestListHalfWritten(t *testing.T) {
	dir := t.TempDir()
	store := open(t, dir, Options{})
	w := &writes{}
	l := listOf(store, "x", w)
	stores(t, l, time.Now(), "a", "b")
	before, _, _ := l.Head()
	err := l.Write(tableHead{Count: 3}, func(yield func(string) bool) {
		for _, word := range []string{"a", "c", "d"} {
			if !yield(word) {
				return
			}
			holds(t, l, "a", "b")
			holds(t, listOf(open(t, dir, Options{}), "x", &writes{}), "a", "b")
		}
	}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	holds(t, l, "a", "c", "d")
	after, _, _ := l.Head()
	w.bad = "bad"
	if err := l.Write(tableHead{Count: 3}, slices.Values([]string{"a", "new", "bad"}), time.Now()); err == nil {
		t.Fatal("a page that cannot be encoded was written")
	}
	holds(t, l, "a", "c", "d")
	rows := 0
	if err := store.disk.db.QueryRow("SELECT count(*) FROM entries").Scan(&rows); err != nil || rows != 4 {
		t.Errorf("%d rows are left of the write that broke off, %v", rows, err)
	}
	if before.Pages[0] != after.Pages[0] || before.Pages[1] == after.Pages[1] {
		t.Errorf("%q became %q", before.Pages, after.Pages)
	}
	l.pages.Drop(after.Pages[1:2], nil)
	if words, ok := got(t, l); ok || !slices.Equal(words, []string{"a"}) {
		t.Errorf("with a hole: %q, %t", words, ok)
	}
	if err := l.heads.Delete("x"); err != nil {
		t.Fatal(err)
	}
	if _, ok := got(t, l); ok {
		t.Error("there is a list without a head")
	}
	stores(t, l, time.Now(), "z")
	if err := store.disk.db.QueryRow("SELECT count(*) FROM entries").Scan(&rows); err != nil || rows != 2 {
		t.Errorf("%d rows, with those of no list, %v", rows, err)
	}
}

// TestListStops checks cancellation and a take that returns false.
func TestListStops(t *testing.T) {
	l := listOf(open(t, "", Options{}), "x", &writes{})
	words := make([]string, 100)
	for i := range words {
		words[i] = fmt.Sprint(i)
	}
	stores(t, l, time.Now(), words...)
	head, _, _ := l.Head()
	ctx, cancel := context.WithCancel(t.Context())
	taken := 0
	whole := l.ReadAhead(ctx, head, func(string) bool {
		if taken++; taken == 3 {
			cancel()
		}
		return true
	})
	// Pages decoded by then may still come.
	if whole || taken == len(words) {
		t.Errorf("%d pages were taken of a context that has ended, whole: %t", taken, whole)
	}
	taken = 0
	second := func(string) bool { taken++; return taken < 2 }
	if l.ReadAhead(t.Context(), head, second) || taken != 2 {
		t.Errorf("%d pages after the second was refused", taken)
	}
	taken = 0
	if l.Read(head, second) || taken != 2 {
		t.Errorf("%d pages after the second was refused", taken)
	}
}

// TestListShares checks that memory holds a list once, including pages that are not rewritten.
func TestListShares(t *testing.T) {
	type page struct{ text string }
	l := NewList(open(t, t.TempDir(), Options{}), ListOptions[tableHead, *page]{Heads: "heads", Pages: "pages", Key: "x", Prefix: "x ", Version: 1,
		Codec: Codec[*page]{Version: 1, Encode: func(p *page) ([]byte, error) { return []byte(p.text), nil },
			Decode: func(data []byte) (*page, error) { return &page{string(data)}, nil }},
		Names: func(h *tableHead) *[]string { return &h.Pages }})
	mine := []*page{{"a"}, {"b"}}
	check := func(step string) {
		t.Helper()
		head, _, _ := l.Head()
		i := 0
		l.Read(head, func(p *page) bool {
			if p != mine[i] {
				t.Errorf("%s: page %d is another copy", step, i)
			}
			i++
			return true
		})
	}
	for _, step := range []string{"new", "the same again"} {
		mine = []*page{{"a"}, {strings.Clone("b")}}
		if err := l.Write(tableHead{}, slices.Values(mine), time.Now()); err != nil {
			t.Fatal(err)
		}
		check(step)
	}
	mine = []*page{{"a"}, {"b"}}
	head, _, _ := l.Head()
	l.Share(head, mine)
	check("shared")
}
