package catalog

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

// component is an entity with a name in a namespace.
func component(namespace, name string) Entity {
	return Entity{Ref: NewRef("Component", namespace, name), Kind: "Component", Namespace: namespace, Name: name}
}

// components is n of them, from start on.
func components(start, n int) []Entity {
	list := make([]Entity, n)
	for i := range list {
		list[i] = component("default", fmt.Sprintf("svc-%06d", start+i))
	}
	return list
}

// TestSnapshot checks that rows address entities, over several blocks.
func TestSnapshot(t *testing.T) {
	const n = 2*blockSize + 7
	readAt := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	entities := append(components(0, n), components(5, 3)...)
	s := NewSnapshot(entities, readAt, n+1, true)
	if s.Len() != n || s.Total != n+1 || !s.Complete || !s.ReadAt.Equal(readAt) {
		t.Fatalf("%d rows: %+v", s.Len(), s)
	}
	for row := range n {
		if got, ok := s.Row(entities[row].Ref); !ok || got != row || s.At(row).Name != entities[row].Name {
			t.Fatalf("row %d: %d %v %s", row, got, ok, s.At(row).Name)
		}
	}
	if row, ok := s.Row("component:default/none"); ok {
		t.Errorf("an unknown ref has row %d", row)
	}
	empty := NewSnapshot(nil, readAt, 0, true)
	if _, ok := empty.Row("component:default/none"); ok || empty.Len() != 0 || len(empty.Search(Query{})) != 0 || len(empty.Search(ParseQuery("a"))) != 0 {
		t.Error("an empty snapshot has something")
	}
}

// TestBuilderSharesSafely checks that earlier snapshots do not change while pages are added and
// read concurrently; run with -race.
func TestBuilderSharesSafely(t *testing.T) {
	const pages, size = 12, 700
	b := NewBuilder(time.Time{})
	var readers sync.WaitGroup
	for page := range pages {
		b.Add(components(page*size, size)...)
		s := b.Snapshot(pages*size, page == pages-1)
		readers.Go(func() {
			rows := (page + 1) * size
			for range 20 {
				_, early := s.Row(components(rows, 1)[0].Ref)
				last, ok := s.Row(components(rows-1, 1)[0].Ref)
				hits := s.Search(ParseQuery("SVC-"))
				if early || !ok || last != rows-1 || s.Len() != rows || len(hits) != rows || s.At(hits[rows-1]).Name != fmt.Sprintf("svc-%06d", rows-1) {
					t.Errorf("page %d: early %v, last %d %v, %d hits of %d", page, early, last, ok, len(hits), s.Len())
					return
				}
			}
		})
	}
	readers.Wait()
	if b.Len() != pages*size {
		t.Fatal(b.Len())
	}
}

// TestBuilderKeepsTheFirst checks that a repeated ref does not change its row.
func TestBuilderKeepsTheFirst(t *testing.T) {
	b := NewBuilder(time.Time{})
	first, again := component("default", "a"), component("default", "A")
	b.Add(first)
	b.Add(again, component("default", "b"))
	s := b.Snapshot(2, true)
	if s.Len() != 2 || s.At(0).Name != "a" || s.At(1).Name != "b" {
		t.Fatalf("%d: %s", s.Len(), s.At(0).Name)
	}
}

// BenchmarkBuild measures building a snapshot of 100,000 entities.
func BenchmarkBuild(b *testing.B) {
	entities := components(0, 100_000)
	for b.Loop() {
		NewSnapshot(entities, time.Time{}, len(entities), true)
	}
}
