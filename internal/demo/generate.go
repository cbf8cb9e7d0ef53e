package demo

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// generator computes the entities. Each is a function of the seed and its index, so that a
// million need no memory; their order by uid is a fixed permutation of the indices. Indices
// below components are Components, the rest other kinds.
type generator struct {
	seed       uint64
	components int
	words      words
	others     []Entity
	slots      map[string]int // maps a name without its number to its place in a block
	names      []slot
	index      map[string]int // maps the refs of clashes and other kinds, which slots cannot find
	// stride and inverse map an index to its place in the order and back, modulo size.
	stride, inverse uint64
}

// slot is what is constant for a place in a block of components.
type slot struct {
	name, part string
	area       *area
}

func newGenerator(seed uint64, components int) *generator {
	g := &generator{seed: seed, components: components, words: newWords(),
		slots: make(map[string]int, blockSize), index: make(map[string]int)}
	for i := range g.words.areas {
		a := &g.words.areas[i]
		for _, part := range a.parts {
			name := a.name + "-" + part
			g.slots[name] = len(g.names)
			g.names = append(g.names, slot{name: name, part: part, area: a})
		}
	}
	for i := blockSize - len(g.words.clashes); i < min(blockSize, components); i++ {
		g.index[g.ref(i)] = i
	}
	if components > 0 {
		g.others = otherKinds(g.words)
	}
	for i := range g.others {
		g.index[g.others[i].Ref()] = components + i
	}
	g.stride, g.inverse = shuffle(uint64(max(1, g.size())))
	return g
}

// shuffle returns a multiplier that permutes 0..size-1, and its inverse.
func shuffle(size uint64) (stride, inverse uint64) {
	for stride = size*5/8 + 1; ; stride++ {
		n := new(big.Int).ModInverse(new(big.Int).SetUint64(stride), new(big.Int).SetUint64(size))
		if n != nil {
			return stride, n.Uint64()
		}
	}
}

func (g *generator) size() int { return g.components + len(g.others) }

// at returns the index of the entity at a place in the order.
func (g *generator) at(place int) int {
	return int(uint64(place) * g.stride % uint64(g.size()))
}

// place is the inverse of at.
func (g *generator) place(index int) int {
	return int(uint64(index) * g.inverse % uint64(g.size()))
}

// span is the distance of neighbouring uids in their first 48 bits.
func (g *generator) span() uint64 { return (1 << 48) / uint64(g.size()) }

// uid increases with the place, so that keyset paging needs no index.
func (g *generator) uid(place int) string {
	noise := mix(g.seed, uint64(place)+1)
	return formatUID(uint64(place)*g.span()+noise%g.span(), noise)
}

// placeAfter returns the first place with a greater uid.
func (g *generator) placeAfter(uid string) int {
	if uid == "" || g.size() == 0 {
		return 0
	}
	head, err := strconv.ParseUint(strings.ReplaceAll(uid[:min(len(uid), 13)], "-", ""), 16, 64)
	if err != nil {
		return g.size()
	}
	place := int(head / g.span())
	for place < g.size() && g.uid(place) <= uid {
		place++
	}
	return min(place, g.size())
}

// find returns the index of a lower-case ref.
func (g *generator) find(ref string) (int, bool) {
	i, ok := g.index[ref]
	if !ok {
		name := ref[strings.LastIndexByte(ref, '/')+1:]
		block := 0
		if cut := strings.LastIndexByte(name, '-'); cut > 0 {
			if n, err := strconv.Atoi(name[cut+1:]); err == nil && n >= 2 && n <= g.components {
				name, block = name[:cut], n-1
			}
		}
		i, ok = g.slots[name]
		i += block * blockSize
	}
	// The name is only a guess; compare the ref.
	return i, ok && i < g.size() && g.ref(i) == ref
}

func (g *generator) ref(i int) string {
	var e Entity
	g.name(&e, i)
	return e.Ref()
}

func (g *generator) name(e *Entity, i int) {
	if i >= g.components {
		o := &g.others[i-g.components]
		e.Kind, e.Namespace, e.Name = o.Kind, o.Namespace, o.Name
		return
	}
	g.nameComponent(e, i)
}

func (g *generator) nameComponent(e *Entity, i int) {
	block, place := i/blockSize, i%blockSize
	e.Kind, e.Namespace, e.Name = "Component", "default", g.names[place].name
	switch first := blockSize - len(g.words.clashes); {
	case block > 0:
		e.Name += "-" + strconv.Itoa(block+1)
	case place >= first:
		c := g.words.clashes[place-first]
		e.Namespace, e.Name = c.namespace, c.name
	}
	if place%7 == 3 && e.Namespace == "default" {
		e.Namespace = g.names[place].area.system
	}
}

// entity returns the entity at an index, with the costly parts in needs.
func (g *generator) entity(i int, needs part) Entity {
	place := g.place(i)
	if i >= g.components {
		e := g.others[i-g.components]
		e.UID, e.Etag = g.uid(place), g.etag(i)
		return e
	}
	e := g.component(i, needs)
	e.UID = g.uid(place)
	return e
}

// component returns the Component of any index, also beyond the catalog's own: those appear later.
func (g *generator) component(i int, needs part) Entity {
	var e Entity
	g.nameComponent(&e, i)
	s, h := g.names[i%blockSize], mix(g.seed, uint64(i))
	e.Type, e.Owner, e.System = typeOf(s.part), s.area.owner, s.area.system
	e.Lifecycle = pick(g.words.lifecycles, h)
	if s.part == "simulator" {
		e.Lifecycle = "experimental"
	}
	first := int(h>>8) % len(g.words.tags)
	e.Tags = g.words.tags[first:min(len(g.words.tags), first+int(h>>16)%4)]
	if needs&partText != 0 {
		g.describe(&e, i, h, s)
	}
	if needs&(partCostly&^partAnnotations) != 0 {
		g.detail(&e, i, h)
	}
	if needs&partAnnotations != 0 {
		g.annotate(&e, i, needs&partLinks != 0)
	}
	return e
}

// describe sets title and description: none, English, other scripts, and some that attack the terminal.
func (g *generator) describe(e *Entity, i int, h uint64, s slot) {
	switch {
	case i%61 == 17:
		e.Title = "Quiet\u202Etxt.exe\u200B"
		e.Description = "\x1b[2J\x1b[31mred\x1b[0m \x1b]0;owned\x07 line one\r\nline two \u009b5m"
	case i%8 == 5:
		t := pick(g.words.stories, h>>24)
		e.Title, e.Description = t.title, t.description
	case i%11 == 4:
		return
	case i%97 == 41:
		e.Description = strings.Repeat("A long story about "+s.area.name+". ", 40)
	default:
		e.Description = fmt.Sprintf(pick(g.words.purposes, h>>32), s.area.name)
		if i%5 == 0 {
			e.Title = strings.ToUpper(s.area.name[:1]) + s.area.name[1:] + " " + s.part
		}
	}
}

func (g *generator) etag(i int) string {
	h := mix(g.seed, ^uint64(i))
	return fmt.Sprintf("%016x%016x%08x", h, mix(h, 1), uint32(h>>7))
}

// mix hashes two numbers with the finaliser of splitmix64.
func mix(a, b uint64) uint64 {
	z := a + (b+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func mixString(seed uint64, s string) uint64 {
	for i := range len(s) {
		seed = mix(seed, uint64(s[i]))
	}
	return seed
}

func pick[T any](from []T, h uint64) T { return from[h%uint64(len(from))] }

// formatUID returns a version 4 UUID whose first 48 bits are head.
func formatUID(head, noise uint64) string {
	b := make([]byte, 0, 36)
	hex := func(v uint64, digits int) {
		for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
			b = append(b, "0123456789abcdef"[v>>shift&15])
		}
	}
	hex(head>>16, 8)
	b = append(b, '-')
	hex(head, 4)
	b = append(b, "-4"...)
	hex(noise>>52, 3)
	b = append(b, '-', "89ab"[noise>>48&3])
	hex(noise>>36, 3)
	b = append(b, '-')
	hex(mix(noise, 7), 12)
	return string(b)
}
