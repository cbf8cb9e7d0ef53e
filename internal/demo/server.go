package demo

import (
	"io"
	"net/http"
	"time"
)

// maxRequestBody bounds what a server reads of a request.
const maxRequestBody = 16 << 20

// timeOr returns now, or time.Now where it is nil.
func timeOr(now func() time.Time) func() time.Time {
	if now == nil {
		return time.Now
	}
	return now
}

// receive reads a request's body and waits for latency, or less if the client goes first. It
// reports whether the request arrived whole; otherwise nobody reads an answer.
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
