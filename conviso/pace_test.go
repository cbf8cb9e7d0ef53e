package conviso

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestPaceIsTold checks the times and the rate that users see.
func TestPaceIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var none *Client
		if none.Pace() != (Pace{}) {
			t.Error("a client that is not there makes somebody wait")
		}
		c := &Client{limiter: newLimiter(800)}
		if got := c.Pace(); got.Slowed() || !got.RefusedAt.IsZero() || got.PerMinute != 800 {
			t.Errorf("before anything was sent: %+v", got)
		}
		sent, err := c.limiter.acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		refused := time.Now()
		wait := sent.refused(10 * time.Second)
		sent.release()
		want := Pace{RefusedAt: refused, Until: refused.Add(wait), PerMinute: 400, Most: 800, InFlight: inFlight}
		if got := c.Pace(); got != want || !got.Slowed() {
			t.Errorf("after a refusal: %+v, want %+v", got, want)
		}
		time.Sleep(wait + 4*time.Minute)
		if got := c.Pace(); got.PerMinute != 600 {
			t.Errorf("four minutes later %d requests a minute go", got.PerMinute)
		}
		time.Sleep(time.Hour)
		if got := c.Pace(); got.Slowed() {
			t.Errorf("an hour later it is still slow: %+v", got)
		}
	})
}
