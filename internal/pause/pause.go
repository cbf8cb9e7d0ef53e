// Package pause waits. It must not know what for, nor how often.
package pause

import (
	"context"
	"time"
)

// Sleep waits for d, or until ctx ends, whose error it then returns. It returns at once where d
// is not positive.
func Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
