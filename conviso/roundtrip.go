package conviso

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"conviso-importer/internal/pause"
	"conviso-importer/internal/transport"
)

const (
	wholeTimeout = 2 * time.Minute // limits one request from its first byte to the last of its response
	maxRefusal   = 4 << 10         // limits how much of an unsuccessful response is read
	// maxParts limits the commas of a response, and so the length of its lists: megabytes of
	// commas would decode to hundreds of megabytes of empty values. A page has some ten
	// thousand.
	maxParts = 200_000
	maxDrain = 64 << 10 // limits what is discarded to keep the connection
)

type operation struct {
	doing    string
	field    string
	company  string
	mutation bool
	once     bool
	partial  bool
	nullable bool                  // accepts null: there is no such record
	absent   func(r response) bool // reports that an answer, failed by its form, says that there is no such record; may be nil
	into     any                   // into, if not nil, receives the field by encoding/json, which is several times faster
}

// exchange travels in the request's context through the library, which hides headers, statuses
// and all errors but the first.
type exchange struct {
	op       operation
	messages []string // those of errors[] beside data, safe to show
	payload  []byte
}

type exchangeKey struct{}

// roundTripper sends the library's requests: it waits for the limiter, limits the time, reads
// and interprets the response, and retries if allowed. It returns a successful response or a
// *failure.
type roundTripper struct {
	next    http.RoundTripper
	limiter *limiter
	explain explainer
	clock   *clock
	retries
}

func (rt *roundTripper) RoundTrip(req *http.Request) (*http.Response, error) {
	x, ok := req.Context().Value(exchangeKey{}).(*exchange)
	if !ok {
		return nil, errors.New("a request to the platform belongs to no operation")
	}
	began := time.Now()
	for try := 1; ; try++ {
		resp, fail := rt.attempt(req, x)
		if fail == nil {
			return resp, nil
		}
		if x.op.once {
			return nil, fail
		}
		wait, again := rt.retries.next(fail, try, began)
		if !again {
			return nil, fail
		}
		if err := pause.Sleep(req.Context(), wait); err != nil {
			fail.cause = errors.Join(fail.cause, err)
			return nil, fail
		}
	}
}

func (rt *roundTripper) attempt(req *http.Request, x *exchange) (*http.Response, *failure) {
	p, err := rt.limiter.acquire(req.Context())
	if err != nil {
		return nil, rt.explain.cancelled(err, NotSent)
	}
	defer p.release()
	ctx, cancel := context.WithTimeout(req.Context(), wholeTimeout)
	defer cancel()
	var wrote atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteHeaders: func() { wrote.Store(true) },
		WroteRequest: func(httptrace.WroteRequestInfo) { wrote.Store(true) },
	})
	fresh := req.Clone(ctx)
	if fresh.Body, err = req.GetBody(); err != nil {
		return nil, rt.explain.unreachable(err, NotSent)
	}
	rt.count(p.at)
	resp, err := rt.next.RoundTrip(fresh)
	var body []byte
	if err == nil {
		body, err = readAll(resp)
	}
	if err == nil {
		return rt.handle(resp, body, x, p)
	}
	class := Ambiguous
	if !wrote.Load() {
		class = NotSent
	}
	if over := req.Context().Err(); over != nil {
		return nil, rt.explain.cancelled(over, class)
	}
	if class == Ambiguous {
		p.strained()
	}
	return nil, rt.explain.unreachable(err, class)
}

func (rt *roundTripper) handle(resp *http.Response, body []byte, x *exchange, p permit) (*http.Response, *failure) {
	now := time.Now()
	rt.clock.observe(resp.Header, p.at, now)
	rt.reached.Store(true)
	got := response{status: resp.StatusCode, contentType: resp.Header.Get("Content-Type"), retryAfter: resp.Header.Get("Retry-After"), body: body}
	if x.op.absent != nil && x.op.absent(got) {
		got.body = fmt.Appendf(nil, `{"data":{%q:null}}`, x.op.field)
	}
	payload, messages, fail := rt.explain.interpret(got, x.op)
	asked := retryAfter(resp.Header, now)
	if fail != nil && fail.class == Rejected {
		fail.waits(p.refused(asked))
		return nil, fail
	}
	p.accepted()
	if fail != nil {
		fail.wait = asked
		if fail.class == Ambiguous {
			p.strained()
		}
		if fail.class == Auth && rt.explain.key.Refused() {
			// The key file has changed meanwhile.
			fail.again = true
		}
		return nil, fail
	}
	x.messages = messages
	// Pass only the interpreted field on: the library treats repeated keys and errors beside
	// data differently.
	if x.op.into != nil {
		x.payload, payload = payload, []byte("null")
	}
	data := fmt.Appendf(nil, `{"data":{%q:%s}}`, x.op.field, payload)
	resp.Body = io.NopCloser(bytes.NewReader(data))
	return resp, nil
}

// readAll reads and closes the body; of a failure only the beginning, and its status decides.
func readAll(resp *http.Response) ([]byte, error) {
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode == http.StatusOK {
		body, err := io.ReadAll(resp.Body)
		if err == nil && bytes.Count(body, []byte{','}) > maxParts {
			return nil, fmt.Errorf("%w: more than %d values", transport.ErrTooLarge, maxParts)
		}
		return body, err
	}
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxRefusal))
	_, _ = io.CopyN(io.Discard, resp.Body, maxDrain)
	return body, nil
}
