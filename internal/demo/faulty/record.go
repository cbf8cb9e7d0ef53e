package faulty

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// keptRequests is how many requests a server remembers at least, and keptBodies how many
	// of their bodies: a test may send millions.
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

// rootField finds the first field of a GraphQL operation without parsing it, so that faults
// can be scripted for requests that a parser refuses as well.
func rootField(body []byte) string {
	var in struct {
		Query string `json:"query"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return ""
	}
	_, rest, ok := strings.Cut(in.Query, "{")
	if !ok {
		return ""
	}
	field := strings.FieldsFunc(rest, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
	if len(field) == 0 {
		return ""
	}
	return field[0]
}
