//go:build slow

package e2e

import (
	"testing"
	"time"
)

// TestBytesOverSSHAtScale is TestBytesOverSSH for a large catalog, and over a longer rest.
func TestBytesOverSSHAtScale(t *testing.T) { bytesOverSSH(t, 100_000, 10*time.Second) }
