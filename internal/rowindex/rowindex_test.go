package rowindex

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// list finds its texts by an index.
type list struct {
	texts []string
	index Index
}

func (l *list) add(text string) {
	l.index.Grow(len(l.texts), func(to []byte, member int) []byte { return append(to, l.texts[member]...) })
	l.index.Add(l.index.Hash(text), len(l.texts))
	l.texts = append(l.texts, text)
}

// find returns the members with a text.
func (l *list) find(text string) (members []int) {
	for member := range l.index.Likely(l.index.Hash(text)) {
		if member < len(l.texts) && l.texts[member] == text {
			members = append(members, member)
		}
	}
	return members
}

// TestIndexIsAMap compares an index and an earlier copy of it with a map, and limits it to twelve
// bytes a member.
func TestIndexIsAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		room := rapid.IntRange(0, 20).Draw(t, "room")
		lists, known := []list{{index: New(room)}}, map[string][]int{}
		for _, n := range rapid.SliceOfN(rapid.IntRange(0, 300), 0, 600).Draw(t, "texts") {
			if n%50 == 0 {
				lists = append(lists, lists[0])
			}
			text := fmt.Sprint("component:default/", n)
			known[text] = append(known[text], len(lists[0].texts))
			lists[0].add(text)
		}
		for _, l := range lists {
			for n := range 301 {
				text := fmt.Sprint("component:default/", n)
				want := slices.DeleteFunc(slices.Clone(known[text]), func(member int) bool { return member >= len(l.texts) })
				if got := l.find(text); !slices.Equal(got, want) {
					t.Fatalf("%s of %d: %d, want %d", text, len(l.texts), got, want)
				}
			}
		}
		if slots := len(lists[0].index.slots); slots > 3*max(1, room, len(lists[0].texts)) {
			t.Fatalf("%d slots for %d members, room for %d", slots, len(lists[0].texts), room)
		}
	})
}

// TestHashesThatAreTheSame checks that all members with colliding hashes are found, and no others.
func TestHashesThatAreTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Few of the bits that choose a slot, few of those in it.
		few := rapid.Custom(func(t *rapid.T) uint64 {
			return rapid.Uint64Range(0, 3).Draw(t, "slot") | rapid.Uint64Range(0, 3).Draw(t, "tag")<<62
		})
		hashes := rapid.SliceOfN(few, 0, 50).Draw(t, "hashes")
		x, known := New(len(hashes)), map[uint64][]int{}
		for member, hash := range hashes {
			x.Add(hash, member)
			// Tags differ wherever the slot is.
			known[hash>>62] = append(known[hash>>62], member)
		}
		for member, hash := range hashes {
			got := slices.Collect(x.Likely(hash))
			if !slices.Contains(got, member) {
				t.Fatalf("%d is not among %d", member, got)
			}
			for _, other := range got {
				if !slices.Contains(known[hash>>62], other) {
					t.Fatalf("%d is offered for %x", other, hash)
				}
			}
		}
	})
}

// TestStrangersAreTold checks that false hits are rare, also in the largest tables.
func TestStrangersAreTold(t *testing.T) {
	const members = 1_000_000
	x := New(members)
	for member := range members {
		x.Add(x.Hash(fmt.Sprint(member)), member)
	}
	offered := 0
	for n := range members / 10 {
		for range x.Likely(x.Hash(fmt.Sprint("no", n))) {
			offered++
		}
	}
	if offered > members/1000 {
		t.Fatalf("%d of %d strangers were offered a member", offered, members/10)
	}
}

// TestLookingUpWhileAdding checks that readers always find what was there when they started.
func TestLookingUpWhileAdding(t *testing.T) {
	var l list
	l.index = New(2500)
	for n := range 50 {
		l.add(fmt.Sprint(n))
	}
	before := l
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for n := range 5000 {
				if got := before.find(fmt.Sprint(n % 50)); !slices.Equal(got, []int{n % 50}) {
					t.Errorf("%d: %d", n%50, got)
				}
			}
		})
	}
	for n := 50; n < 5000; n++ {
		l.add(fmt.Sprint(n))
	}
	readers.Wait()
}
