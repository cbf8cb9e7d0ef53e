//go:build slow

package e2e

import (
	"net/http"
	"testing"
	"time"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// failing are the faults of a platform in trouble, before its work is done and after. That
// it hangs is left to tests with a clock of their own: the program waits a minute for it.
func failing() []faulty.Fault {
	var all []faulty.Fault
	for _, after := range []bool{false, true} {
		for _, f := range []faulty.Fault{faulty.HTML(http.StatusBadGateway), faulty.JSON(http.StatusServiceUnavailable, ""),
			faulty.JSON(http.StatusGatewayTimeout, `{"error":"upstream request timeout"}`), {Reset: true}} {
			f.After = after
			all = append(all, f)
		}
	}
	return all
}

// atMost answers 429 to what exceeds a number of requests in a span of time.
func atMost(limit int, span time.Duration, retryAfter string) func(faulty.Request) faulty.Fault {
	var admitted []time.Time
	return func(r faulty.Request) faulty.Fault {
		for len(admitted) > 0 && r.At.Sub(admitted[0]) >= span {
			admitted = admitted[1:]
		}
		if len(admitted) >= limit {
			return faulty.TooMany(retryAfter)
		}
		admitted = append(admitted, r.At)
		return faulty.Fault{}
	}
}

// TestPlatformInTrouble protects an import into a platform that fails three mutations in ten,
// half of them after doing the work, and into one with a limit of 300 requests a minute
// (here ten in two seconds), which says how long to wait or does not: everything arrives,
// and arrives once.
func TestPlatformInTrouble(t *testing.T) {
	const n = 300
	for name, script := range map[string]func(faulty.Request) faulty.Fault{
		"three of ten fail":        faulty.Share(0.3, 7, faulty.Mutation, failing()...),
		"a limit with Retry-After": atMost(10, 2*time.Second, "1"),
		"a limit without a word":   atMost(10, 2*time.Second, ""),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, n, demo.PlatformOptions{Latency: 20 * time.Millisecond, MaxDelay: time.Second})
			var faults, refused int
			s.platform.Fail(func(r faulty.Request) faulty.Fault {
				f := script(r)
				switch {
				case f.Status == http.StatusTooManyRequests:
					refused++
				case f.Status != 0 || f.Reset:
					faults++
				}
				return f
			})
			p := s.person(t, "CONVISO_SETTLE=3s")
			began := time.Now()
			var r summary
			errs := p.want(0, &r, "import", "--all-new", "-o", "json")
			total := s.platform.Counts().Requests
			t.Logf("%d in %s; %d mutations failed, %d requests refused, %d in all", n, time.Since(began).Round(time.Millisecond), faults, refused, total)
			if r.Verified != n || faults+refused == 0 {
				t.Errorf("%d verified of %d\n%s", r.Verified, n, errs)
			}
			s.platform.Fail(nil)
			s.delivered(n)
		})
	}
}
