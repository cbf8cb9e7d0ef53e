package backstage

import (
	"strings"

	"conviso-importer/catalog"
)

// arenaChunk is the allocation unit of an arena; keeping one of its strings keeps a whole chunk.
const arenaChunk = 16 << 10

// arena allocates strings in chunks: a catalog has many short ones, and single allocations
// would take more memory than their text.
type arena struct{ chunk strings.Builder }

func (t *arena) string(text []byte) string {
	start := t.chunk.Len()
	if t.chunk.Cap()-start < len(text) {
		// A builder with spare capacity does not move its text.
		t.chunk.Reset()
		t.chunk.Grow(max(arenaChunk, len(text)))
		start = 0
	}
	t.chunk.Write(text)
	return t.chunk.String()[start:]
}

// interner keeps one copy of each common string. A list of 100,000 entities has a few hundred owners and types.
type interner map[string]string

// share returns e with common strings replaced by the shared copies.
func (in interner) share(e catalog.Entity) catalog.Entity {
	for _, field := range []*string{&e.Kind, &e.Namespace, &e.Owner, &e.Type, &e.Lifecycle, &e.System} {
		*field = in.one(*field)
	}
	for i, tag := range e.Tags {
		e.Tags[i] = in.one(tag)
	}
	shareName(&e)
	return e
}

// shareName makes the name a part of the ref, as nearly every name is in lower case.
func shareName(e *catalog.Entity) {
	if strings.HasSuffix(string(e.Ref), e.Name) {
		e.Name = string(e.Ref)[len(e.Ref)-len(e.Name):]
	}
}

func (in interner) one(s string) string {
	if kept, ok := in[s]; ok {
		return kept
	}
	in[s] = s
	return s
}

func (in interner) bytes(text []byte) string {
	if kept, ok := in[string(text)]; ok {
		return kept
	}
	return in.one(string(text))
}
