package conviso

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"testing"
	"testing/synctest"
)

// seriesLength is how many rounds a series has: all of them under `make proofs`, a few otherwise.
func seriesLength(whole int) int {
	if os.Getenv("PROOFS") != "" {
		return whole
	}
	return whole / 50
}

// TestShiftingListSeries protects every asset that exists from being missed by a list that is taken for whole: at
// the boundaries of pages some are added in front, between and behind, deleted, and moved to other places, a little
// or much. Reads are bounded.
func TestShiftingListSeries(t *testing.T) {
	whole, moved, most := 0, 0, 0
	rounds := seriesLength(10_000)
	for seed := range uint64(rounds) {
		r := rand.New(rand.NewPCG(seed, 3))
		l := members(20 + r.IntN(200))
		l.limit = 3 + r.IntN(40)
		rate := []float64{0.02, 0.1, 0.5, 1}[seed%4]
		stays := map[string]bool{}
		for _, name := range l.names {
			stays[name] = true
		}
		l.before = func(l *list, answered, _ int) (*http.Response, error) {
			if r.Float64() < rate {
				shift(r, l, stays, answered)
			}
			return nil, nil
		}
		var set *AssetSet
		var err error
		synctest.Test(t, func(t *testing.T) { set, err = l.client(t).Assets(t.Context(), "1028", nil) })
		if set.Complete == (err != nil) || set.Moved != errors.Is(err, errMoved) {
			t.Fatalf("seed %d: complete %v, moved %v, %v", seed, set.Complete, set.Moved, err)
		}
		if set.Moved {
			moved++
		}
		if set.Complete {
			whole++
			for name := range stays {
				if len(set.Named(name)) == 0 {
					t.Errorf("seed %d: %s was there all the time, and a whole list of %d lacks it", seed, name, set.Len())
				}
			}
		}
		most = max(most, l.answered)
		if longest := (len(l.names)+l.answered)/(l.limit/2) + inFlight; l.answered > MaxReads*longest {
			t.Errorf("seed %d: %d requests for %d assets in pages of %d", seed, l.answered, len(l.names), l.limit)
		}
	}
	t.Logf("%d lists: %d whole, %d moved, %d failed; at most %d requests", rounds, whole, moved, rounds-whole-moved, most)
	if whole == 0 || moved == 0 {
		t.Error("it tries only one of both")
	}
}

// shift changes a list once and takes what does not stay out of stays.
func shift(r *rand.Rand, l *list, stays map[string]bool, answered int) {
	name := fmt.Sprintf("new-%d", answered)
	at := r.IntN(len(l.names) + 1)
	switch r.IntN(5) {
	case 0:
		l.names = append(l.names, name)
	case 1:
		l.names = slices.Insert(l.names, 0, name)
	case 2:
		l.names = slices.Insert(l.names, at, name)
	default:
		if at == len(l.names) {
			return
		}
		delete(stays, l.names[at])
		l.names = slices.Delete(l.names, at, at+1)
		if r.IntN(2) == 0 {
			l.names = append(l.names, name)
		}
	}
}
