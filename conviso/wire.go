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
	// wholeTimeout bounds one request from its first byte to its answer's last.
	wholeTimeout = 2 * time.Minute
	// maxRefusal is how much of an answer that is not a success is read.
	maxRefusal = 4 << 10
	// maxParts bounds the commas of an answer, and so what its lists hold; a page has some
	// ten thousand. Megabytes of them would become hundreds of megabytes of empty values.
	maxParts = 200_000
	// maxDrain is how much more is read to keep the connection.
	maxDrain = 64 << 10
)

// operation is one GraphQL operation as the layers below the library need to know it.
type operation struct {
	// doing opens every error's sentence, e.g. "read the assets of company 12".
	doing string
	// field is the operation's only root field; an answer without it is no answer.
	field string
	// company is the company's id where the operation names one.
	company string
	// mutation tells a mutation from a query.
	mutation bool
	// once forbids sending again.
	once bool
	// partial takes data that errors accompany.
	partial bool
	// nullable reports that null is an answer: there is no such thing.
	nullable bool
	// into, where it is not nil, takes the field's value by encoding/json in place of the
	// selection: the library decodes a token at a time, which takes several times as long, and
	// pages of assets are long.
	into any
}

// exchange travels in the request's context through the library, which neither passes
// headers and statuses out nor more than the first error's message.
type exchange struct {
	op operation
	// messages are those of errors[] beside data, made safe.
	messages []string
	// payload is the field's value where the operation takes it itself.
	payload []byte
}

type exchangeKey struct{}

// wire sends the library's requests: it waits at the gate, bounds the time, reads and judges
// the whole answer, and sends again what may be sent again. It returns either the answer of a
// success or a *failure.
type wire struct {
	next  http.RoundTripper
	gate  *gate
	say   sayer
	clock *clock
	retries
}

// RoundTrip implements http.RoundTripper.
func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	x, ok := req.Context().Value(exchangeKey{}).(*exchange)
	if !ok {
		return nil, errors.New("a request to the platform belongs to no operation")
	}
	began := time.Now()
	for try := 1; ; try++ {
		resp, fail := w.attempt(req, x)
		if fail == nil {
			return resp, nil
		}
		if x.op.once {
			return nil, fail
		}
		wait, again := w.retries.next(fail, try, began)
		if !again {
			return nil, fail
		}
		if err := pause.Sleep(req.Context(), wait); err != nil {
			fail.cause = errors.Join(fail.cause, err)
			return nil, fail
		}
	}
}

// attempt sends the request once.
func (w *wire) attempt(req *http.Request, x *exchange) (*http.Response, *failure) {
	turn, err := w.gate.enter(req.Context())
	if err != nil {
		return nil, w.say.cancelled(err, NotSent)
	}
	defer turn.leave()
	ctx, cancel := context.WithTimeout(req.Context(), wholeTimeout)
	defer cancel()
	var wrote atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteHeaders: func() { wrote.Store(true) },
		WroteRequest: func(httptrace.WroteRequestInfo) { wrote.Store(true) },
	})
	fresh := req.Clone(ctx)
	if fresh.Body, err = req.GetBody(); err != nil {
		return nil, w.say.unreachable(err, NotSent)
	}
	w.count(turn.at)
	resp, err := w.next.RoundTrip(fresh)
	var body []byte
	if err == nil {
		body, err = readAll(resp)
	}
	if err == nil {
		return w.judge(resp, body, x, turn)
	}
	class := Ambiguous
	if !wrote.Load() {
		class = NotSent
	}
	if over := req.Context().Err(); over != nil {
		return nil, w.say.cancelled(over, class)
	}
	return nil, w.say.unreachable(err, class)
}

// judge turns a whole answer into a success or a failure.
func (w *wire) judge(resp *http.Response, body []byte, x *exchange, t turn) (*http.Response, *failure) {
	now := time.Now()
	w.clock.heard(resp.Header, now)
	w.reached.Store(true)
	if resp.StatusCode == http.StatusTooManyRequests {
		return nil, w.say.tooMany(t.refused(asked(resp.Header, now)))
	}
	t.accepted()
	got := answer{status: resp.StatusCode, contentType: resp.Header.Get("Content-Type"), body: body}
	payload, messages, fail := w.say.verdict(got, x.op)
	if fail != nil {
		fail.wait = asked(resp.Header, now)
		if fail.class == Auth && w.say.key.Refused() {
			// There is another key by now.
			fail.again = true
		}
		return nil, fail
	}
	x.messages = messages
	// The library gets what was judged and nothing else: its own reading of repeated keys
	// and of errors beside data differs.
	if x.op.into != nil {
		x.payload, payload = payload, []byte("null")
	}
	data := fmt.Appendf(nil, `{"data":{%q:%s}}`, x.op.field, payload)
	resp.Body = io.NopCloser(bytes.NewReader(data))
	return resp, nil
}

// readAll reads and closes the answer's body: all of a success, the beginning of the rest,
// whose status has decided already, however its text ends.
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
