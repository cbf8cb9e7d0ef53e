package sqlite

import (
	"testing"

	"conviso-importer/conviso/importer/queue"
	"conviso-importer/conviso/importer/queue/queuetest"
)

// TestCancelAgainstClaim protects a person who takes items back while another process sends them: two handles on one
// file, as two processes have them.
func TestCancelAgainstClaim(t *testing.T) { cancelAgainstClaim(t, 100) }

func cancelAgainstClaim(t *testing.T, rounds int) {
	t.Helper()
	dir := queuetest.MemoryDir(t)
	queuetest.CancelAgainstClaim(t, func(instance string) queue.Queue {
		t.Helper()
		q, err := Open(dir, "queue", instance)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = q.Close() })
		return q
	}, rounds)
}
