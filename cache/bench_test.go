package cache

import (
	"bytes"
	"fmt"
	"maps"
	"testing"
	"time"
)

// pageBytes is the encoded size of a catalog page of 1,000 lean entities.
const pageBytes = 260 << 10

func BenchmarkGetMemory(b *testing.B) {
	c := New(healthy(b, b.TempDir(), Options{}), "a", raw(1))
	put(b, c, "k", make([]byte, pageBytes))
	for b.Loop() {
		if _, _, ok := c.Get("k"); !ok {
			b.Fatal("miss")
		}
	}
}

func BenchmarkGetDisk(b *testing.B) {
	for _, size := range []int{1 << 10, pageBytes} {
		b.Run(fmt.Sprintf("%dB", size), func(b *testing.B) {
			c := New(healthy(b, b.TempDir(), Options{MaxBytes: 1}), "a", raw(1))
			put(b, c, "k", make([]byte, size))
			b.SetBytes(int64(size))
			for b.Loop() {
				if _, _, ok := c.Get("k"); !ok {
					b.Fatal("miss")
				}
			}
		})
	}
}

func BenchmarkPut(b *testing.B) {
	for _, size := range []int{1 << 10, pageBytes} {
		b.Run(fmt.Sprintf("%dB", size), func(b *testing.B) {
			c := New(healthy(b, b.TempDir(), Options{}), "a", raw(1))
			value := make([]byte, size)
			b.SetBytes(int64(size))
			for i := 0; b.Loop(); i++ {
				put(b, c, fmt.Sprint(i%100), value)
			}
		})
	}
}

// BenchmarkPutAll compares putting a thousand details together with one by one.
func BenchmarkPutAll(b *testing.B) {
	c := New(healthy(b, b.TempDir(), Options{}), "a", raw(1))
	details := map[string][]byte{}
	for i := range 1000 {
		details[fmt.Sprint(i)] = make([]byte, 1<<10)
	}
	var together, apart time.Duration
	for b.Loop() {
		began := time.Now()
		if err := c.PutAll(maps.All(details), when); err != nil {
			b.Fatal(err)
		}
		together += time.Since(began)
		began = time.Now()
		for name, detail := range details {
			put(b, c, name, detail)
		}
		apart += time.Since(began)
	}
	b.ReportMetric(float64(apart)/float64(together), "x-one-by-one")
}

// BenchmarkOpen measures opening a file of 100 pages and reading the first value.
func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	s := healthy(b, dir, Options{})
	for i := range 100 {
		put(b, New(s, "a", raw(1)), fmt.Sprint(i), bytes.Repeat([]byte{byte(i)}, pageBytes))
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	for _, first := range []bool{false, true} {
		b.Run(fmt.Sprintf("get=%v", first), func(b *testing.B) {
			for b.Loop() {
				s := Open(dir, Options{})
				if first {
					if _, _, ok := New(s, "a", raw(1)).Get("50"); !ok {
						b.Fatal(s.Problem())
					}
				}
				b.StopTimer()
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
		})
	}
}
