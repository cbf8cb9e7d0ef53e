package catalog

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"conviso-importer/cache"
)

// openStore opens a store in dir and closes it with the test.
func openStore(t *testing.T, dir string) *cache.Store {
	t.Helper()
	store := cache.Open(dir, cache.Options{})
	if err := store.Problem(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store
}

// TestListReplaces protects the disk and the next start when a list shrinks: the newer one is
// read whole, and nothing is left of the older.
func TestListReplaces(t *testing.T) {
	lists := NewListCache(openStore(t, t.TempDir()), "x")
	if err := lists.Put(NewSnapshot(components(0, 2500), time.Now(), 2500, true)); err != nil {
		t.Fatal(err)
	}
	older, _, _ := lists.heads.Get(lists.key)
	if err := lists.Put(NewSnapshot(components(0, 10), time.Now(), 10, true)); err != nil {
		t.Fatal(err)
	}
	if s, ok := lists.Get(t.Context()); !ok || s.Len() != 10 {
		t.Fatal("the newer list is not there")
	}
	if len(older.Pages) != 3 {
		t.Fatalf("%d pages", len(older.Pages))
	}
	for _, page := range older.Pages {
		if _, _, ok := lists.pages.Get(lists.pageKey(page)); ok {
			t.Errorf("page %s of the older list is left", page)
		}
	}
}

// TestListHalfWritten protects against a list with a hole: it is no list at all.
func TestListHalfWritten(t *testing.T) {
	for name, damage := range map[string]func(*ListCache, listHead){
		"page gone": func(l *ListCache, head listHead) { _ = l.pages.Delete(l.pageKey(head.Pages[1])) },
		"page of few": func(l *ListCache, head listHead) {
			_ = l.pages.Put(l.pageKey(head.Pages[1]), pageOf(components(0, 3)...), time.Now())
		},
		"no head": func(l *ListCache, _ listHead) { _ = l.heads.Delete(l.key) },
	} {
		t.Run(name, func(t *testing.T) {
			lists := NewListCache(openStore(t, t.TempDir()), "x")
			if err := lists.Put(NewSnapshot(components(0, 1500), time.Now(), 1500, true)); err != nil {
				t.Fatal(err)
			}
			head, _, _ := lists.heads.Get(lists.key)
			damage(lists, head)
			if s, ok := lists.Get(t.Context()); ok {
				t.Fatalf("%d rows are called complete", s.Len())
			}
		})
	}
}

// TestOrderIsRead protects the time to the first list: its order is read and not made anew, and
// one that cannot be true is made anew and not taken.
func TestOrderIsRead(t *testing.T) {
	tests := []struct {
		name  string
		order []int32
		taken bool
	}{
		{"as it was written", []int32{2, 1, 0}, true},
		{"another one", []int32{1, 0, 2}, true},
		{"none", nil, false},
		{"a row too few", []int32{2, 1}, false},
		{"a row too many", []int32{2, 1, 0, 0}, false},
		{"a row twice", []int32{2, 1, 1}, false},
		{"a row that does not exist", []int32{2, 1, 3}, false},
		{"a negative row", []int32{2, -1, 0}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			store := cache.Open("", cache.Options{})
			defer func() { _ = store.Close() }()
			lists := NewListCache(store, "x")
			entities := components(0, 3)
			slices.Reverse(entities)
			if err := lists.Put(NewSnapshot(entities, time.Now(), 3, true)); err != nil {
				t.Fatal(err)
			}
			head, readAt, _ := lists.heads.Get("x")
			if err := lists.orders.Put(lists.pageKey(head.Order), test.order, readAt); err != nil {
				t.Fatal(err)
			}
			s, ok := lists.Get(t.Context())
			if !ok {
				t.Fatal("there is no list")
			}
			want := test.order
			if !test.taken {
				want = []int32{2, 1, 0}
			}
			if got := s.Order(ColumnName, false); !slices.Equal(got, want) {
				t.Errorf("the order is %v, want %v", got, want)
			}
		})
	}
}

// TestListIsEncodedOnce protects the end of a load from needless work: a page is written as it was
// encoded for its sum. What another run reads back shows that pages which were encoded in the same
// memory did not become each other.
func TestListIsEncodedOnce(t *testing.T) {
	dir := t.TempDir()
	store := openStore(t, dir)
	lists := NewListCache(store, "x")
	lists.pages = cache.New(store, "catalog-page", cache.Codec[page]{Version: listVersion, Decode: decodePage,
		Encode: func(page) ([]byte, error) { return nil, errors.New("a page is encoded again") }})
	list := NewSnapshot(components(0, 3*blockSize+1), time.Now(), 0, true)
	if err := lists.Put(list); err != nil {
		t.Fatal(err)
	}
	again, ok := NewListCache(openStore(t, dir), "x").Get(t.Context())
	if !ok || again.Len() != list.Len() {
		t.Fatal("the list is not there")
	}
	for row := range list.Len() {
		if got, want := again.At(row), list.At(row); !reflect.DeepEqual(got, want) {
			t.Fatalf("row %d: %+v, want %+v", row, got, want)
		}
	}
}

// FuzzDecodeOrder protects a start from a damaged cache: what is read is an order or is refused.
func FuzzDecodeOrder(f *testing.F) {
	f.Add([]byte{1, 0, 0, 0, 0, 0, 0, 0}, 2)
	f.Add([]byte{255, 255, 255, 255}, 1)
	f.Add([]byte{0, 0, 0}, 0)
	f.Fuzz(func(t *testing.T, data []byte, n int) {
		order, err := decodeOrder(data)
		if err != nil || n < 0 || n > 1<<16 || !isOrder(order, n) {
			return
		}
		rows := NewRowSet(n)
		for _, row := range order {
			rows.Add(int(row))
		}
		if rows.Len() != n {
			t.Fatalf("%v has %d of %d rows", order, rows.Len(), n)
		}
		if again, err := encodeOrder(order); err != nil || string(again) != string(data) {
			t.Fatalf("%v is written as %v, was %v", order, again, data)
		}
	})
}
