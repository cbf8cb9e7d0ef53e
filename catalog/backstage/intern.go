package backstage

import (
	"strings"

	"conviso-importer/catalog"
)

// textsRoom is how much memory texts takes at once. Whoever keeps one string of it keeps that
// much.
const textsRoom = 16 << 10

// texts makes strings that share memory: those of a catalog are many and short, and one by one
// they would cost more than what they say.
type texts struct{ room strings.Builder }

// of is text as a string.
func (t *texts) of(text []byte) string {
	start := t.room.Len()
	if t.room.Cap()-start < len(text) {
		// A builder with room never moves what was written into it.
		t.room.Reset()
		t.room.Grow(max(textsRoom, len(text)))
		start = 0
	}
	t.room.Write(text)
	return t.room.String()[start:]
}

// interner keeps one copy of each string that many entities have in common. A list of
// 100,000 has a few hundred owners and types, and each would be held 100,000 times.
type interner map[string]string

// share returns e with its common strings replaced by the kept copies.
func (in interner) share(e catalog.Entity) catalog.Entity {
	for _, field := range []*string{&e.Kind, &e.Namespace, &e.Owner, &e.Type, &e.Lifecycle, &e.System} {
		*field = in.one(*field)
	}
	for i, tag := range e.Tags {
		e.Tags[i] = in.one(tag)
	}
	slim(&e)
	return e
}

// slim makes the name, where it can be, a part of the ref.
func slim(e *catalog.Entity) {
	// A name in lower case, which is nearly every name, lives inside its ref.
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

// bytes is one for text that is no string yet.
func (in interner) bytes(text []byte) string {
	if kept, ok := in[string(text)]; ok {
		return kept
	}
	return in.one(string(text))
}
