//go:build slow

package e2e

import (
	"testing"
	"time"
)

// TestTwoPeopleAtLength is TestTwoPeople at the size of a company, where the first person is
// still at work for a while.
func TestTwoPeopleAtLength(t *testing.T) {
	for name, later := range map[string]time.Duration{"together": 0, "five seconds later": 5 * time.Second} {
		t.Run(name, func(t *testing.T) { twoPeople(t, 500, later) })
	}
}
