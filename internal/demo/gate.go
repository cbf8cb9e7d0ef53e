package demo

import (
	"io"
	"net/http"
	"sync"
	"time"
)

// maxRequestBody bounds what a server reads of a request.
const maxRequestBody = 16 << 20

// gate is what both servers do with every request before they look at it: log, count, wait,
// misbehave.
type gate struct {
	now     func() time.Time
	latency time.Duration

	mu       sync.Mutex
	fail     func(Request) Fault
	log      []Request
	counts   Counts
	inFlight int
	minute   window
}

func newGate(now func() time.Time, latency time.Duration) gate {
	if now == nil {
		now = time.Now
	}
	return gate{now: now, latency: latency}
}

// Fail scripts the server's faults: decide is asked for every request, one at a time, and
// nil ends it.
func (g *gate) Fail(decide func(Request) Fault) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.fail = decide
}

// Requests returns the requests so far, oldest first, the last 10,000 of them; the older
// ones have no bodies.
func (g *gate) Requests() []Request {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]Request(nil), g.log...)
}

// Counts returns what the server counted so far.
func (g *gate) Counts() Counts {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.counts
}

// serve passes a request to work, or to the fault that is scripted for it.
func (g *gate) serve(w http.ResponseWriter, r *http.Request, operation func([]byte) string,
	work func(http.ResponseWriter, *http.Request, []byte)) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRequestBody))
	if err != nil {
		// The client went before its request was whole; nobody reads an answer.
		return
	}
	seen := Request{At: g.now(), Method: r.Method, Path: r.URL.Path, Query: r.URL.Query(),
		Header: r.Header.Clone(), Body: body, Operation: operation(body)}
	fault := g.enter(seen)
	defer g.leave()
	fault.Delay += g.latency
	fault.serve(w, r, func(w http.ResponseWriter) { work(w, r, body) })
}

// enter logs a request and returns its fault.
func (g *gate) enter(r Request) Fault {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.counts.Requests++
	g.inFlight++
	g.counts.MaxInFlight = max(g.counts.MaxInFlight, g.inFlight)
	g.counts.MaxPerMinute = max(g.counts.MaxPerMinute, g.minute.add(r.At))
	if g.log = append(g.log, r); len(g.log) > keptBodies {
		g.log[len(g.log)-1-keptBodies].Body = nil
	}
	if len(g.log) > 2*keptRequests {
		g.log = append([]Request(nil), g.log[len(g.log)-keptRequests:]...)
	}
	if g.fail == nil {
		return Fault{}
	}
	return g.fail(r)
}

func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inFlight--
}
