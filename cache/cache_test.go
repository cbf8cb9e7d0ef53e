package cache

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// TestMain checks that a closed store leaves no goroutine.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// when is a read time without the monotonic part, as stored on disk.
var when = time.Unix(1_700_000_000, 123_456_789)

func open(t testing.TB, dir string, o Options) *Store {
	t.Helper()
	s := Open(dir, o)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

// healthy opens a store that must have its disk.
func healthy(t testing.TB, dir string, o Options) *Store {
	t.Helper()
	s := open(t, dir, o)
	if err := s.Problem(); err != nil {
		t.Fatalf("Problem: %v", err)
	}
	return s
}

// raw is a codec whose encoding is the value, to control sizes.
func raw(version int) Codec[[]byte] {
	same := func(b []byte) ([]byte, error) { return b, nil }
	return Codec[[]byte]{Version: version, Encode: same, Decode: same}
}

func put[V any](t testing.TB, c *Cache[V], key string, v V) {
	t.Helper()
	if err := c.Put(key, v, when); err != nil {
		t.Fatalf("Put(%q): %v", key, err)
	}
}

// wantHit and wantMiss check for the value that was put, or a miss.
func wantHit(t testing.TB, c *Cache[[]byte], key string, want []byte) {
	t.Helper()
	got, at, ok := c.Get(key)
	if !ok || !bytes.Equal(got, want) || !at.Equal(when) {
		t.Fatalf("Get(%q) = %.20q, %v, %v; want %.20q, %v", key, got, at, ok, want, when)
	}
}

func wantMiss[V any](t testing.TB, c *Cache[V], key string) {
	t.Helper()
	if _, at, ok := c.Get(key); ok || !at.IsZero() {
		t.Fatalf("Get(%q) = a value, %v, %v; want a miss", key, at, ok)
	}
}

// Values and read times persist, in memory and on disk, for every kind of key.
func TestSurvivesRestart(t *testing.T) {
	dir := t.TempDir()
	keys := []string{"", "a", "a/b", "Ünïcode 漢", "nul\x00inside", "bad\xff\xfeutf8", strings.Repeat("long", 500)}
	s := healthy(t, dir, Options{})
	c := New(s, "space", raw(1))
	for i, k := range keys {
		put(t, c, k, []byte{byte(i)})
		wantHit(t, c, k, []byte{byte(i)})
	}
	put(t, c, "empty", []byte{})
	put(t, c, "nil", nil)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	s = healthy(t, dir, Options{})
	c = New(s, "space", raw(1))
	other := New(s, "spac", raw(1))
	for i, k := range keys {
		wantHit(t, c, k, []byte{byte(i)})
		wantMiss(t, other, k)
	}
	wantHit(t, c, "empty", nil)
	wantHit(t, c, "nil", nil)
}

// A struct survives the JSON codec; what JSON cannot encode is an error.
func TestJSON(t *testing.T) {
	type page struct {
		Names []string
		Total int
	}
	dir := t.TempDir()
	for _, round := range []string{"written", "read back"} {
		s := healthy(t, dir, Options{})
		c := New(s, "pages", JSON[page](3))
		if round == "written" {
			put(t, c, "p", page{[]string{"x", "y"}, 7})
		}
		got, at, ok := c.Get("p")
		if !ok || got.Total != 7 || strings.Join(got.Names, ",") != "x,y" || !at.Equal(when) {
			t.Errorf("%s: got %+v, %v, %v", round, got, at, ok)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := New(Open("", Options{}), "f", JSON[func()](1)).Put("k", func() {}, when); err == nil {
		t.Error("a function was encoded")
	}
}

// A row of another codec version is a miss and is deleted.
func TestOtherVersionIsDeleted(t *testing.T) {
	dir := t.TempDir()
	s := healthy(t, dir, Options{})
	put(t, New(s, "a", raw(1)), "k", []byte("old"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = healthy(t, dir, Options{})
	wantMiss(t, New(s, "a", raw(2)), "k")
	wantMiss(t, New(s, "a", raw(1)), "k")
}

// A value that does not decode is a miss and is deleted.
func TestUndecodableIsDeleted(t *testing.T) {
	dir := t.TempDir()
	s := healthy(t, dir, Options{})
	put(t, New(s, "a", raw(1)), "k", []byte("not JSON"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = healthy(t, dir, Options{})
	wantMiss(t, New(s, "a", JSON[int](1)), "k")
	wantMiss(t, New(s, "a", raw(1)), "k")
}

// A stored time in the future does not count as fresh, in memory or from disk; a small
// difference of clocks counts as now.
func TestFutureReadTime(t *testing.T) {
	dir := t.TempDir()
	for _, from := range []string{"memory", "disk"} {
		s := healthy(t, dir, Options{})
		c := New(s, "a", raw(1))
		if from == "memory" {
			for key, at := range map[string]time.Time{
				"far":  time.Now().Add(24 * time.Hour).Round(0),
				"near": time.Now().Add(50 * time.Second).Round(0),
				"none": {},
			} {
				if err := c.Put(key, []byte("v"), at); err != nil {
					t.Fatal(err)
				}
			}
		}
		if _, at, ok := c.Get("far"); !ok || !at.IsZero() {
			t.Errorf("%s: far: %v, %v; want the value without a time", from, at, ok)
		}
		if _, at, ok := c.Get("near"); !ok || at.After(time.Now()) || at.IsZero() {
			t.Errorf("%s: near: %v, %v; want now", from, at, ok)
		}
		if _, at, ok := c.Get("none"); !ok || !at.IsZero() {
			t.Errorf("%s: none: %v, %v; want the value without a time", from, at, ok)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// Delete works in memory and on disk, and a prefix deletes only its keys.
func TestDelete(t *testing.T) {
	for _, where := range []string{"memory", "disk", "memory only"} {
		t.Run(where, func(t *testing.T) {
			dir, o := t.TempDir(), Options{}
			switch where {
			case "disk":
				o.MaxBytes = 1
			case "memory only":
				dir = ""
			}
			s := healthy(t, dir, o)
			c, other := New(s, "a", raw(1)), New(s, "b", raw(1))
			keys := []string{"x", "x/1", "x/2", "x0", "y", "x\xff", "x\xff\xff1"}
			for _, k := range keys {
				put(t, c, k, []byte(k))
				put(t, other, k, []byte(k))
			}
			remains := func(want ...string) {
				t.Helper()
				for _, k := range keys {
					wantHit(t, other, k, []byte(k))
					if strings.Contains("|"+strings.Join(want, "|")+"|", "|"+k+"|") {
						wantHit(t, c, k, []byte(k))
					} else {
						wantMiss(t, c, k)
					}
				}
			}
			check := func(err error) {
				t.Helper()
				if err != nil {
					t.Fatal(err)
				}
			}
			check(c.Delete("y"))
			check(c.Delete("absent"))
			remains("x", "x/1", "x/2", "x0", "x\xff", "x\xff\xff1")
			check(c.DeletePrefix("x/"))
			remains("x", "x0", "x\xff", "x\xff\xff1")
			check(c.DeletePrefix("x\xff"))
			remains("x", "x0")
			check(c.DeletePrefix(""))
			remains()
		})
	}
}

// All spaces share one budget and evict the least recently used; larger values are on disk
// only.
func TestMemoryBudget(t *testing.T) {
	const size = 10 << 10
	s := healthy(t, t.TempDir(), Options{MaxBytes: 3*size + 3*(entryOverhead+1)})
	a, b := New(s, "a", raw(1)), New(s, "b", raw(1))
	value := bytes.Repeat([]byte("v"), size)
	put(t, a, "1", value)
	put(t, b, "2", value)
	put(t, a, "3", value)
	wantHit(t, a, "1", value)
	put(t, b, "4", value) // evicts 2 of space b
	if _, found := s.memory.lru.Peek(key{"b", "2"}); found {
		t.Error("the least recently used entry stayed")
	}
	if _, found := s.memory.lru.Peek(key{"a", "1"}); !found {
		t.Error("an entry used since was evicted")
	}
	huge := bytes.Repeat([]byte("h"), 4*size)
	put(t, a, "huge", huge)
	wantHit(t, a, "huge", huge)
	st := s.Stats()
	if st.Entries != 3 || st.Bytes != 3*(size+entryOverhead+1) {
		t.Errorf("memory holds %d entries, %d bytes; want 3 of %d", st.Entries, st.Bytes, size)
	}
	put(t, a, "1", []byte("short")) // a replaced value gives its bytes back
	if after := s.Stats(); after.Bytes != st.Bytes-size+5 {
		t.Errorf("after replacing: %d bytes, before %d", after.Bytes, st.Bytes)
	}
	if st.Hits != 2 || st.Misses != 0 || st.DiskBytes < 4*size || !strings.HasSuffix(st.Path, fileName) {
		t.Errorf("stats: %+v", st)
	}
}

// Codec.Size decides, if set.
func TestCodecSize(t *testing.T) {
	s := open(t, "", Options{})
	codec := raw(1)
	codec.Size = func([]byte) int { return 1000 }
	put(t, New(s, "a", codec), "k", nil)
	if st := s.Stats(); st.Bytes != 1000+entryOverhead+1 {
		t.Errorf("%d bytes", st.Bytes)
	}
}

// Readers and writers of one store and of two stores on one file only see values that were put;
// run with -race.
func TestConcurrent(t *testing.T) {
	dir := t.TempDir()
	// A small budget makes loads and evictions race with writes.
	one, two := healthy(t, dir, Options{MaxBytes: 4 << 10}), healthy(t, dir, Options{MaxBytes: 4 << 10})
	var wg sync.WaitGroup
	errs := make(chan error, 100)
	for worker := range 8 {
		s := one
		if worker%2 == 1 {
			s = two
		}
		wg.Go(func() {
			c := New(s, "a", raw(1))
			r := rand.New(rand.NewPCG(uint64(worker), 7))
			for range 150 {
				k := fmt.Sprint(r.IntN(20))
				switch r.IntN(10) {
				case 0:
					errs <- c.Delete(k)
				case 1, 2:
					errs <- c.Put(k, bytes.Repeat([]byte(k+"."), 100), when)
				default:
					if v, _, ok := c.Get(k); ok && !bytes.Equal(v, bytes.Repeat([]byte(k+"."), 100)) {
						errs <- fmt.Errorf("key %s holds %q", k, v)
					}
				}
			}
		})
	}
	go func() { wg.Wait(); close(errs) }()
	var all []error
	for err := range errs {
		all = append(all, err)
	}
	if err := errors.Join(all...); err != nil {
		t.Error(err)
	}
}

// A load that began before a write must not restore the older value.
func TestLoadDoesNotOverwrite(t *testing.T) {
	for name, change := range map[string]func(*Cache[[]byte]) error{
		"put":    func(c *Cache[[]byte]) error { return c.Put("k", []byte("new"), when) },
		"delete": func(c *Cache[[]byte]) error { return c.Delete("k") },
	} {
		t.Run(name, func(t *testing.T) {
			s := healthy(t, t.TempDir(), Options{})
			put(t, New(s, "a", raw(1)), "k", []byte("old"))
			s.memory.remove(func(key) bool { return true })
			slow := raw(1)
			slow.Decode = func(b []byte) ([]byte, error) { return b, change(New(s, "a", raw(1))) }
			if v, _, ok := New(s, "a", slow).Get("k"); !ok || string(v) != "old" {
				t.Fatalf("the load itself: %q, %v", v, ok)
			}
			if v, _, ok := New(s, "a", raw(1)).Get("k"); ok && string(v) == "old" {
				t.Error("the older value came back")
			}
		})
	}
}

// TestPutEncoded checks that callers may reuse the encoding's memory after a put.
func TestPutEncoded(t *testing.T) {
	dir := t.TempDir()
	s := healthy(t, dir, Options{})
	values := New(s, "a", raw(1))
	data := []byte("value")
	if err := values.PutEncoded("x", []byte("value"), data, when); err != nil {
		t.Fatal(err)
	}
	copy(data, "other")
	wantHit(t, values, "x", []byte("value"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	wantHit(t, New(healthy(t, dir, Options{}), "a", raw(1)), "x", []byte("value"))
}

// TestShare checks that Share replaces the value in memory and nothing else.
func TestShare(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	c := raw(1)
	values := New(s, "a", c)
	put(t, values, "x", []byte("value"))
	before := s.Stats()
	mine := []byte("value")
	values.Share("x", mine)
	values.Share("y", mine)
	if got, _, _ := values.Get("x"); &got[0] != &mine[0] {
		t.Error("memory holds another value than the one that was shared")
	}
	wantMiss(t, values, "y")
	if after := s.Stats(); after.Entries != before.Entries || after.Bytes != before.Bytes {
		t.Errorf("%d entries of %d bytes, were %d of %d", after.Entries, after.Bytes, before.Entries, before.Bytes)
	}
}
