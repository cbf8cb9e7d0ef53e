// Package conviso is the client of Conviso Platform: it reads companies, assets and the
// Backstage integration, and sends projects. It decides what a response means and what may be
// retried. It must not know the catalog, the import queue or the user interface. No other
// package imports the GraphQL library.
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
	// DefaultRate is the default number of requests per minute.
	DefaultRate = 1000
	// MaxRate is the platform's published limit per minute; it answers 429 above it.
	MaxRate = 1200

	inFlight     = 8       // limits concurrent requests, all operations together
	mostInFlight = 16      // the limit while the latency and not the rate holds them up
	maxAnswer    = 4 << 20 // limits the decoded bytes of a response; a page of assets takes about 200 kB
)

// Options configure a Client.
type Options struct {
	Base *url.URL      // the base URL, as transport.ParseBase returns it
	Key  secret.Secret // sent as X-API-Key, only to Base
	// Reread, if not nil, reads the key file again after a refusal; false if that is impossible.
	Reread     func() (secret.Secret, bool)
	KeySetting string // names the key's setting in errors; by default CONVISO_API_KEY, with Reread CONVISO_API_KEY_FILE
	CAFile     string // a PEM file of certificates added to the system's; may be empty
	UserAgent  string
	Log        *slog.Logger // Log, if not nil, records each request without headers and bodies
	Rate       int          // limits requests per minute, all together: DefaultRate if zero, at most MaxRate
	// Transport, if not nil, replaces the network, for a platform in this process. A request
	// counts as written once Transport has it, unless a dial failed.
	Transport http.RoundTripper
}

// Client talks to one platform with one key. It is safe for concurrent use; its callers share
// the rate, the slots and the pause after a 429.
type Client struct {
	host    string
	gql     *graphql.Client
	explain explainer
	clock   *clock
	limiter *limiter
}

// NewClient returns a client for o.Base without connecting. It fails if CAFile cannot be used.
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
			MaxBody: maxAnswer, MaxConns: mostInFlight, HTTP1: true,
		})
		if err != nil {
			return nil, fmt.Errorf("set up the platform's client: %w", err)
		}
		network = client.Transport
	}
	explain := explainer{host: o.Base.Host, key: key, setting: secret.SettingOf(o.KeySetting, "CONVISO_API_KEY", key.Rereads())}
	stack := &roundTripper{next: network, limiter: newLimiter(o.Rate), explain: explain, clock: &clock{}}
	return &Client{
		host:    o.Base.Host,
		explain: explain,
		clock:   stack.clock,
		limiter: stack.limiter,
		gql: graphql.NewClient(o.Base.JoinPath("graphql").String(), &http.Client{
			Transport:     stack,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}),
	}, nil
}

// inProcess replaces the network. It reports each written request to the httptrace, as the
// network's transport does.
type inProcess struct {
	authorize func(http.Header)
	next      http.RoundTripper
}

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
