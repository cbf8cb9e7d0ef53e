package transport

import (
	"errors"
	"fmt"
	"io"
	"net/url"

	"conviso-importer/internal/safetext"
)

// ErrTooLarge is met by errors.Is when an answer's decoded body passes its bound.
var ErrTooLarge = errors.New("the answer is too large")

// RedirectError is the refusal to follow a redirect.
type RedirectError struct {
	// Status is the HTTP status, 300 to 399.
	Status int
	// From and To are hosts, To made safe to print.
	From, To string
}

func newRedirectError(from *url.URL, location string, status int) *RedirectError {
	to := location
	if target, err := from.Parse(location); err == nil {
		to = target.Host + target.Path
	}
	return &RedirectError{Status: status, From: from.Host, To: safetext.Line(to)}
}

// Error names both ends and the usual reason.
func (e *RedirectError) Error() string {
	return fmt.Sprintf("%s redirects to %s (%d), which is refused because credentials would travel along; "+
		"is a login page or proxy in front of it? Set the base URL that answers by itself", e.From, e.To, e.Status)
}

// ForeignHostError is the refusal to send a request to a host that is not the configured one.
type ForeignHostError struct{ Host, Want string }

// Error names both hosts.
func (e *ForeignHostError) Error() string {
	return fmt.Sprintf("a request to %s was refused: only %s is configured", safetext.Line(e.Host), e.Want)
}

// bounded fails a body that is longer than its limit, counted after decompression.
type bounded struct {
	body  io.ReadCloser
	left  int64
	limit int64
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		// One more byte tells a body of exactly the limit from a longer one.
		var one [1]byte
		if n, err := b.body.Read(one[:]); n == 0 {
			return 0, err
		}
		return 0, fmt.Errorf("%w: more than %d MiB", ErrTooLarge, b.limit>>20)
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.body.Read(p)
	b.left -= int64(n)
	return n, err
}

// Close implements io.Closer.
func (b *bounded) Close() error { return b.body.Close() }
