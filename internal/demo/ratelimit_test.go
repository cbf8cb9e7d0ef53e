package demo

import (
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"
)

// TestRateLimitThatCountsRefusals checks that a client that goes on is refused, and one that
// pauses a minute is not.
func TestRateLimitThatCountsRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPlatform(PlatformOptions{RateLimit: 10, CountRefused: true})
		ask := func() (int, http.Header) {
			status, header, _ := call(t, p, "POST", "/graphql", `{"query":"{__typename}"}`)
			return status, header
		}
		admitted := 0
		for range 120 {
			if status, header := ask(); status == http.StatusOK {
				admitted++
			} else if header.Get("Retry-After") == "" {
				t.Fatal("no Retry-After")
			}
			time.Sleep(time.Second)
		}
		if admitted != 10 {
			t.Errorf("%d were let in while it was flooded", admitted)
		}
		_, header := ask()
		wait, err := strconv.Atoi(header.Get("Retry-After"))
		if err != nil || wait < 50 {
			t.Fatalf("asked to wait %d s: %v", wait, err)
		}
		time.Sleep(time.Duration(wait) * time.Second)
		if status, _ := ask(); status != http.StatusOK {
			t.Errorf("after the wait asked for: %d", status)
		}
	})
}
