package demo

import (
	"net/http"
	"net/url"
	"time"
)

const (
	// keptRequests is how many requests a server remembers, and keptBodies how many of
	// their bodies: a demo may run for days.
	keptRequests = 10_000
	keptBodies   = 500
)

// Request is one request as a server saw it.
type Request struct {
	// At is when its body had arrived.
	At     time.Time
	Method string
	Path   string
	Query  url.Values
	Header http.Header
	Body   []byte
	// Operation is the first root field of a GraphQL operation, such as "assets"; empty
	// for the catalog, and where the body is none.
	Operation string
}

// Counts is what a server counted since it was made.
type Counts struct {
	Requests int
	// MaxInFlight is the most requests at one moment, MaxPerMinute in any minute.
	MaxInFlight, MaxPerMinute int
}

// window counts what happened during the last minute.
type window []time.Time

// trim forgets what is older than a minute.
func (w *window) trim(now time.Time) {
	old := 0
	for old < len(*w) && now.Sub((*w)[old]) >= time.Minute {
		old++
	}
	*w = (*w)[old:]
}

// add counts one more and returns how many there are.
func (w *window) add(now time.Time) int {
	w.trim(now)
	*w = append(*w, now)
	return len(*w)
}
