//go:build slow

package sqlite

import (
	"os"
	"testing"
)

// TestCancelAgainstClaimSeries is TestCancelAgainstClaim a thousand times.
func TestCancelAgainstClaimSeries(t *testing.T) {
	rounds := 300
	if os.Getenv("PROOFS") != "" {
		rounds = 1000
	}
	cancelAgainstClaim(t, rounds)
}
