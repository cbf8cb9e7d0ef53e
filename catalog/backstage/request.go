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
	// requestTime bounds one try from dialling to the last byte, so that a body which
	// drips for ever ends.
	requestTime = 2 * time.Minute
	// maxTries is how often a request is made in all when its fault may pass.
	maxTries = 4
	// stalledTries is the same for an answer that stood still: a stuck connection is worth
	// one other, but each costs half a minute.
	stalledTries = 2
	// firstPause precedes the second try; each later pause is twice as long.
	firstPause = 500 * time.Millisecond
	// maxWait is the longest wait that a server's Retry-After can ask for.
	maxWait = 2 * time.Minute
	// bodyRoom is the least room that is made for an answer, and bodyTrust the most that is made
	// because a header announces it.
	bodyRoom  = 64 << 10
	bodyTrust = 1 << 20
	// pageStart is how much of an answer shows whether it is a web page.
	pageStart = 512
	// maxErrorBody and maxMessage bound what is read of a refusal, and shown of its reason.
	maxErrorBody = 64 << 10
	maxMessage   = 200
)

// errWebPage ends the reading of a web page.
var errWebPage = errors.New("a web page")

// request is one call, which may take several tries.
type request struct {
	method, path string
	query        url.Values
	body         []byte
	// plain asks for an answer that is not compressed.
	plain bool
	// arrived, where there is one, is told of each body that has come whole, before it is read,
	// and how long it took to come, from its first byte on.
	arrived func(body []byte, took time.Duration)
}

// fault is why a try failed, and how many tries in all such a fault deserves.
type fault struct {
	err   error
	tries int
}

// call makes the request and reads its JSON answer into into, again where the fault may
// pass. A cancelled ctx is met by errors.Is; any other failure is an *Error.
func (c *Client) call(ctx context.Context, r request, into *listAnswer) error {
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
		// The random part keeps clients that failed together from coming back together.
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

// try makes the request once.
func (c *Client) try(ctx context.Context, r request, into *listAnswer) *fault {
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

// send starts the request; the caller closes the answer's body.
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
		// Without this header net/http asks for gzip, and undoes it unseen.
		req.Header.Set("Accept-Encoding", "identity")
	}
	return c.http.Do(req)
}

// webPage reports whether an answer is HTML, by its header or the beginning of its body.
func webPage(header http.Header, start []byte) bool {
	return strings.Contains(strings.ToLower(header.Get("Content-Type")), "html") ||
		bytes.HasPrefix(bytes.TrimSpace(start), []byte("<"))
}

// fill reads a response's body into a's memory and returns why it ends early, if it does, or
// errWebPage once it begins like a web page.
func (a *listAnswer) fill(resp *http.Response) error {
	a.body = slices.Grow(a.body[:0], int(max(bodyRoom, min(resp.ContentLength, bodyTrust)+1)))
	for looked := false; ; {
		if len(a.body) == cap(a.body) {
			a.body = slices.Grow(a.body, cap(a.body))
		}
		n, err := resp.Body.Read(a.body[len(a.body):cap(a.body)])
		a.body = a.body[:len(a.body)+n]
		if !looked && (len(a.body) >= pageStart || err != nil) {
			if looked = true; webPage(resp.Header, a.body[:min(len(a.body), pageStart)]) {
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

// decode reads the JSON document in into's body, which ends early where cut says why, forgiving
// values of unexpected types.
func (c *Client) decode(cut error, into *listAnswer) *fault {
	into.reset()
	if into.quick != nil {
		into.quick.busy.Lock()
		defer into.quick.busy.Unlock()
	}
	if len(into.body) == 0 && cut == nil {
		return &fault{err: c.badAnswer("is empty"), tries: 1}
	}
	err := readAnswer(into.body, cut, into)
	var syntax syntaxError
	var bound boundError
	switch {
	case err == nil:
		into.complete()
		return nil
	case errors.As(err, &bound):
		return &fault{err: c.badAnswer("is larger than a catalog's answer may be (" + bound.Error() + ")"), tries: 1}
	case errors.As(err, &syntax):
		return &fault{err: c.badJSON(syntax), tries: 1}
	}
	// What is left is the body's own trouble: cut short, reset, too slow, too large.
	return c.networkFault(err)
}

// statusFault tells the refusals apart.
func (c *Client) statusFault(ctx context.Context, resp *http.Response) *fault {
	message := c.refusal(resp.Body)
	switch status := resp.StatusCode; {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		refused := c.unauthorized
		if status == http.StatusForbidden {
			refused = c.forbidden
		}
		if c.token.Refused() {
			// There is another token by now.
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
		// Reading again harms nobody, and one page that failed must not cost the list.
		e := c.serverError(status, message)
		e.Wait, _ = transport.RetryAfter(resp.Header, time.Now(), maxWait)
		return &fault{err: e, tries: maxTries}
	default:
		return &fault{err: c.unexpected(status, message), tries: 1}
	}
}

// refusal returns the reason that Backstage's error envelope gives, safe and short, or
// nothing where there is none.
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

// notFound asks the Backstage's readiness what a 404 means: before its plugins are mounted
// it answers 404 for them, exactly as it does for a plugin that it does not have.
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
		// It may have become ready between the two questions, so ask once more.
		return &fault{err: c.noCatalog(), tries: 2}
	default:
		return &fault{err: c.notBackstage(), tries: 1}
	}
}
