package faulty

import (
	"bytes"
	"io"
	"net/http"
	"sync"
	"time"
)

const maxRequestBody = 16 << 20

// recorder logs and counts the requests of a server, and applies the scripted faults.
type recorder struct {
	now func() time.Time

	mu       sync.Mutex
	fail     func(Request) Fault
	log      []Request
	counts   Counts
	inFlight int
	minute   []time.Time // the times of the last minute's requests
}

func newRecorder(now func() time.Time) recorder {
	if now == nil {
		now = time.Now
	}
	return recorder{now: now}
}

// Fail scripts the server's faults: decide is called serially for every request; nil ends the script.
func (c *recorder) Fail(decide func(Request) Fault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fail = decide
}

// Requests returns the last 10,000 requests, oldest first; old ones have no bodies.
func (c *recorder) Requests() []Request {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Request(nil), c.log...)
}

// Counts returns the totals so far.
func (c *recorder) Counts() Counts {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.counts
}

// serve passes a request to the server or to its scripted fault.
func (c *recorder) serve(w http.ResponseWriter, r *http.Request, server http.HandlerFunc) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRequestBody))
	if err != nil {
		// The client left before its request was complete.
		return
	}
	fault := c.enter(Request{Method: r.Method, Path: r.URL.Path, Query: r.URL.Query(),
		Header: r.Header.Clone(), Body: body, Operation: rootField(body)})
	defer c.leave()
	r = r.WithContext(r.Context())
	r.Body = io.NopCloser(bytes.NewReader(body))
	fault.serve(w, r, func(w http.ResponseWriter) { server(w, r) })
}

// enter logs a request and returns its fault.
func (c *recorder) enter(r Request) Fault {
	c.mu.Lock()
	defer c.mu.Unlock()
	r.At = c.now()
	c.counts.Requests++
	c.inFlight++
	c.counts.MaxInFlight = max(c.counts.MaxInFlight, c.inFlight)
	for len(c.minute) > 0 && r.At.Sub(c.minute[0]) >= time.Minute {
		c.minute = c.minute[1:]
	}
	c.minute = append(c.minute, r.At)
	c.counts.MaxPerMinute = max(c.counts.MaxPerMinute, len(c.minute))
	if c.log = append(c.log, r); len(c.log) > keptBodies {
		c.log[len(c.log)-1-keptBodies].Body = nil
	}
	if len(c.log) > 2*keptRequests {
		c.log = append([]Request(nil), c.log[len(c.log)-keptRequests:]...)
	}
	if c.fail == nil {
		return Fault{}
	}
	return c.fail(r)
}

func (c *recorder) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inFlight--
}
