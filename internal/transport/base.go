package transport

import (
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"conviso-importer/internal/safetext"
)

// ParseBase parses a base URL: https, or http on loopback; no user, query or fragment. It
// normalises the URL: lower-case host, no default port, clean path without trailing slash. The
// error follows the setting's name: "BACKSTAGE_URL " + err.Error().
func ParseBase(raw string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || u.Hostname() == "" || u.Opaque != "" || safetext.Changed(u.Host+u.Path) || !validPort(u.Port()) {
		return nil, fmt.Errorf("is not a URL; write it like https://backstage.example.com")
	}
	u.Host = strings.ToLower(u.Host)
	// Errors quote only the host: anything else may be a credential.
	host := safetext.Line(u.Host)
	switch {
	case u.User != nil:
		return nil, fmt.Errorf("must not carry a user or password; credentials have settings of their own")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, fmt.Errorf("must not carry a query or fragment; write the base URL alone, like https://%s", host)
	case u.Scheme == "https":
	case u.Scheme == "http" && isLoopback(u.Hostname()):
	case u.Scheme == "http":
		return nil, fmt.Errorf("\"http://%s\" is not https, and credentials would travel in clear text; use https (http is for loopback hosts)", host)
	default:
		return nil, fmt.Errorf("must begin with https://")
	}
	u.Host = strings.TrimSuffix(u.Host, ":"+map[string]string{"https": "443", "http": "80"}[u.Scheme])
	u.Host = strings.TrimSuffix(u.Host, ":")
	// Treat an escaped slash as a slash before JoinPath cleans the path.
	u.RawPath = ""
	u = u.JoinPath()
	u.Path = strings.TrimRight(u.Path, "/")
	return u, nil
}

// validPort reports whether a URL has no port or one to connect to.
func validPort(port string) bool {
	if port == "" {
		return true
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n > 0
}

// isLoopback reports whether a lower-case host without port can only be this machine. It
// ignores unusual spellings of addresses, which resolvers read differently.
func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
