package catalog

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// typedKeys are the queries while people type words letter by letter, and each letter by
// itself. seriesinteract does not occur.
func typedKeys() (keys []string) {
	for _, text := range []string{"payment", "team-42", "zzq", "kubeflow", "seriesinteract", "pay team-42", "for the customer portal"} {
		for end := range text {
			keys = append(keys, text[:end+1])
		}
	}
	for letter := 'a'; letter <= 'z'; letter++ {
		keys = append(keys, string(letter))
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// company is the catalog of a large company: n components with about 150 bytes of text each,
// from a vocabulary of a few hundred words.
func company(n int) []Entity {
	vocabulary := strings.Fields(`payment gateway ledger kubeflow series interact customer portal order book settlement invoice fraud score
		search index queue broker stream event cache proxy router mesh auth login session token user profile account wallet card refund
		checkout cart catalog product price stock shipping parcel label return review rating image video upload thumbnail mail push
		notification template campaign segment report dashboard metric alert trace log archive backup restore schedule batch import
		export mapping partner supplier contract document signature translation locale currency tax audit policy consent privacy
		feature flag experiment model training inference feature-store pipeline warehouse lake quality lineage glossary jupyter`)
	fillers := strings.Fields("for the and of with to in from that which by for the a on every all for the its")
	random := rand.New(rand.NewPCG(1, 2))
	word := func() string { return vocabulary[random.IntN(len(vocabulary))] }
	entities := make([]Entity, n)
	for i := range entities {
		e := Entity{Kind: "Component", Namespace: "default", Name: word() + "-" + word()}
		switch random.IntN(3) {
		case 0:
			e.Name += fmt.Sprintf("-%d", i)
		case 1:
			e.Name += fmt.Sprintf("-%s-%s-%x", word(), word(), i)
		default:
			e.Name += fmt.Sprintf("-%s%d", word(), i)
		}
		length := 60 + random.IntN(101)
		if random.IntN(200) == 0 {
			e.Description = "Serves pages for the customer portal"
		}
		for len(e.Description) < length {
			e.Description = strings.TrimPrefix(e.Description+" "+word()+" "+fillers[random.IntN(len(fillers))], " ")
		}
		e.Owner = fmt.Sprintf("team-%d", 1+random.IntN(500))
		e.Type = []string{"service", "website", "library", "job"}[random.IntN(4)]
		e.Lifecycle = []string{"production", "experimental", "deprecated"}[random.IntN(3)]
		for range random.IntN(3) {
			e.Tags = append(e.Tags, word())
		}
		e.Ref = NewRef(e.Kind, e.Namespace, e.Name)
		entities[i] = e
	}
	return entities
}

// BenchmarkKeys measures the time from each key of typedKeys to the first page and to all hits,
// ordered by name as in the table. Metrics over the keys, each with its best round: the median,
// the 99th percentile, and the median relative to a search of every field of every row.
func BenchmarkKeys(b *testing.B) {
	const rounds, page = 5, 40
	for _, n := range []int{100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := NewSnapshot(company(n), time.Time{}, n, true)
			s.Prepare(b.Context())
			order := s.Order(ColumnName, false)
			keys := typedKeys()
			for b.Loop() {
				first, all := make([]time.Duration, len(keys)), make([]time.Duration, len(keys))
				for i, key := range keys {
					q := ParseQuery(key)
					first[i] = quickest(rounds, func() { s.Find(q, nil, nil, order).First(page) })
					all[i] = quickest(rounds, func() { s.Find(q, nil, nil, order).All(b.Context()) })
				}
				reportKeys(b, "first", keys, first)
				reportKeys(b, "all", keys, all)
				var firsts, alls []float64
				// Some keys suffice, since such a search takes half a second at a million rows.
				for i := 0; i < len(keys); i += 16 {
					took := quickest(1, func() { naive(s, ParseQuery(keys[i]), nil) })
					firsts, alls = append(firsts, float64(took)/float64(first[i])), append(alls, float64(took)/float64(all[i]))
				}
				slices.Sort(firsts)
				slices.Sort(alls)
				b.ReportMetric(firsts[len(firsts)/2], "naive/first")
				b.ReportMetric(alls[len(alls)/2], "naive/all")
			}
		})
	}
}

// quickest returns the shortest of several runs of f.
func quickest(rounds int, f func()) time.Duration {
	least := time.Duration(math.MaxInt64)
	for range rounds {
		start := time.Now()
		f()
		least = min(least, time.Since(start))
	}
	return least
}

// reportKeys reports the percentiles and logs the slowest keys.
func reportKeys(b *testing.B, what string, keys []string, took []time.Duration) {
	b.Helper()
	slowest := make([]int, len(keys))
	for i := range slowest {
		slowest[i] = i
	}
	slices.SortFunc(slowest, func(i, j int) int { return int(took[j] - took[i]) })
	b.ReportMetric(took[slowest[len(keys)/2]].Seconds()*1e3, what+"-p50-ms")
	b.ReportMetric(took[slowest[len(keys)/100]].Seconds()*1e3, what+"-p99-ms")
	for _, i := range slowest[:8] {
		b.Logf("%s %q: %v", what, keys[i], took[i])
	}
}
