package conviso

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// TestRetryAfter checks that the pause is what was asked for, from the floor of a first refusal
// to two minutes.
func TestRetryAfter(t *testing.T) {
	const floor = firstFloor * 3 / 2
	for name, c := range map[string]struct {
		values      []string
		date        string
		least, most time.Duration
	}{
		"none":                   {nil, "", firstFloor, floor},
		"empty":                  {[]string{""}, "", firstFloor, floor},
		"seconds":                {[]string{"7"}, "", 7 * time.Second, 7 * time.Second},
		"seconds, padded":        {[]string{" 7\t"}, "", 7 * time.Second, 7 * time.Second},
		"nothing":                {[]string{"0"}, "", firstFloor, floor},
		"less than the floor":    {[]string{"1"}, "", firstFloor, floor},
		"negative":               {[]string{"-30"}, "", firstFloor, floor},
		"a billion":              {[]string{"1000000000"}, "", maxWait, maxWait},
		"past 64 bits":           {[]string{"999999999999999999999999"}, "", maxWait, maxWait},
		"an exponent":            {[]string{"1e3"}, "", firstFloor, floor},
		"a fraction":             {[]string{"30.5"}, "", firstFloor, floor},
		"words":                  {[]string{"soon"}, "", firstFloor, floor},
		"control characters":     {[]string{"\x00\x1b[2J"}, "", firstFloor, floor},
		"a date":                 {[]string{"Sat, 01 Jan 2000 00:00:45 GMT"}, "", 45 * time.Second, 45 * time.Second},
		"a date gone by":         {[]string{"Fri, 31 Dec 1999 23:59:00 GMT"}, "", firstFloor, floor},
		"a date next year":       {[]string{"Mon, 01 Jan 2001 00:00:00 GMT"}, "", maxWait, maxWait},
		"a date of their clock":  {[]string{"Fri, 31 Dec 1999 23:00:45 GMT"}, "Fri, 31 Dec 1999 23:00:00 GMT", 45 * time.Second, 45 * time.Second},
		"a date and a bad clock": {[]string{"Sat, 01 Jan 2000 00:00:45 GMT"}, "now", 45 * time.Second, 45 * time.Second},
		"half a date":            {[]string{"Sat, 01 Jan"}, "", firstFloor, floor},
		"several lines":          {[]string{"5", "40", "soon"}, "", 40 * time.Second, 40 * time.Second},
		"several in a line":      {[]string{"5, 40, -1"}, "", 40 * time.Second, 40 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := inMemory(t, func(*http.Request) (*http.Response, error) {
					resp := reply(429, "text/plain", "")
					resp.Header["Retry-After"], resp.Header["Date"] = c.values, []string{c.date}
					return resp, nil
				})
				_, err := client.Import(t.Context(), "1", nil)
				var send *SendError
				if !errors.As(err, &send) || send.Class != Rejected || send.Wait < c.least || send.Wait > c.most {
					t.Errorf("%v, want %s to %s", err, c.least, c.most)
				}
			})
		})
	}
}

// TestRetryBudget checks that no minute has more retries than a tenth of its requests or ten,
// and the message of what is not retried.
func TestRetryBudget(t *testing.T) {
	for name, every := range map[string]int{"everything fails": 1, "every third fails": 3, "one of fifty fails": 50} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				var sent, repeats []time.Time
				known := map[string]bool{}
				failed, unrepeated := 0, 0
				client := inMemory(t, func(req *http.Request) (*http.Response, error) {
					id := fmt.Sprint(read(t, req).Variables["id"])
					time.Sleep(50 * time.Millisecond)
					mu.Lock()
					defer mu.Unlock()
					sent = append(sent, time.Now())
					if known[id] {
						repeats = append(repeats, time.Now())
					}
					known[id] = true
					if len(sent)%every == 0 {
						return giving(503, "")(req)
					}
					return ok(companyJSON)
				})
				var group sync.WaitGroup
				for k := range 8 {
					group.Go(func() {
						for i := range 250 {
							_, err := client.Company(t.Context(), fmt.Sprint(k, "-", i))
							mu.Lock()
							if err != nil {
								failed++
								if strings.Contains(err.Error(), "not tried again") {
									unrepeated++
								}
								if !errors.Is(err, ErrUnavailable) {
									t.Error(err)
								}
							}
							mu.Unlock()
						}
					})
				}
				group.Wait()
				t.Logf("%d requests, %d repeats, %d operations failed, %d of them at once", len(sent), len(repeats), failed, unrepeated)
				within := func(times []time.Time, end time.Time, span time.Duration) (n int) {
					for _, at := range times {
						if !at.After(end) && end.Sub(at) < span {
							n++
						}
					}
					return n
				}
				for _, at := range repeats {
					all, again := within(sent, at, time.Minute), within(repeats, at, 59*time.Second)
					// Each worker may have one that had to wait for the rate, which failures lower.
					if again > max(leastRetries, all/retryShare)+inFlight {
						t.Fatalf("%d of the %d requests in a minute are repeats", again, all)
					}
				}
				if (every == 50) != (failed == 0) || (failed > 0 && unrepeated < failed/2) || len(repeats) < leastRetries {
					t.Errorf("%d failed, %d of them at once", failed, unrepeated)
				}
			})
		})
	}
}

// TestRefusalsNeedNoBudget checks that refused reads are always retried.
func TestRefusalsNeedNoBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var refused atomic.Int64
		c := inMemory(t, func(*http.Request) (*http.Response, error) {
			early := time.Since(began) < 20*time.Second
			time.Sleep(2 * time.Second)
			if early {
				refused.Add(1)
				return giving(429, "")(nil)
			}
			return ok(companyJSON)
		})
		var group sync.WaitGroup
		for range 5 * inFlight {
			group.Go(func() {
				if _, err := c.Company(t.Context(), "1"); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if n := refused.Load(); n <= leastRetries {
			t.Errorf("%d refusals show nothing", n)
		}
	})
}

// TestNothingReached checks that a wrong address is reported within two seconds, but not a
// platform that answered before.
func TestNothingReached(t *testing.T) {
	refused := &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	slow := func(*http.Request) (*http.Response, error) {
		time.Sleep(10 * time.Second)
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ETIMEDOUT}
	}
	for name, c := range map[string]struct {
		answer      roundTrip
		reached     bool
		tries       int
		least, most time.Duration
	}{
		"refused":           {failing(refused), false, dialTries, 700 * time.Millisecond, 2 * time.Second},
		"no such host":      {failing(&net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "x"}}), false, dialTries, 700 * time.Millisecond, 2 * time.Second},
		"nobody answers":    {slow, false, 1, 10 * time.Second, 10 * time.Second},
		"was there before":  {failing(refused), true, maxTries, 0, 10 * time.Second},
		"breaks off, first": {failing(&net.OpError{Op: "read", Err: syscall.ECONNRESET}), false, maxTries, 0, 10 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tries, reached := 0, c.reached
				client := inMemory(t, func(req *http.Request) (*http.Response, error) {
					if reached {
						return ok(companyJSON)
					}
					tries++
					return c.answer(req)
				})
				if reached {
					if _, err := client.Company(t.Context(), "1"); err != nil {
						t.Fatal(err)
					}
					reached = false
				}
				began := time.Now()
				_, err := client.Company(t.Context(), "1")
				if took := time.Since(began); !errors.Is(err, ErrUnavailable) || tries != c.tries || took < c.least || took > c.most {
					t.Errorf("%d tries in %s: %v", tries, took, err)
				}
			})
		})
	}
}

// FuzzAsked checks the pause and the clock for any headers.
func FuzzAsked(f *testing.F) {
	for _, seed := range [][3]string{{"7", "40", ""}, {"5, 40,-1", "soon", "Sat, 01 Jan 2000 00:00:45 GMT"},
		{"Sat, 01 Jan 2000 00:00:45 GMT", "999999999999999999999999", "Mon, 01 Jan 0001 00:00:00 GMT"}} {
		f.Add(seed[0], seed[1], seed[2])
	}
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, first, second, date string) {
		header := http.Header{"Retry-After": {first, second}, "Date": {date}}
		if wait := retryAfter(header, now); wait < 0 || wait > maxWait {
			t.Errorf("%q, %q of %q: %s", first, second, date, wait)
		}
		var k clock
		k.observe(header, now, now)
		since := now.Add(-time.Hour)
		if from := k.toPlatform(since, now); from.After(since.Add(-nearSkew)) {
			t.Errorf("%q: from %s", date, from)
		}
	})
}
