package queue_test

import (
	"testing"

	"conviso-importer/conviso/importer/queue"
	"conviso-importer/conviso/importer/queue/queuetest"
)

// TestMemoryConforms protects what tests of the engine show with a queue in memory.
func TestMemoryConforms(t *testing.T) {
	queuetest.Run(t, func(*testing.T) queuetest.Opener {
		q := queue.NewMemory("")
		return func(instance string) queue.Queue { return q.For(instance) }
	})
}

// TestMemoryCancelAgainstClaim protects a person who takes items back while they are sent.
func TestMemoryCancelAgainstClaim(t *testing.T) {
	q := queue.NewMemory("")
	queuetest.CancelAgainstClaim(t, func(instance string) queue.Queue { return q.For(instance) }, 1000)
}
