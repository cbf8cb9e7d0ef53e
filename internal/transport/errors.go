package transport

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"conviso-importer/internal/safetext"
)

// RedirectError is the refusal to follow a redirect.
type RedirectError struct {
	// Status is the HTTP status, 300 to 399.
	Status int
	// From and To are hosts, To made safe to print and with the path that it leads to.
	From, To string
}

func newRedirectError(from *url.URL, location string, status int) *RedirectError {
	// What is too long is left out whole: half of an echoed credential is not masked.
	const most = 200
	to := "another address"
	if target, err := from.Parse(location); err == nil {
		host := target.Host
		if host == from.Host && target.Scheme != from.Scheme {
			// It would otherwise seem to lead to itself.
			host = target.Scheme + "://" + host
		}
		switch {
		case len(host+target.Path) <= most:
			to = host + target.Path
		case len(host) <= most:
			to = host
		}
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

// ProxyError is a proxy that opened no way to the configured host, which has certainly seen
// nothing of the request then.
type ProxyError struct {
	// Proxy and Host are names with their ports, without any user or password.
	Proxy, Host string
	// Status is what the proxy answered, or 0 where none came.
	Status int
	// Err is what kept an answer from coming, or nil.
	Err error
}

// Error names the proxy, the host and the setting.
func (e *ProxyError) Error() string {
	proxy, host := safetext.Line(e.Proxy), safetext.Line(e.Host)
	switch {
	case e.Status == http.StatusProxyAuthRequired:
		return fmt.Sprintf("the proxy %s wants a user and a password that it knows (407); write them into HTTPS_PROXY like "+
			"http://user:password@%s, or name %s in NO_PROXY", proxy, proxy, host)
	case e.Status != 0:
		return fmt.Sprintf("the proxy %s answered %d %s instead of opening the way to %s; ask its keeper to allow it, or name that host in NO_PROXY",
			proxy, e.Status, http.StatusText(e.Status), host)
	}
	return fmt.Sprintf("the proxy %s gives no connection (%s); correct HTTPS_PROXY, or name %s in NO_PROXY", proxy, Explain(e.Err), host)
}

// Unwrap returns what kept an answer from coming.
func (e *ProxyError) Unwrap() error { return e.Err }

// Untrusted describes the certificate that err refuses as a clause: whom it names, who
// issued it, what is wrong with it and what helps. It is safe to print, and false where err
// is about something else.
func Untrusted(err error) (string, bool) {
	var refused *tls.CertificateVerificationError
	if !errors.As(err, &refused) {
		return "", false
	}
	who := ""
	if len(refused.UnverifiedCertificates) > 0 {
		leaf := refused.UnverifiedCertificates[0]
		who = fmt.Sprintf("issued for %q by %q, ", named(leaf.Subject, leaf.DNSNames), named(leaf.Issuer, nil))
	}
	return safetext.Line(who + strings.TrimPrefix(refused.Err.Error(), "x509: ") + "; " + advice(refused.Err)), true
}

// named is the shortest name that tells one certificate from another.
func named(name pkix.Name, hosts []string) string {
	switch {
	case name.CommonName != "":
		return name.CommonName
	case len(hosts) > 0:
		return hosts[0]
	}
	return name.String()
}

// advice is what helps against the refusal of a certificate.
func advice(err error) string {
	var (
		host    x509.HostnameError
		invalid x509.CertificateInvalidError
	)
	switch {
	case errors.As(err, &host):
		return "check the address, since CONVISO_CA_FILE cannot help here"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "have it renewed and check this machine's clock, since CONVISO_CA_FILE cannot help here"
	}
	return "if your organisation issued it, name a PEM file of its certificates in CONVISO_CA_FILE"
}
