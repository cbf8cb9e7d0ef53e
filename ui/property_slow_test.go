//go:build slow

package ui

import (
	"testing"
	"time"
)

// TestAnyKeysForAMinute is TestAnyKeysAnySize at length: no order of keys, clicks and window
// sizes panics, draws a frame that does not fit, or ends the program by esc.
func TestAnyKeysForAMinute(t *testing.T) {
	rounds := 0
	for end := time.Now().Add(time.Minute); time.Now().Before(end) && !t.Failed(); rounds++ {
		anyKeysAnySize(t)
	}
	t.Logf("%d rounds", rounds)
}
