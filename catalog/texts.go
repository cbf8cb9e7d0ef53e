package catalog

import "strings"

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
