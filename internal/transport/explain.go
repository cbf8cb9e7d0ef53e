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

	"conviso-importer/internal/openfiles"
	"conviso-importer/internal/safetext"
)

// Explain returns in plain words why a request failed, as a clause: "the connection was
// refused". It contains neither the host and the setting, which the caller knows, nor Go's
// operation names such as "dial tcp". It is safe to print, except that the caller must mask
// secrets that a proxy may echo.
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
	for _, explain := range []func(error) string{openfiles.Explain, explainName, explainTLS, explainTimeout, explainSystem, explainResponse} {
		if text := explain(err); text != "" {
			return text
		}
	}
	return plain(err)
}

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
	// net/http has no names for these two errors.
	case strings.Contains(text, "TLS handshake timeout"):
		return fmt.Sprintf("timed out after %s in the TLS handshake", handshakeTime)
	case strings.Contains(text, "awaiting response headers"):
		return fmt.Sprintf("timed out after %s without an answer", headerTime)
	}
	return "timed out before the answer was complete"
}

func explainSystem(err error) string {
	var number syscall.Errno
	if !errors.As(err, &number) {
		return ""
	}
	if text, ok := map[syscall.Errno]string{
		syscall.ECONNREFUSED:  "the connection was refused",
		syscall.ECONNRESET:    "the connection was reset",
		syscall.EPIPE:         "the connection was closed",
		syscall.ECONNABORTED:  "the connection was closed",
		syscall.EHOSTUNREACH:  "no route to the host",
		syscall.ENETUNREACH:   "the network is unreachable",
		syscall.ENETDOWN:      "the network is down",
		syscall.EADDRNOTAVAIL: "this machine has no address or port left for the connection",
		syscall.EACCES:        "this machine does not allow the connection",
		syscall.EPERM:         "this machine does not allow the connection",
	}[number]; ok {
		return text
	}
	return safetext.Line(number.Error())
}

func explainResponse(err error) string {
	var corrupt flate.CorruptInputError
	text := err.Error()
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed),
		// net/http and its HTTP/2 have no names for these errors.
		strings.Contains(text, "server closed idle connection"), strings.Contains(text, "stream error:"), strings.Contains(text, "http2:"):
		return "the connection was closed before the answer was complete"
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, &corrupt):
		return "the compressed answer is damaged"
	case strings.Contains(text, "malformed"):
		return "the answer is not HTTP"
	}
	return ""
}

// plain returns the text of the innermost error without credentials of a URL.
func plain(err error) string {
	return safetext.Line(safetext.WithoutSecrets(innermost(err).Error()))
}

// innermost strips the operation that net and net/http add, such as `Get "https://…": dial tcp
// 10.0.0.1:443: `.
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
