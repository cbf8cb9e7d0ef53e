package faulty

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// keptRequests and keptBodies are the minimum numbers of requests and bodies that a server
	// keeps: a test may send millions.
	keptRequests = 10_000
	keptBodies   = 500
)

// Request is one request as received.
type Request struct {
	At     time.Time // when its body was complete
	Method string
	Path   string
	Query  url.Values
	Header http.Header
	Body   []byte
	// Operation is the first root field of a GraphQL operation, such as "assets"; otherwise empty.
	Operation string
}

// Counts are a server's totals.
type Counts struct {
	Requests int
	// MaxInFlight is the maximum of concurrent requests, MaxPerMinute that in any minute.
	MaxInFlight, MaxPerMinute int
}

// rootField finds the first field of a GraphQL operation without parsing it, for faults on
// requests that are not valid GraphQL.
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
