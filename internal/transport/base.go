package transport

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"conviso-importer/internal/safetext"
)

// ParseBase reads a base URL: https, or http where the host is loopback; no user, query or
// fragment; a trailing slash is dropped. The error is a clause that fits after the setting's
// name: "BACKSTAGE_URL " + err.Error().
func ParseBase(raw string) (*url.URL, error) {
	shown := safetext.Line(raw)
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || u.Host == "" || u.Hostname() == "" || u.Opaque != "" {
		return nil, fmt.Errorf("is not a URL; write it like https://backstage.example.com")
	}
	switch {
	case u.User != nil:
		return nil, fmt.Errorf("must not carry a user or password; credentials have settings of their own")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, fmt.Errorf("%q must not carry a query or fragment; write the base URL alone", shown)
	case u.Scheme == "https":
	case u.Scheme == "http" && Loopback(u.Hostname()):
	case u.Scheme == "http":
		return nil, fmt.Errorf("%q is not https, and credentials would travel in clear text; use https (http is for loopback hosts)", shown)
	default:
		return nil, fmt.Errorf("%q has the scheme %q; use https", shown, safetext.Line(u.Scheme))
	}
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = ""
	u.Host = strings.ToLower(u.Host)
	return u, nil
}

// Loopback says whether a host name without its port can only be this machine.
func Loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// RetryAfter reads a Retry-After header: seconds or an HTTP date, never negative, at most
// limit. It returns false for an absent or nonsensical value.
func RetryAfter(header http.Header, now time.Time, limit time.Duration) (time.Duration, bool) {
	value := strings.TrimSpace(header.Get("Retry-After"))
	if value == "" {
		return 0, false
	}
	if n, err := strconv.ParseUint(value, 10, 63); err == nil {
		if n > uint64(limit/time.Second) {
			return limit, true
		}
		return time.Duration(n) * time.Second, true
	}
	if strings.Trim(value, "0123456789") == "" {
		return limit, true
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	return min(max(0, at.Sub(now)), limit), true
}
