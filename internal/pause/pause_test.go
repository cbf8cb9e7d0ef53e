package pause

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestSleep(t *testing.T) {
	for name, c := range map[string]struct {
		sleep, limit, took time.Duration
		err                error
	}{
		"in time":          {time.Second, time.Hour, time.Second, nil},
		"broken off":       {time.Hour, time.Second, time.Second, context.DeadlineExceeded},
		"ended before":     {time.Hour, -1, 0, context.DeadlineExceeded},
		"nothing":          {0, time.Hour, 0, nil},
		"nothing of ended": {0, -1, 0, context.DeadlineExceeded},
		"less":             {-time.Second, time.Hour, 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), c.limit)
				defer cancel()
				began := time.Now()
				if err := Sleep(ctx, c.sleep); !errors.Is(err, c.err) || time.Since(began) != c.took {
					t.Errorf("%v after %s", err, time.Since(began))
				}
			})
		})
	}
}
