package demo

import (
	"io"
	"net/http"
	"time"
)

const maxRequestBody = 16 << 20

// timeOr returns now, or time.Now if nil.
func timeOr(now func() time.Time) func() time.Time {
	if now == nil {
		return time.Now
	}
	return now
}

// receive reads a request's body and waits for latency or until the client leaves. It reports
// whether the request was complete; otherwise nobody reads a response.
func receive(r *http.Request, latency time.Duration) ([]byte, bool) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRequestBody))
	if err != nil {
		return nil, false
	}
	if latency > 0 {
		timer := time.NewTimer(latency)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.Context().Done():
		}
	}
	return body, true
}
