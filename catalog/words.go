package catalog

import (
	"bytes"
	"context"
	"hash/maphash"
	"slices"
	"sort"
)

const (
	// shardSize is how many rows an index of words covers: as many as two bytes can number.
	shardSize = 1 << 16
	// leastIndexed is the number of rows from which an index is worth its memory; fewer are
	// searched as fast without.
	leastIndexed = 10_000
)

// wordIndex tells which rows have which words, a word being a run of letters and digits. Catalogs
// are written in few words: to look through those of a hundred thousand entities takes a hundredth
// of the time that their text takes, and finds what only begins, ends or holds a word as well.
type wordIndex []*wordShard

// wordShard is the index of up to shardSize rows.
type wordShard struct {
	// words holds every word between separators, those of digits alone last: a search for
	// letters does not have to look at numbers, which are what most words are in a catalog that
	// numbers its entities.
	words []byte
	// starts[i] is where the i-th word begins, rowEnds[i] where its rows end.
	starts, rowEnds []uint32
	// rows are each word's rows, ascending and less the shard's first.
	rows []uint16
	// numbers is where in words those of digits alone begin, behind their first separator.
	numbers int
}

// indexWords makes the index of a snapshot that is large enough, unless ctx ends before.
func (s *Snapshot) indexWords(ctx context.Context) {
	if s.Len() < leastIndexed || s.words.Load() != nil {
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

// shard returns the index of the n-th shardSize rows, or nil.
func (s *Snapshot) shard(n int) *wordShard {
	if index := s.words.Load(); index != nil {
		return (*index)[n]
	}
	return nil
}

// inWord says whether a byte is part of a word: a letter or a digit of ASCII, or anything of
// another character.
func inWord(b byte) bool { return b >= 0x80 || 'a' <= b && b <= 'z' || '0' <= b && b <= '9' }

// wordOf finds the first word in text, which ends at to; both are len(text) where there is none.
func wordOf(text []byte) (from, to int) {
	for from < len(text) && !inWord(text[from]) {
		from++
	}
	to = from
	for to < len(text) && inWord(text[to]) {
		to++
	}
	return from, to
}

// shardWords collects the words of a shard.
type shardWords struct {
	seed maphash.Seed
	// slots are a hash table of words by number + 1; words and ends are their text.
	slots []uint32
	words []byte
	ends  []uint32
	// last is the last row that has a word, times how many rows do.
	last  []int32
	times []uint32
}

// indexShard makes the index of the rows from first to end.
func (r *rows) indexShard(first, end int) *wordShard {
	w := shardWords{seed: maphash.MakeSeed(), slots: make([]uint32, 1<<12)}
	// found are the numbers of the words of each row, ends where those of a row end.
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
	shard, places := w.shard()
	shard.rows = make([]uint16, len(found))
	next := make([]uint32, len(places))
	for i := 1; i < len(places); i++ {
		next[i] = shard.rowEnds[i-1]
	}
	from := 0
	for row, to := range ends {
		for _, id := range found[from:to] {
			place := places[id]
			shard.rows[next[place]] = uint16(row)
			next[place]++
		}
		from = to
	}
	return shard
}

// id is the number of a word.
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

// shard lays the words out, without their rows, and returns the place of each by its number.
func (w *shardWords) shard() (shard *wordShard, places []uint32) {
	n := len(w.ends)
	s := &wordShard{words: make([]byte, 0, len(w.words)+n+2), starts: make([]uint32, 0, n), rowEnds: make([]uint32, 0, n)}
	places = make([]uint32, n)
	end := uint32(0)
	for _, numbers := range []bool{false, true} {
		s.words = append(s.words, separator)
		if numbers {
			s.numbers = len(s.words)
		}
		for id := range uint32(n) {
			word := w.word(id)
			if isNumber(word) != numbers {
				continue
			}
			places[id] = uint32(len(s.starts))
			s.starts = append(s.starts, uint32(len(s.words)))
			s.words = append(append(s.words, word...), separator)
			end += w.times[id]
			s.rowEnds = append(s.rowEnds, end)
		}
	}
	return s, places
}

func isNumber(word []byte) bool {
	return !slices.ContainsFunc(word, func(b byte) bool { return b < '0' || b > '9' })
}

// newNeedles finds the words in a text, of which the first may begin earlier and the last end
// later in a hit. They are exact where the text is one part of a word, so that every row with
// such a word is a hit; else it only may be one.
func newNeedles(text []byte) (needles []sought, exact bool) {
	rest := text
	for from, to := wordOf(rest); from < len(rest); from, to = wordOf(rest) {
		var needle []byte
		if from > 0 || len(rest) < len(text) {
			needle = append(needle, separator)
		}
		needle = append(needle, rest[from:to]...)
		if to < len(rest) {
			needle = append(needle, separator)
		}
		needles = append(needles, newSought(needle))
		exact = to-from == len(text)
		rest = rest[to:]
	}
	return needles, exact
}

// add puts the rows with a word that holds the needle into a set of the shard's rows.
func (s *wordShard) add(n *sought, set []uint64) {
	words := s.words
	if !isNumber(bytes.Trim(n.text, string(separator))) {
		words = words[:s.numbers-1]
	}
	for word, at := 0, 0; ; word++ {
		found := n.index(words[at:])
		if found < 0 {
			return
		}
		at += found
		// The words are passed one by one only where hits are close together.
		inside := uint32(at)
		if n.text[0] == separator {
			inside++
		}
		if next := word + 8; next < len(s.starts) && s.starts[next] <= inside {
			word = next + sort.Search(len(s.starts)-next, func(i int) bool { return s.starts[next+i] > inside }) - 1
		}
		for word+1 < len(s.starts) && s.starts[word+1] <= inside {
			word++
		}
		from := uint32(0)
		if word > 0 {
			from = s.rowEnds[word-1]
		}
		for _, row := range s.rows[from:s.rowEnds[word]] {
			set[row/64] |= 1 << (row % 64)
		}
		if word+1 == len(s.starts) {
			return
		}
		// The separator before the next word may begin a needle.
		at = int(s.starts[word+1]) - 1
	}
}
