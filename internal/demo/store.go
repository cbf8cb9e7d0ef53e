package demo

import (
	"iter"
	"maps"
	"slices"
	"strings"
)

// contents is an immutable state of the catalog: the generated entities except the removed
// ones, and the added ones. Requests may read it while the next state is made.
type contents struct {
	gen     *generator
	removed map[int]bool
	added   []Entity
}

// after yields the entities with a greater uid in order, each pointer valid until the next step.
func (c *contents) after(uid string, needs part) iter.Seq[*Entity] {
	return func(yield func(*Entity) bool) {
		added := c.added[c.firstAdded(uid):]
		for place := c.gen.placeAfter(uid); place < c.gen.size(); place++ {
			i := c.gen.at(place)
			if c.removed[i] {
				continue
			}
			e := c.gen.entity(i, needs)
			for len(added) > 0 && added[0].UID < e.UID {
				if !yield(&added[0]) {
					return
				}
				added = added[1:]
			}
			if !yield(&e) {
				return
			}
		}
		for i := range added {
			if !yield(&added[i]) {
				return
			}
		}
	}
}

// firstAdded returns the index of the first added entity after a uid.
func (c *contents) firstAdded(uid string) int {
	i, found := slices.BinarySearchFunc(c.added, uid, func(e Entity, uid string) int { return strings.Compare(e.UID, uid) })
	if found {
		i++
	}
	return i
}

// find returns the entity of a lower-case ref.
func (c *contents) find(ref string, needs part) (Entity, bool) {
	if i := c.addedAt(ref); i >= 0 {
		return c.added[i], true
	}
	if i, ok := c.gen.find(ref); ok && !c.removed[i] {
		return c.gen.entity(i, needs), true
	}
	return Entity{}, false
}

func (c *contents) addedAt(ref string) int {
	return slices.IndexFunc(c.added, func(e Entity) bool { return e.Ref() == ref })
}

// with returns contents with e, instead of the entity with its ref.
func (c *contents) with(e Entity) *contents {
	if e.Kind == "" {
		e.Kind = "Component"
	}
	if e.Namespace == "" {
		e.Namespace = "default"
	}
	h := mixString(c.gen.seed, e.Ref())
	if e.UID == "" {
		e.UID = formatUID(h>>16, h)
	}
	if e.Etag == "" {
		e.Etag = c.gen.etag(int(h >> 32))
	}
	next, _ := c.without(e.Ref())
	next.added = slices.Insert(slices.Clone(next.added), next.firstAdded(e.UID), e)
	return next
}

// without returns contents without a ref, and whether it existed.
func (c *contents) without(ref string) (*contents, bool) {
	next := *c
	if i := c.addedAt(ref); i >= 0 {
		next.added = slices.Delete(slices.Clone(c.added), i, i+1)
		return &next, true
	}
	i, ok := c.gen.find(ref)
	if !ok || c.removed[i] {
		return &next, false
	}
	if next.removed = maps.Clone(c.removed); next.removed == nil {
		next.removed = make(map[int]bool)
	}
	next.removed[i] = true
	return &next, true
}
