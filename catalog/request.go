package catalog

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
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
	// readBuffer is how much of an answer is taken from the connection at once.
	readBuffer = 64 << 10
	// maxErrorBody and maxMessage bound what is read of a refusal, and shown of its reason.
	maxErrorBody = 64 << 10
	maxMessage   = 200
)

// request is one call, which may take several tries.
type request struct {
	method, path string
	query        url.Values
	body         []byte
	// plain asks for an answer that is not compressed.
	plain bool
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

// sleep waits for d or until ctx ends, whose error it then returns.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
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
	body := bufio.NewReaderSize(resp.Body, readBuffer)
	if webPage(resp.Header, body) {
		return &fault{err: c.webPageError(resp.StatusCode), tries: 1}
	}
	if failed := c.decode(body, into); failed != nil {
		return failed
	}
	into.took = time.Since(began)
	// A body read to its end leaves the connection usable for the next page.
	_, _ = io.CopyN(io.Discard, body, maxErrorBody)
	return nil
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

// webPage says whether the answer is HTML, by its header or its first byte.
func webPage(header http.Header, body *bufio.Reader) bool {
	if strings.Contains(strings.ToLower(header.Get("Content-Type")), "html") {
		return true
	}
	// A short or failed read shows up again when the body is decoded.
	start, _ := body.Peek(512)
	return bytes.HasPrefix(bytes.TrimSpace(start), []byte("<"))
}

// decode reads one JSON document into into, whose memory it uses again, forgiving values of
// unexpected types.
func (c *Client) decode(body *bufio.Reader, into *listAnswer) *fault {
	*into = listAnswer{raw: into.raw[:0], ends: into.ends[:0]}
	if _, err := body.Peek(1); errors.Is(err, io.EOF) {
		return &fault{err: c.badAnswer("is empty"), tries: 1}
	}
	err := readAnswer(body, into)
	var syntax syntaxError
	var bound boundError
	switch {
	case err == nil:
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
