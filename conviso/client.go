// Package conviso is the client of the platform: it reads companies, assets and the
// Backstage integration, and sends projects. It decides what an answer means and what may be
// sent again; it must not know the catalog that projects come from, the queue that they wait
// in, nor how anything is shown. No other package imports the GraphQL library.
package conviso

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"

	"github.com/shurcooL/graphql"

	"conviso-importer/internal/secret"
	"conviso-importer/internal/transport"
)

const (
	// DefaultRate is how many requests go in any minute unless Options say otherwise.
	DefaultRate = 1000
	// MaxRate is the platform's published limit; past it, it answers 429.
	MaxRate = 1200

	// inFlight is how many requests may be under way at once, all operations together.
	inFlight = 8
	// maxAnswer bounds one answer's decoded bytes; a page of assets takes about 200 kB.
	maxAnswer = 4 << 20
)

// Options configure a Client.
type Options struct {
	// Base is the platform's base URL, as transport.ParseBase returns it.
	Base *url.URL
	// Key is sent as X-API-Key, to Base alone.
	Key secret.Secret
	// Reread, where there is one, reads the key anew from the file that it came from; it is
	// asked after a refusal. False means that the file cannot be read.
	Reread func() (secret.Secret, bool)
	// KeySetting names the setting that the key comes from, in errors about it; empty means
	// CONVISO_API_KEY, or CONVISO_API_KEY_FILE where there is a Reread.
	KeySetting string
	// CAFile is a PEM file of certificates added to the system's; empty for none.
	CAFile string
	// UserAgent names this program and its version.
	UserAgent string
	// Log, where there is one, is told of each request, without its headers and bodies.
	Log *slog.Logger
	// Rate is the number of requests in any minute, all operations together. Zero means
	// DefaultRate; more than MaxRate means MaxRate.
	Rate int
	// Transport answers requests in the network's place, for a platform in this process.
	// A request counts as written once Transport has it, unless its error is that of a
	// dial. Nil means the network.
	Transport http.RoundTripper
}

// Client talks to one platform with one key. It may be used by several goroutines; they
// share its rate, its slots and the pause after a refusal.
type Client struct {
	host  string
	gql   *graphql.Client
	say   sayer
	clock *clock
	gate  *gate
}

// NewClient returns a client for o.Base. It reaches out to nobody; it fails when CAFile
// cannot be used.
func NewClient(o Options) (*Client, error) {
	key := secret.NewKeeper(o.Key, o.Reread)
	authorize := func(h http.Header) {
		h.Set("X-API-Key", key.Current().Reveal())
		h.Set("Accept", "application/json")
	}
	var network http.RoundTripper = &inProcess{authorize: authorize, next: o.Transport}
	if o.Transport == nil {
		client, err := transport.New(transport.Options{
			Log:  o.Log,
			Base: o.Base, Authorize: authorize, UserAgent: o.UserAgent, CAFile: o.CAFile,
			MaxBody: maxAnswer, MaxConns: inFlight, HTTP1: true,
		})
		if err != nil {
			return nil, fmt.Errorf("set up the platform's client: %w", err)
		}
		network = client.Transport
	}
	say := sayer{host: o.Base.Host, key: key, setting: secret.SettingOf(o.KeySetting, "CONVISO_API_KEY", key.Rereads())}
	stack := &wire{next: network, gate: newGate(o.Rate), say: say, clock: &clock{}}
	return &Client{
		host:  o.Base.Host,
		say:   say,
		clock: stack.clock,
		gate:  stack.gate,
		gql: graphql.NewClient(o.Base.JoinPath("graphql").String(), &http.Client{
			Transport:     stack,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}),
	}, nil
}

// inProcess stands in for the network. It says through the request's trace that the request
// was written, as the network's transport does.
type inProcess struct {
	authorize func(http.Header)
	next      http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (p *inProcess) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	p.authorize(req.Header)
	resp, err := p.next.RoundTrip(req)
	var network *net.OpError
	dialing := errors.As(err, &network) && network.Op == "dial"
	if trace := httptrace.ContextClientTrace(req.Context()); trace != nil && !dialing {
		trace.WroteHeaders()
	}
	return resp, err
}
