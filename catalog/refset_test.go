package catalog

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// TestRefSet protects identity: what a set says is what a map would, however it grows, and also
// where hashes are the same.
func TestRefSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, known := newRefSet(rapid.IntRange(0, 20).Draw(t, "room")), map[Ref]bool{}
		for _, n := range rapid.SliceOfN(rapid.IntRange(0, 300), 0, 600).Draw(t, "refs") {
			ref := Ref(fmt.Sprint("component:default/", n))
			if s.add(ref) == known[ref] {
				t.Fatalf("%s is new: %t", ref, known[ref])
			}
			known[ref] = true
		}
		if len(s.refs) != len(known) {
			t.Fatalf("%d refs, want %d", len(s.refs), len(known))
		}
	})
}

// TestRefSetOfOneHash protects refs whose hashes are the same from being taken for one.
func TestRefSetOfOneHash(t *testing.T) {
	s := newRefSet(4)
	s.add("a")
	// Whatever comes next finds the slots of its hash taken by another one.
	for i := range s.slots {
		s.slots[i] = refSlot{hash: s.hash("b"), at: 1}
	}
	s.slots[(int(s.hash("b"))+3)&(len(s.slots)-1)] = refSlot{}
	if !s.add("b") || s.add("b") || len(s.refs) != 2 {
		t.Fatal(s.refs)
	}
}
