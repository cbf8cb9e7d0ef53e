package backstage

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"conviso-importer/internal/transport"
)

const (
	// requestTime limits one attempt from dialling to the last byte: a body may trickle for ever.
	requestTime  = 2 * time.Minute
	maxTries     = 4                      // limits the attempts if the fault may be temporary
	emptyTries   = 3                      // applies to a page without entities that names a next one
	stalledTries = 2                      // applies to a stalled response: each attempt costs half a minute
	firstPause   = 500 * time.Millisecond // precedes the second attempt and then doubles
	maxWait      = 2 * time.Minute        // caps a Retry-After header
	// bodyRoom is the minimum allocation for a body, bodyTrust the maximum on the word of a Content-Length.
	bodyRoom  = 64 << 10
	bodyTrust = 1 << 20
	pageStart = 512 // how much of a body shows whether it is a web page
	// Limits of what is read and shown of a refusal.
	maxErrorBody = 64 << 10
	maxMessage   = 200
)

var errWebPage = errors.New("a web page")

// request is one call, which may take several attempts.
type request struct {
	method, path string
	query        url.Values
	body         []byte
	plain        bool // asks for an uncompressed response
	// arrived, if not nil, is called with each complete body before it is decoded, and with the
	// time since its first byte.
	arrived func(body []byte, took time.Duration)
}

// fault is why an attempt failed, and the maximum of attempts for it.
type fault struct {
	err   error
	tries int
}

func (c *Client) call(ctx context.Context, r request, into *listResponse) error {
	pause := firstPause
	for try := 1; ; try++ {
		failed := c.try(ctx, r, into)
		switch {
		case failed == nil:
			return nil
		case ctx.Err() != nil:
			return fmt.Errorf("read the catalog: %w", ctx.Err())
		case try >= failed.tries:
			return failed.err
		}
		// Jitter keeps clients that failed together from returning together.
		wait := pause/2 + rand.N(pause/2)
		pause *= 2
		var e *Error
		if errors.As(failed.err, &e) && e.Wait > 0 {
			wait = e.Wait
		}
		if err := c.sleep(ctx, wait); err != nil {
			return fmt.Errorf("read the catalog: %w", err)
		}
	}
}

func (c *Client) try(ctx context.Context, r request, into *listResponse) *fault {
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	resp, err := c.send(ctx, r)
	if err != nil {
		return c.networkFault(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return c.statusFault(ctx, resp)
	}
	began := time.Now()
	cut := errWebPage
	if !webPage(resp.Header, nil) {
		cut = into.fill(resp)
	}
	switch {
	case errors.Is(cut, errWebPage):
		return &fault{err: c.webPageError(resp.StatusCode), tries: 1}
	case cut == nil && r.arrived != nil:
		r.arrived(into.body, time.Since(began))
	}
	return c.decode(cut, into)
}

func (c *Client) send(ctx context.Context, r request) (*http.Response, error) {
	target := c.base.JoinPath(r.path)
	target.RawQuery = r.query.Encode()
	req, err := http.NewRequestWithContext(ctx, r.method, target.String(), bytes.NewReader(r.body))
	if err != nil {
		return nil, fmt.Errorf("build the request: %w", err)
	}
	if r.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.plain {
		// Otherwise net/http requests gzip and decompresses it.
		req.Header.Set("Accept-Encoding", "identity")
	}
	return c.http.Do(req)
}

// webPage reports whether a response is HTML, by its header or the start of its body.
func webPage(header http.Header, start []byte) bool {
	return strings.Contains(strings.ToLower(header.Get("Content-Type")), "html") ||
		bytes.HasPrefix(bytes.TrimSpace(start), []byte("<"))
}

// fill reads a body into a and returns why it ends early, if it does, or errWebPage.
func (a *listResponse) fill(resp *http.Response) error {
	a.body = slices.Grow(a.body[:0], int(max(bodyRoom, min(resp.ContentLength, bodyTrust)+1)))
	for checked := false; ; {
		if len(a.body) == cap(a.body) {
			a.body = slices.Grow(a.body, cap(a.body))
		}
		n, err := resp.Body.Read(a.body[len(a.body):cap(a.body)])
		a.body = a.body[:len(a.body)+n]
		if !checked && (len(a.body) >= pageStart || err != nil) {
			if checked = true; webPage(resp.Header, a.body[:min(len(a.body), pageStart)]) {
				return errWebPage
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// decode decodes into.body, which ends early because of cut, ignoring values of unexpected types.
func (c *Client) decode(cut error, into *listResponse) *fault {
	into.reset()
	if into.decoder != nil {
		into.decoder.mu.Lock()
		defer into.decoder.mu.Unlock()
	}
	if len(into.body) == 0 && cut == nil {
		return &fault{err: c.badAnswer("is empty"), tries: 1}
	}
	err := parseResponse(into.body, cut, into)
	var syntax syntaxError
	var bound boundError
	switch {
	case err == nil:
		into.complete()
		if cursor, ok := into.cursor(); ok && cursor != "" && into.size == 0 {
			return &fault{err: c.badAnswer("holds no entities in the middle of a list"), tries: emptyTries}
		}
		return nil
	case errors.As(err, &bound):
		return &fault{err: c.badAnswer("is larger than a catalog's answer may be (" + bound.Error() + ")"), tries: 1}
	case errors.As(err, &syntax):
		return &fault{err: c.badJSON(syntax), tries: 1}
	}
	// The rest are errors of reading the body: cut short, reset, too slow, too large.
	return c.networkFault(err)
}

// statusFault classifies refusals.
func (c *Client) statusFault(ctx context.Context, resp *http.Response) *fault {
	message := c.refusal(resp.Body)
	switch status := resp.StatusCode; {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		refused := c.unauthorized
		if status == http.StatusForbidden {
			refused = c.forbidden
		}
		if c.token.Refused() {
			// The token file has changed meanwhile.
			return &fault{err: refused(message), tries: 2}
		}
		return &fault{err: refused(message), tries: 1}
	case status == http.StatusNotFound:
		return c.notFound(ctx)
	case status == http.StatusTooManyRequests:
		wait, _ := transport.RetryAfter(resp.Header, time.Now(), maxWait)
		return &fault{err: c.rateLimited(wait), tries: maxTries}
	case status == http.StatusNotImplemented:
		return &fault{err: c.serverError(status, message), tries: 1}
	case status >= 500:
		// Reads are idempotent, and one failed page must not cost the list.
		e := c.serverError(status, message)
		e.Wait, _ = transport.RetryAfter(resp.Header, time.Now(), maxWait)
		return &fault{err: e, tries: maxTries}
	default:
		return &fault{err: c.unexpected(status, message), tries: 1}
	}
}

// refusal returns the message of Backstage's error envelope, safe and short, or nothing.
func (c *Client) refusal(body io.Reader) string {
	text, err := io.ReadAll(io.LimitReader(body, maxErrorBody))
	var envelope struct {
		Error struct {
			Message string `json:"message"`
		} `json:"error"`
	}
	if err != nil || json.Unmarshal(text, &envelope) != nil {
		return ""
	}
	message := []rune(c.safe(envelope.Error.Message))
	if len(message) > maxMessage {
		return string(message[:maxMessage]) + "..."
	}
	return string(message)
}

// notFound asks Backstage's readiness endpoint what a 404 means: Backstage answers 404 for
// missing plugins and for those that are not mounted yet.
func (c *Client) notFound(ctx context.Context) *fault {
	resp, err := c.send(ctx, request{method: http.MethodGet, path: readinessPath})
	if err != nil {
		return &fault{err: c.notBackstage(), tries: 1}
	}
	defer func() { _ = resp.Body.Close() }()
	switch resp.StatusCode {
	case http.StatusServiceUnavailable:
		return &fault{err: c.starting(), tries: maxTries}
	case http.StatusOK:
		// It may have become ready in between: try once more.
		return &fault{err: c.noCatalog(), tries: 2}
	default:
		return &fault{err: c.notBackstage(), tries: 1}
	}
}
