package catalog

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"hash/maphash"
	"slices"
	"sort"
)

const (
	shardSize  = 1 << 16 // what a uint16 can number
	minIndexed = 10_000  // the number of rows from which an index is worth its memory
)

// wordIndex maps words (runs of letters or of digits) to rows. Catalogs repeat few words: searching those of a
// hundred thousand entities takes a hundredth of the time of searching the text, and finds parts of words as
// well. Digits are separate because names such as svc42 are many and their parts few.
type wordIndex []*wordShard

// wordShard is the index of up to shardSize rows.
type wordShard struct {
	// words holds the sorted words, each after a separator, and a final separator. Numbers come
	// first, and words with a common prefix are adjacent.
	words []byte
	// starts[i] is where word i begins, rowEnds[i] where its rows end.
	starts, rowEnds []uint32
	// rows are each word's rows, ascending, relative to the shard; or a bit set of 16 rows per
	// element if that is not larger.
	rows    []uint16
	most    int // the length of such a bit set
	letters int // where the words of letters begin
}

// indexWords builds the index of a large snapshot, unless ctx ends first.
func (s *Snapshot) indexWords(ctx context.Context) {
	if s.Len() < minIndexed || s.words.Load() != nil {
		return
	}
	index := make(wordIndex, 0, (s.Len()+shardSize-1)/shardSize)
	for first := 0; first < s.Len(); first += shardSize {
		if ctx.Err() != nil {
			return
		}
		index = append(index, s.rows.indexShard(first, min(first+shardSize, s.Len())))
	}
	s.words.Store(&index)
}

func (s *Snapshot) shard(n int) *wordShard {
	if index := s.words.Load(); index != nil {
		return (*index)[n]
	}
	return nil
}

// classify reports whether a byte belongs to a number or to another word. Non-ASCII bytes belong to words.
func classify(b byte) (number, word bool) {
	return '0' <= b && b <= '9', b >= 0x80 || 'a' <= b && b <= 'z'
}

// wordOf returns the bounds of the first word in text; both are len(text) if there is none.
func wordOf(text []byte) (from, to int) {
	for ; from < len(text); from++ {
		number, word := classify(text[from])
		if !number && !word {
			continue
		}
		for to = from + 1; to < len(text); to++ {
			if n, w := classify(text[to]); n != number || w != word {
				break
			}
		}
		return from, to
	}
	return from, from
}

type shardWords struct {
	seed  maphash.Seed
	slots []uint32 // a hash table of word number + 1; words and ends are the words' text
	words []byte
	ends  []uint32
	last  []int32 // the last row of a word, times the number of its rows
	times []uint32
}

func (r *rows) indexShard(first, end int) *wordShard {
	w := shardWords{seed: maphash.MakeSeed(), slots: make([]uint32, 1<<12)}
	found := make([]uint32, 0, 16*(end-first))
	ends := make([]int, 0, end-first)
	for row := first; row < end; row++ {
		text := r.rowText(row)
		for from, to := wordOf(text); from < len(text); from, to = wordOf(text) {
			id := w.id(text[from:to])
			text = text[to:]
			if w.last[id] == int32(row) {
				continue
			}
			w.last[id] = int32(row)
			w.times[id]++
			found = append(found, id)
		}
		ends = append(ends, len(found))
	}
	shard, next := w.shard(4 * ((end - first + 63) / 64))
	from := 0
	for row, to := range ends {
		for _, id := range found[from:to] {
			if int(w.times[id]) >= shard.most {
				shard.rows[next[id]+uint32(row)/16] |= 1 << (row % 16)
			} else {
				shard.rows[next[id]] = uint16(row)
				next[id]++
			}
		}
		from = to
	}
	return shard
}

func (w *shardWords) id(word []byte) uint32 {
	mask := uint64(len(w.slots) - 1)
	slot := maphash.Bytes(w.seed, word) & mask
	for ; w.slots[slot] != 0; slot = (slot + 1) & mask {
		if id := w.slots[slot] - 1; bytes.Equal(w.word(id), word) {
			return id
		}
	}
	id := uint32(len(w.ends))
	w.words = append(w.words, word...)
	w.ends = append(w.ends, uint32(len(w.words)))
	w.last, w.times = append(w.last, -1), append(w.times, 0)
	w.slots[slot] = id + 1
	if 3*len(w.ends) > 2*len(w.slots) {
		w.grow()
	}
	return id
}

func (w *shardWords) word(id uint32) []byte {
	if id == 0 {
		return w.words[:w.ends[0]]
	}
	return w.words[w.ends[id-1]:w.ends[id]]
}

func (w *shardWords) grow() {
	w.slots = make([]uint32, 2*len(w.slots))
	mask := uint64(len(w.slots) - 1)
	for id := range uint32(len(w.ends)) {
		slot := maphash.Bytes(w.seed, w.word(id)) & mask
		for w.slots[slot] != 0 {
			slot = (slot + 1) & mask
		}
		w.slots[slot] = id + 1
	}
}

// shard lays the words out with space for their rows. rows is where the rows of each word begin, by its number.
func (w *shardWords) shard(most int) (shard *wordShard, rows []uint32) {
	n := len(w.ends)
	s := &wordShard{words: make([]byte, 0, len(w.words)+n+1), starts: make([]uint32, 0, n), rowEnds: make([]uint32, 0, n), most: most}
	rows = make([]uint32, n)
	end := uint32(0)
	for _, id := range w.sorted() {
		word := w.word(id)
		s.words = append(s.words, separator)
		s.starts = append(s.starts, uint32(len(s.words)))
		s.words = append(s.words, word...)
		rows[id] = end
		end += min(w.times[id], uint32(most))
		s.rowEnds = append(s.rowEnds, end)
		if isNumber(word) {
			s.letters = len(s.words)
		}
	}
	s.words = append(s.words, separator)
	s.rows = make([]uint16, end)
	return s, rows
}

func (w *shardWords) sorted() []uint32 {
	type key struct {
		start uint64
		id    uint32
	}
	keys := make([]key, len(w.ends))
	for id := range keys {
		var start [8]byte
		copy(start[:], w.word(uint32(id)))
		keys[id] = key{binary.BigEndian.Uint64(start[:]), uint32(id)}
	}
	slices.SortFunc(keys, func(a, b key) int {
		if a.start != b.start {
			return cmp.Compare(a.start, b.start)
		}
		return bytes.Compare(w.word(a.id), w.word(b.id))
	})
	ids := make([]uint32, len(keys))
	for i, k := range keys {
		ids[i] = k.id
	}
	return ids
}

func isNumber(word []byte) bool { number, _ := classify(word[0]); return number }

// newNeedles splits a text into words; the first and the last may be parts of words in a hit.
// exact: the text is one part of a word, so every row with such a word is a hit.
func newNeedles(text []byte) (needles []needle, exact bool) {
	rest := text
	for from, to := wordOf(rest); from < len(rest); from, to = wordOf(rest) {
		var padded []byte
		if from > 0 || len(rest) < len(text) {
			padded = append(padded, separator)
		}
		padded = append(padded, rest[from:to]...)
		if to < len(rest) {
			padded = append(padded, separator)
		}
		needles = append(needles, newNeedle(padded))
		exact = to-from == len(text)
		rest = rest[to:]
	}
	return needles, exact
}

func (s *wordShard) add(n *needle, set []uint64) {
	if n.text[0] == separator {
		s.addBeginning(n.text[1:], set)
		return
	}
	words, at, word := s.words[:s.letters+1], 0, 0
	if !isNumber(n.text) {
		words, at = s.words, s.letters
	}
	for {
		found := n.index(words[at:])
		if found < 0 {
			return
		}
		at += found
		// Step word by word only if hits are close together.
		if next := word + 8; next < len(s.starts) && s.starts[next] <= uint32(at) {
			word = next + sort.Search(len(s.starts)-next, func(i int) bool { return s.starts[next+i] > uint32(at) }) - 1
		}
		for word+1 < len(s.starts) && s.starts[word+1] <= uint32(at) {
			word++
		}
		s.addRows(word, set)
		if word+1 == len(s.starts) {
			return
		}
		at = int(s.starts[word+1])
	}
}

// addBeginning adds the rows of all words that begin with text, or equal it if it ends in a separator.
func (s *wordShard) addBeginning(text []byte, set []uint64) {
	beginning := func(word int) []byte {
		from := int(s.starts[word])
		return s.words[from:min(from+len(text), len(s.words))]
	}
	first := sort.Search(len(s.starts), func(i int) bool { return bytes.Compare(beginning(i), text) >= 0 })
	for word := first; word < len(s.starts) && bytes.Equal(beginning(word), text); word++ {
		s.addRows(word, set)
	}
}

func (s *wordShard) addRows(word int, set []uint64) {
	from := uint32(0)
	if word > 0 {
		from = s.rowEnds[word-1]
	}
	rows := s.rows[from:s.rowEnds[word]]
	if len(rows) < s.most {
		for _, row := range rows {
			set[row/64] |= 1 << (row % 64)
		}
		return
	}
	for i := range set {
		set[i] |= uint64(rows[4*i]) | uint64(rows[4*i+1])<<16 | uint64(rows[4*i+2])<<32 | uint64(rows[4*i+3])<<48
	}
}
