package backstage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/internal/safetext"
	"conviso-importer/internal/secret"
	"conviso-importer/internal/transport"
)

// failure returns an Error whose message starts with the catalog's host.
func (c *Client) failure(reason error, status int, format string, args ...any) *Error {
	return &Error{Host: c.base.Host, Status: status, Reason: reason,
		sentence: c.safe("the catalog at " + c.base.Host + " " + fmt.Sprintf(format, args...))}
}

// safe removes control characters and the token, which a server or proxy may echo.
func (c *Client) safe(text string) string { return safetext.Line(c.token.Mask(text)) }

// reasonGiven returns the server's message in brackets.
func reasonGiven(message string) string {
	if message == "" {
		return ""
	}
	return " (" + message + ")"
}

func (c *Client) unauthorized(message string) *Error {
	const status = http.StatusUnauthorized
	switch {
	case c.token.IsZero() && c.noToken != "":
		return c.refused(true, catalog.ErrNoToken, status, "wants a token%s: %s", reasonGiven(message), c.noToken)
	case c.token.IsZero():
		return c.refused(true, catalog.ErrNoToken, status, "wants a token%s: set %s to one of "+
			"backend.auth.externalAccess in the Backstage's app-config", reasonGiven(message), c.tokenSetting)
	case strings.EqualFold(message, "Missing credentials"):
		return c.refused(true, catalog.ErrTokenRefused, status, "saw no credentials although a token was sent: "+
			"a proxy on the way drops the Authorization header; let it pass, or set BACKSTAGE_URL to the backend itself")
	}
	return c.refused(false, catalog.ErrTokenRefused, status, "refused the token%s: compare %s with "+
		"backend.auth.externalAccess in the Backstage's app-config%s", reasonGiven(message), c.setting(), c.rereads())
}

func (c *Client) forbidden(message string) *Error {
	return c.refused(false, catalog.ErrForbidden, http.StatusForbidden, "does not let this token read it%s: allow the plugin catalog "+
		"in the token's accessRestrictions, or set %s to another one%s", reasonGiven(message), c.setting(), c.rereads())
}

// refused is failure for a refused or missing token. The message starts with its setting.
func (c *Client) refused(missing bool, reason error, status int, format string, args ...any) *Error {
	refused := &secret.RefusedError{Setting: c.tokenSetting, By: "Backstage", Missing: missing, Rereads: c.token.Rereads()}
	e := c.failure(reason, status, format, args...)
	e.sentence, e.cause = refused.Error()+": "+e.sentence, refused
	return e
}

// setting says where to change the token.
func (c *Client) setting() string {
	if c.token.Rereads() {
		return "the token in the file of " + c.tokenSetting
	}
	return c.tokenSetting
}

// rereads says when a changed token takes effect, if not at the next start.
func (c *Client) rereads() string {
	if c.token.Rereads() {
		return "; the next try reads the file again"
	}
	return ""
}

func (c *Client) rateLimited(wait time.Duration) *Error {
	e := c.failure(ErrRateLimited, http.StatusTooManyRequests, "limits requests; try again later")
	if wait > 0 {
		e = c.failure(ErrRateLimited, http.StatusTooManyRequests, "limits requests; try again in %s", wait.Round(time.Second))
	}
	e.Wait = wait
	return e
}

func (c *Client) serverError(status int, message string) *Error {
	return c.failure(catalog.ErrUnavailable, status, "answered %s%s; try again later", statusText(status), reasonGiven(message))
}

func (c *Client) unexpected(status int, message string) *Error {
	return c.failure(ErrBadAnswer, status, "answered %s%s, which this program did not expect; "+
		"check that BACKSTAGE_URL is a Backstage backend", statusText(status), reasonGiven(message))
}

func (c *Client) starting() *Error {
	return c.failure(ErrStarting, http.StatusNotFound, "is not ready: the Backstage is still starting; try again in a minute")
}

func (c *Client) noCatalog() *Error {
	return c.failure(ErrNotBackstage, http.StatusNotFound, "does not exist: the Backstage there is ready but has nothing "+
		"under /api/catalog; install its catalog plugin, or set BACKSTAGE_URL to the backend that has it")
}

func (c *Client) notBackstage() *Error {
	return c.failure(ErrNotBackstage, http.StatusNotFound, "does not exist (404 for /%s): "+
		"set BACKSTAGE_URL to the base URL of a Backstage backend", byQueryPath)
}

func (c *Client) webPageError(status int) *Error {
	return c.failure(ErrWebPage, status, "answered with a web page instead of data: set BACKSTAGE_URL to the Backstage's "+
		"backend, not its web application, at an address without a login page in front")
}

func (c *Client) badAnswer(problem string) *Error {
	return c.failure(ErrBadAnswer, http.StatusOK, "sent an answer that %s: check that BACKSTAGE_URL is a "+
		"Backstage backend and that no proxy changes its answers", problem)
}

func (c *Client) badJSON(err error) *Error {
	return c.badAnswer("is not valid JSON (" + safetext.Line(err.Error()) + ")")
}

func statusText(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
}

// networkFault explains why no response arrived. A broken connection is worth a retry, a failed dial is not.
func (c *Client) networkFault(err error) *fault {
	e, tries := c.networkError(err)
	e.cause = err
	return &fault{err: e, tries: tries}
}

func (c *Client) networkError(err error) (*Error, int) {
	var (
		redirect *transport.RedirectError
		proxy    *transport.ProxyError
		name     *net.DNSError
		dial     *net.OpError
		timeout  net.Error
		coding   *transport.CodingError
	)
	why := transport.Explain(err)
	certificate, untrusted := transport.Untrusted(err)
	switch {
	case untrusted:
		return c.failure(catalog.ErrUnavailable, 0, "shows a certificate that is not trusted: %s", certificate), 1
	case errors.As(err, &redirect):
		e := c.failure(ErrBadAnswer, redirect.Status, "")
		e.sentence = c.safe(why)
		return e, 1
	case errors.As(err, &proxy):
		return c.failure(catalog.ErrUnavailable, 0, "cannot be reached: %s", why), 1
	case errors.As(err, &coding):
		return c.failure(ErrBadAnswer, http.StatusOK, "could not be read: %s", why), 1
	case errors.Is(err, transport.ErrTooLarge):
		return c.badAnswer("is too large (" + strings.TrimPrefix(why, transport.ErrTooLarge.Error()+": ") + ")"), 1
	case errors.As(err, &name):
		return c.failure(catalog.ErrUnavailable, 0, "cannot be reached: %s; check BACKSTAGE_URL and the network's name server", why), 1
	case errors.Is(err, syscall.ECONNREFUSED):
		return c.failure(catalog.ErrUnavailable, 0, "cannot be reached: %s; check BACKSTAGE_URL and that the Backstage is running", why), 1
	case errors.As(err, &dial) && dial.Op == "dial":
		return c.failure(catalog.ErrUnavailable, 0, "cannot be reached: %s; check BACKSTAGE_URL and the network", why), 1
	case errors.Is(err, transport.ErrStalled):
		return c.failure(catalog.ErrUnavailable, 0, "could not be read: %s; try again later, or check the network", why), stalledTries
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return c.failure(catalog.ErrUnavailable, 0, "did not answer in time (%s); try again later, or check BACKSTAGE_URL", why), 1
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return c.failure(catalog.ErrUnavailable, 0, "broke off (%s); try again later", why), maxTries
	}
	return c.failure(catalog.ErrUnavailable, 0, "could not be read: %s; try again, or check BACKSTAGE_URL and the network", why), maxTries
}
