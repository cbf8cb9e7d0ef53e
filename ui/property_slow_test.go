//go:build slow

package ui

import (
	"testing"
	"time"
)

// TestAnyKeysForAMinute is a longer TestAnyKeysAnySize.
func TestAnyKeysForAMinute(t *testing.T) {
	rounds := 0
	for end := time.Now().Add(time.Minute); time.Now().Before(end) && !t.Failed(); rounds++ {
		anyKeysAnySize(t)
	}
	t.Logf("%d rounds", rounds)
}
