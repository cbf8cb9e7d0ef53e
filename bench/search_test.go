package bench

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/junegunn/fzf/src/algo"
	"github.com/junegunn/fzf/src/util"

	"conviso-importer/catalog"
)

// page is the number of hits on a first page.
const page = 40

// keys are the queries of single key strokes: all prefixes of some words, frequent, rare and
// absent, and single letters.
func keys() []string {
	all := strings.Split("etaoinsrq", "")
	for _, word := range []string{"payment", "team-42", "zzq", rare, "seriesinteract", "pay team-42", "for the customer portal"} {
		for end := range len(word) {
			all = append(all, strings.TrimSpace(word[:end+1]))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// corpus has the same rows for each search.
type corpus struct {
	entities []catalog.Entity
	snap     *catalog.Snapshot
	order    []int32
	chars    []util.Chars
	slab     *util.Slab
}

func newCorpus(t testing.TB, rows int) *corpus {
	t.Helper()
	c := &corpus{entities: make([]catalog.Entity, rows), chars: make([]util.Chars, rows), slab: util.MakeSlab(100<<10, 2048)}
	for i := range rows {
		c.entities[i] = row(i)
		c.chars[i] = util.ToChars([]byte(line(&c.entities[i])))
	}
	c.snap = catalog.NewSnapshot(c.entities, time.Now(), rows, true)
	c.snap.Prepare(t.Context())
	c.order = c.snap.Order(catalog.ColumnName, false)
	algo.Init("default")
	return c
}

// find prepares the program's search as its table does.
func (c *corpus) find(key string) *catalog.Finder {
	return c.snap.Find(catalog.ParseQuery(key), nil, nil, c.order)
}

// naive reports whether an entity has all words, which are in lower case, without an index.
func naive(e *catalog.Entity, words []string) bool {
	fields := searchable(e)
	for _, word := range words {
		if !slices.ContainsFunc(fields, func(field string) bool { return strings.Contains(strings.ToLower(field), word) }) {
			return false
		}
	}
	return true
}

// naive counts a key's hits row by row.
func (c *corpus) naive(key string) int {
	words, n := strings.Fields(key), 0
	for i := range c.entities {
		if naive(&c.entities[i], words) {
			n++
		}
	}
	return n
}

// fzf counts a key's hits by the matcher of fzf --exact, unsorted.
func (c *corpus) fzf(key string) int {
	n := 0
	words := make([][]rune, 0, 4)
	for word := range strings.FieldsSeq(key) {
		words = append(words, []rune(word))
	}
	for i := range c.chars {
		if !slices.ContainsFunc(words, func(word []rune) bool {
			found, _ := algo.ExactMatchNaive(false, false, true, &c.chars[i], word, false, c.slab)
			return found.Start < 0
		}) {
			n++
		}
	}
	return n
}

// timed returns the median of three runs.
func timed(work func()) time.Duration {
	var took []time.Duration
	for range 3 {
		began := time.Now()
		work()
		took = append(took, time.Since(began))
	}
	return median(took)
}

// designs are the times of each key by search.
type designs struct{ first, all, naive, fzf []time.Duration }

// TestSearch measures the program's search in this process against a naive one and fzf's. A
// baseline of over a second a key runs, and is compared, for every sixth key only.
func TestSearch(t *testing.T) {
	for _, rows := range sizes(t) {
		c := newCorpus(t, rows)
		runtime.GC()
		step := 1
		if rows > 100_000 {
			step = 6
		}
		var d designs
		all := keys()
		for i := 0; i < len(all); i += step {
			key := all[i]
			var head, hits []int32
			d.first = append(d.first, timed(func() { head, _ = c.find(key).First(page) }))
			d.all = append(d.all, timed(func() { hits, _ = c.find(key).All(t.Context()) }))
			began := time.Now()
			want := c.naive(key)
			between := time.Now()
			matched := c.fzf(key)
			d.naive, d.fzf = append(d.naive, between.Sub(began)), append(d.fzf, time.Since(between))
			if len(hits) != want || matched != want {
				t.Errorf("%q: %d hits and %d by fzf, a plain search finds %d", key, len(hits), matched, want)
			}
			// A slow first page ends early.
			if len(head) > len(hits) || !slices.Equal(head, hits[:len(head)]) {
				t.Errorf("%q: the first page is not the beginning of the answer", key)
			}
		}
		d.report(fmt.Sprintf("search, %s rows, %d keys: ", grouped(rows), len(d.all)))
	}
}

func (d *designs) report(title string) {
	for _, share := range []float64{0.5, 0.99} {
		p := fmt.Sprintf(", p%.0f", 100*share)
		report(over(title+"first page"+p, at(share, d.first), at(share, d.naive), "naive", 1.0/50, ms))
		report(over(title+"all hits"+p, at(share, d.all), at(share, d.naive), "naive", 1.0/10, ms))
		report(over(title+"all hits"+p, at(share, d.all), at(share, d.fzf), "fzf's matcher", 1.0/5, ms))
	}
	var each []float64
	for i := range d.all {
		each = append(each, float64(d.all[i])/float64(d.fzf[i]))
	}
	slices.Sort(each)
	share := func(r float64) string { return fmt.Sprintf("%.3g", r) }
	report(result{measure: title + "all hits over fzf's matcher at the same key", figure: share(median(each)) + " median",
		baseline: share(each[len(each)-1]) + " worst", value: median(each), limit: 1.0 / 5, ratio: true})
}

// BenchmarkSearch searches 100,000 rows for one key after another.
func BenchmarkSearch(b *testing.B) {
	c := newCorpus(b, 100_000)
	for _, design := range []struct {
		name string
		work func(key string)
	}{
		{"first", func(key string) { c.find(key).First(page) }},
		{"all", func(key string) { c.find(key).All(b.Context()) }},
		{"naive", func(key string) { c.naive(key) }},
		{"fzf", func(key string) { c.fzf(key) }},
	} {
		b.Run(design.name, func(b *testing.B) {
			all := keys()
			for i := 0; b.Loop(); i++ {
				design.work(all[i%len(all)])
			}
		})
	}
}
