package transport

import (
	"compress/flate"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"conviso-importer/internal/safetext"
)

// Explain returns in plain words what kept a request from its answer, as a clause without a
// final stop: "the connection was refused". It does not name the host or a setting, which its
// caller knows, and none of Go's own words for an operation, such as "dial tcp". It is safe to
// print but for what the caller must mask, such as a token that a proxy may have echoed.
func Explain(err error) string {
	var (
		redirect *RedirectError
		foreign  *ForeignHostError
		proxy    *ProxyError
	)
	switch {
	case errors.As(err, &redirect):
		return redirect.Error()
	case errors.As(err, &foreign):
		return foreign.Error()
	case errors.As(err, &proxy):
		return proxy.Error()
	case errors.Is(err, ErrTooLarge), errors.Is(err, ErrStalled):
		return plain(err)
	case errors.Is(err, context.Canceled):
		return "it was cancelled"
	}
	for _, explain := range []func(error) string{explainName, explainTLS, explainTimeout, explainSystem, explainAnswer} {
		if text := explain(err); text != "" {
			return text
		}
	}
	return plain(err)
}

// explainName explains a host's name that was not resolved.
func explainName(err error) string {
	var name *net.DNSError
	switch {
	case !errors.As(err, &name):
		return ""
	case name.IsNotFound:
		return "no such host"
	case name.IsTimeout:
		return "the name server did not answer in time"
	}
	return "the name server cannot resolve the host's name"
}

// explainTLS explains why no encrypted connection came about.
func explainTLS(err error) string {
	var (
		record  tls.RecordHeaderError
		failed  *net.OpError
		problem string
	)
	if certificate, untrusted := Untrusted(err); untrusted {
		return "the certificate is not trusted: " + certificate
	}
	switch text := innermost(err).Error(); {
	case errors.Is(err, http.ErrSchemeMismatch):
		return "the server speaks plain HTTP where HTTPS was expected"
	case errors.As(err, &record):
		return "the server does not speak TLS"
	case errors.As(err, &failed) && failed.Op == "remote error":
		problem = "the server says "
	case !strings.HasPrefix(text, "tls: "):
		return ""
	}
	return "the TLS handshake failed: " + problem + strings.TrimPrefix(plain(err), "tls: ")
}

// explainTimeout explains which of the times was over.
func explainTimeout(err error) string {
	var (
		timeout net.Error
		failed  *net.OpError
	)
	if !errors.Is(err, context.DeadlineExceeded) && !(errors.As(err, &timeout) && timeout.Timeout()) {
		return ""
	}
	text := innermost(err).Error()
	switch {
	case errors.As(err, &failed) && failed.Op == "dial":
		return fmt.Sprintf("timed out after %s while connecting", connectTime)
	// These two errors of net/http have no names.
	case strings.Contains(text, "TLS handshake timeout"):
		return fmt.Sprintf("timed out after %s in the TLS handshake", handshakeTime)
	case strings.Contains(text, "awaiting response headers"):
		return fmt.Sprintf("timed out after %s without an answer", headerTime)
	}
	return "timed out before the answer was complete"
}

// explainSystem explains what the operating system reported.
func explainSystem(err error) string {
	var number syscall.Errno
	if !errors.As(err, &number) {
		return ""
	}
	switch number {
	case syscall.ECONNREFUSED:
		return "the connection was refused"
	case syscall.ECONNRESET:
		return "the connection was reset"
	case syscall.EPIPE, syscall.ECONNABORTED:
		return "the connection was closed"
	case syscall.EHOSTUNREACH:
		return "no route to the host"
	case syscall.ENETUNREACH:
		return "the network is unreachable"
	case syscall.ENETDOWN:
		return "the network is down"
	case syscall.EADDRNOTAVAIL:
		return "this machine has no address or port left for the connection"
	case syscall.EACCES, syscall.EPERM:
		return "this machine does not allow the connection"
	case syscall.EMFILE:
		return "this program has too many files open"
	default:
		return safetext.Line(number.Error())
	}
}

// explainAnswer explains an answer that ended too early or is not what it should be.
func explainAnswer(err error) string {
	var corrupt flate.CorruptInputError
	text := err.Error()
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed),
		// What net/http reports of a connection that the server closed, and of one of HTTP/2,
		// has no name.
		strings.Contains(text, "server closed idle connection"), strings.Contains(text, "stream error:"), strings.Contains(text, "http2:"):
		return "the connection was closed before the answer was complete"
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, &corrupt):
		return "the compressed answer is damaged"
	case strings.Contains(text, "malformed"):
		return "the answer is not HTTP"
	}
	return ""
}

// plain returns an error's own text, without what was being done and with whom, and without
// the credentials of a URL.
func plain(err error) string {
	return safetext.Line(safetext.WithoutUser(innermost(err).Error()))
}

// innermost leaves out what packages net and net/http say of the operation that failed, such
// as `Get "https://…": dial tcp 10.0.0.1:443: `.
func innermost(err error) error {
	for {
		var request *url.Error
		var operation *net.OpError
		switch {
		case errors.As(err, &request) && request.Err != nil:
			err = request.Err
		case errors.As(err, &operation) && operation.Err != nil:
			err = operation.Err
		default:
			return err
		}
	}
}
