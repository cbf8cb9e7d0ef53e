//go:build slow

package e2e

import "testing"

// TestManyProcessesShareAQueue is TestProcessesShareAQueue at the size of a company: four
// processes that queue 500 entities each at once, disjoint ones and overlapping ones.
func TestManyProcessesShareAQueue(t *testing.T) {
	t.Run("disjoint", func(t *testing.T) { shareAQueue(t, 2000, []int{0, 1, 2, 3}) })
	t.Run("overlapping", func(t *testing.T) { shareAQueue(t, 2000, []int{0, 1, 0, 1}) })
}
