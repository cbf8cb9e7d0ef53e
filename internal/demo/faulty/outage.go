package faulty

import (
	"math/rand/v2"
	"net/http"
	"slices"
)

// Share returns a script that misbehaves on a share of the matching requests, 0 to 1, each time
// with one of the faults; a nil match matches all. It is deterministic for a seed and order of
// requests. Use it for one server only, which calls it serially.
func Share(share float64, seed uint64, match func(Request) bool, faults ...Fault) func(Request) Fault {
	draw := rand.New(rand.NewPCG(seed, seed))
	return func(r Request) Fault {
		if len(faults) == 0 || (match != nil && !match(r)) || draw.Float64() >= share {
			return Fault{}
		}
		return faults[draw.IntN(len(faults))]
	}
}

// Either returns the first fault that any of the scripts returns.
func Either(scripts ...func(Request) Fault) func(Request) Fault {
	return func(r Request) Fault {
		for _, script := range scripts {
			if f := script(r); !f.none() {
				return f
			}
		}
		return Fault{}
	}
}

// Mutation matches the GraphQL requests that change the platform.
func Mutation(r Request) bool {
	return r.Operation == "importAssetToIntegration" || r.Operation == "createOrUpdateBackstageIntegration"
}

// Outage returns the faults of a restarted or overloaded platform, each once before its work is
// done and once after: bad gateway, unavailable, gateway timeout, broken connection, and no
// response until the client gives up.
func Outage() []Fault {
	kinds := []Fault{HTML(http.StatusBadGateway), JSON(http.StatusServiceUnavailable, ""),
		JSON(http.StatusGatewayTimeout, `{"error":"upstream request timeout"}`), {Reset: true}, {Hang: true}}
	all := slices.Concat(kinds, kinds)
	for i := range kinds {
		all[i].After = true
	}
	return all
}

// Throttled returns the forms in which a platform says that it gets too many requests. Nothing is done.
func Throttled() []Fault {
	const page = "<!DOCTYPE html><title>Slow down</title>"
	html := func(status int, header http.Header) Fault {
		header.Set("Content-Type", "text/html")
		return Fault{Status: status, Header: header, Body: page}
	}
	all := []Fault{TooMany(""), TooMany("5"), html(420, http.Header{}), html(http.StatusTooEarly, http.Header{}),
		html(http.StatusForbidden, http.Header{"Retry-After": {"5"}})}
	for _, code := range []string{`"THROTTLED"`, `"RATE_LIMITED"`, `"429"`, `429`} {
		all = append(all, JSON(http.StatusOK, `{"errors":[{"message":"Slow down","extensions":{"code":`+code+`}}]}`))
	}
	wait := JSON(http.StatusOK, `{"data":{"importAssetToIntegration":null},"errors":[{"message":"Throttled","code":"THROTTLED"}]}`)
	wait.Header.Set("Retry-After", "5")
	return append(all, wait)
}

// Unanswered does the work and resets the connection.
func Unanswered() Fault { return Fault{Reset: true, After: true} }

// none reports whether a fault changes nothing.
func (f Fault) none() bool {
	return f.Delay <= 0 && f.Status == 0 && !f.Reset && !f.Hang && f.Cut <= 0 && f.Drip <= 0
}
