//go:build slow

package importer

import (
	"fmt"
	"sync/atomic"
	"testing"
)

// TestStorms protects what TestStorm does for many other orders of the same faults.
func TestStorms(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			simulate(t, func(t *testing.T) { storm(t, 100+seed, seed%2 == 0) })
		})
	}
}

// TestManyDeaths protects what TestDeaths does at some thousand other moments.
func TestManyDeaths(t *testing.T) {
	var died atomic.Int64
	t.Run("seeds", func(t *testing.T) {
		for seed := range uint64(25) {
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				simulate(t, func(t *testing.T) { died.Add(int64(deaths(t, 100+seed))) })
			})
		}
	})
	t.Logf("%d deaths in all, none lost, none sent twice", died.Load())
}
