package faulty

import (
	"math/rand/v2"
	"net/http"
	"slices"
)

// Share misbehaves for a share of the requests that match, 0 to 1, each time with one of the
// faults; a nil match takes all requests. The same seed and the same order of requests give
// the same faults. The result is for one server, which asks it for one request at a time.
func Share(share float64, seed uint64, match func(Request) bool, faults ...Fault) func(Request) Fault {
	draw := rand.New(rand.NewPCG(seed, seed))
	return func(r Request) Fault {
		if len(faults) == 0 || (match != nil && !match(r)) || draw.Float64() >= share {
			return Fault{}
		}
		return faults[draw.IntN(len(faults))]
	}
}

// Either asks one script after the other and takes the first fault that there is.
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

// Mutation matches the GraphQL requests that change something on the platform.
func Mutation(r Request) bool {
	return r.Operation == "importAssetToIntegration" || r.Operation == "createOrUpdateBackstageIntegration"
}

// Outage is what a request may meet at a platform that is restarted or overloaded, each kind
// once before its work is done and once after: bad gateway, unavailable, gateway timeout, a
// broken connection, and no answer until the client gives up.
func Outage() []Fault {
	kinds := []Fault{HTML(http.StatusBadGateway), JSON(http.StatusServiceUnavailable, ""),
		JSON(http.StatusGatewayTimeout, `{"error":"upstream request timeout"}`), {Reset: true}, {Hang: true}}
	all := slices.Concat(kinds, kinds)
	for i := range kinds {
		all[i].After = true
	}
	return all
}

// Unanswered does the work and breaks the connection in place of the answer.
func Unanswered() Fault { return Fault{Reset: true, After: true} }

// none reports whether a fault changes nothing.
func (f Fault) none() bool {
	return f.Delay <= 0 && f.Status == 0 && !f.Reset && !f.Hang && f.Cut <= 0 && f.Drip <= 0
}
