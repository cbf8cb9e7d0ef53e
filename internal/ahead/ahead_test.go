package ahead

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"conviso-importer/internal/pause"
)

var errBroken = errors.New("broken")

// TestFetch protects the order of what is fetched, the bound of what is asked for at once, and what an error or a
// reader that has enough leaves behind: nothing.
func TestFetch(t *testing.T) {
	for name, c := range map[string]struct {
		several, fails, stops int // fails and stops are values, 0 for none
		want                  []int
		took                  time.Duration
	}{
		"one at a time":  {several: 1, want: []int{1, 2, 3, 4, 5}, took: 5 * time.Second},
		"several":        {several: 3, want: []int{1, 2, 3, 4, 5}, took: 2 * time.Second},
		"more than all":  {several: 9, want: []int{1, 2, 3, 4, 5}, took: time.Second},
		"with an error":  {several: 3, fails: 2, want: []int{1}, took: time.Second},
		"until enough":   {several: 2, stops: 3, want: []int{1, 2, 3}, took: 2 * time.Second},
		"broken at once": {several: 2, fails: 1, took: time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				now, most := 0, 0
				count := func(by int) {
					mu.Lock()
					defer mu.Unlock()
					now += by
					most = max(most, now)
				}
				fetch := func(ctx context.Context, n int) (int, error) {
					count(1)
					defer count(-1)
					if err := pause.Sleep(ctx, time.Second); err != nil {
						return 0, err
					}
					if n == c.fails {
						return 0, errBroken
					}
					return n, nil
				}
				var got []int
				began := time.Now()
				for n, err := range Fetch(t.Context(), []int{1, 2, 3, 4, 5}, c.several, fetch) {
					if err != nil {
						if c.fails == 0 || !errors.Is(err, errBroken) {
							t.Error(err)
						}
						break
					}
					if got = append(got, n); n == c.stops {
						break
					}
				}
				if took := time.Since(began); !slices.Equal(got, c.want) || took != c.took {
					t.Errorf("%v after %s, want %v after %s", got, took, c.want, c.took)
				}
				synctest.Wait()
				if now != 0 || most > c.several {
					t.Errorf("%d are still fetched, at most %d were", now, most)
				}
			})
		})
	}
}
