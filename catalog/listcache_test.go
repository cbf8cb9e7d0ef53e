package catalog

import (
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

// TestListIsWhole checks that a list with a missing or foreign page is no list.
func TestListIsWhole(t *testing.T) {
	for name, damage := range map[string]func(pages *cache.Cache[page], key string) error{
		"page gone": func(pages *cache.Cache[page], key string) error { return pages.Delete(key) },
		"page of few": func(pages *cache.Cache[page], key string) error {
			return pages.Put(key, pageOf(components(0, 3)...), time.Now())
		},
	} {
		t.Run(name, func(t *testing.T) {
			store := openStore(t, t.TempDir())
			lists := NewListCache(store, "x")
			if err := lists.Put(NewSnapshot(components(0, 1500), time.Now(), 1500, true)); err != nil {
				t.Fatal(err)
			}
			if s, ok := lists.Get(t.Context()); !ok || s.Len() != 1500 {
				t.Fatal("the list is not there")
			}
			head, _, _ := lists.list.Head()
			pages := cache.New(store, "catalog-page", cache.Codec[page]{Version: listVersion, Append: appendPage, Decode: decodePage})
			if err := damage(pages, "x "+head.Pages[1]); err != nil {
				t.Fatal(err)
			}
			if s, ok := lists.Get(t.Context()); ok {
				t.Fatalf("%d rows are called complete", s.Len())
			}
		})
	}
}

// TestListIsReadBack checks that another process reads the rows, although pages are encoded
// into the same memory, and that only the newest order remains.
func TestListIsReadBack(t *testing.T) {
	dir := t.TempDir()
	lists := NewListCache(openStore(t, dir), "x")
	if err := lists.Put(NewSnapshot(components(0, 10), time.Now(), 10, true)); err != nil {
		t.Fatal(err)
	}
	before, _, _ := lists.list.Head()
	list := NewSnapshot(components(0, 3*blockSize+1), time.Now(), 0, true)
	if err := lists.Put(list); err != nil {
		t.Fatal(err)
	}
	other := NewListCache(openStore(t, dir), "x")
	again, ok := other.Get(t.Context())
	if !ok || again.Len() != list.Len() {
		t.Fatal("the list is not there")
	}
	for row := range list.Len() {
		if got, want := again.At(row), list.At(row); !reflect.DeepEqual(got, want) {
			t.Fatalf("row %d: %+v, want %+v", row, got, want)
		}
	}
	if _, ok := other.orders.Get(before.Order); ok {
		t.Error("the order of the older list is left")
	}
}

// TestOrderIsRead checks that a stored order is used, and an invalid one is recomputed.
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
			head, readAt, _ := lists.list.Head()
			orders := cache.New(store, "catalog-order", cache.Codec[[]int32]{Version: listVersion, Encode: encodeOrder, Decode: decodeOrder})
			if err := orders.Put("x "+head.Order, test.order, readAt); err != nil {
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

// FuzzDecodeOrder checks that a damaged order is rejected.
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
