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

// RedirectError is a refused redirect.
type RedirectError struct {
	Status   int    // the HTTP status, 300 to 399
	From, To string // hosts; To includes the path and is safe to print
}

func newRedirectError(from *url.URL, location string, status int) *RedirectError {
	// Leave long texts out: half of an echoed credential cannot be masked.
	const most = 200
	to := "another address"
	if target, err := from.Parse(location); err == nil {
		host := target.Host
		if host == from.Host && target.Scheme != from.Scheme {
			// Otherwise the host would seem to redirect to itself.
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

// ForeignHostError is a refused request to a host other than the configured one.
type ForeignHostError struct{ Host, Want string }

// Error names both hosts.
func (e *ForeignHostError) Error() string {
	return fmt.Sprintf("a request to %s was refused: only %s is configured", safetext.Line(e.Host), e.Want)
}

// ProxyError is a proxy that did not connect to the host, which has therefore not seen the
// request.
type ProxyError struct {
	Proxy, Host string // Proxy and Host include their ports, but no credentials
	Status      int    // the proxy's HTTP status, or 0 without a response
	Err         error  // the network's error, or nil
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

// Unwrap returns the network's error.
func (e *ProxyError) Unwrap() error { return e.Err }

// CodingError is an answer in a content coding that was not asked for and is not undone.
type CodingError struct{ Coding string }

// Error names the coding and the next step, as a clause.
func (e *CodingError) Error() string {
	return fmt.Sprintf("the answer is compressed as %q, which was not asked for and cannot be undone; "+
		"have the proxy or server in between keep to Accept-Encoding, which says gzip or identity", e.Coding)
}

// Untrusted describes the certificate that err refuses, as a clause: subject, issuer, reason
// and remedy. It is safe to print; false if err is about something else.
func Untrusted(err error) (string, bool) {
	var refused *tls.CertificateVerificationError
	if !errors.As(err, &refused) {
		return "", false
	}
	who := ""
	if len(refused.UnverifiedCertificates) > 0 {
		leaf := refused.UnverifiedCertificates[0]
		who = fmt.Sprintf("issued for %q by %q, ", certificateName(leaf.Subject, leaf.DNSNames), certificateName(leaf.Issuer, nil))
	}
	return safetext.Line(who + strings.TrimPrefix(refused.Err.Error(), "x509: ") + "; " + advice(err, refused.Err)), true
}

// certificateName returns the shortest distinguishing name.
func certificateName(name pkix.Name, hosts []string) string {
	switch {
	case name.CommonName != "":
		return name.CommonName
	case len(hosts) > 0:
		return hosts[0]
	}
	return name.String()
}

// advice returns the remedy for a refused certificate: whole is the request's error, err its reason.
func advice(whole, err error) string {
	var (
		host    x509.HostnameError
		invalid x509.CertificateInvalidError
		tried   *distrust
	)
	switch {
	case errors.As(err, &host):
		return "check the address, since CONVISO_CA_FILE cannot help here"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "have it renewed and check this machine's clock, since CONVISO_CA_FILE cannot help here"
	case errors.As(whole, &tried):
		return tried.advice()
	}
	return "if your organisation issued it, name a PEM file of its certificates in CONVISO_CA_FILE"
}
