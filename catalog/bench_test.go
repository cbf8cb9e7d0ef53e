package catalog

import (
	"testing"
	"time"

	"conviso-importer/cache"
)

// BenchmarkWriteList writes a list of 100,000 rows to the cache, changed in every page and
// unchanged.
func BenchmarkWriteList(b *testing.B) {
	const entities = 100_000
	for name, changed := range map[string]bool{"changed": true, "same": false} {
		b.Run(name, func(b *testing.B) {
			store := cache.Open(b.TempDir(), cache.Options{})
			defer func() { _ = store.Close() }()
			key := "x"
			lists := NewListCache(store, key)
			list := NewSnapshot(components(0, entities), time.Now(), entities, true)
			if err := lists.Put(list); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if changed {
					key += "'"
					lists = NewListCache(store, key)
				}
				if err := lists.Put(list); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
