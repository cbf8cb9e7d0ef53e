package safetext

import (
	"net/url"
	"regexp"
	"strings"
)

// maxURL is how long an address may be that is handed on; terminals and browsers refuse or cut
// longer ones.
const maxURL = 2000

// WebURL reports whether text is an address of the web that may be handed to a browser, or to a
// terminal as the target of a link: http or https with a host and without credentials, in
// printable ASCII without blanks and without the characters that RFC 3986 keeps out of URLs.
func WebURL(text string) bool {
	rest, ok := strings.CutPrefix(text, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(text, "http://")
	}
	if !ok || rest == "" || len(text) > maxURL || !strings.ContainsRune(hostStarts, rune(rest[0])) {
		return false
	}
	for i := range len(text) {
		if c := text[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"'<>\\^`{|}", c) >= 0 {
			return false
		}
	}
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && u.User == nil
}

// hostStarts are the characters that a host begins with; the bracket is an IPv6 address's.
const hostStarts = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789["

// userinfo is the user and password of a URL within a text.
var userinfo = regexp.MustCompile(`//[^/@\s"]*@`)

// WithoutUser returns text without the user and password of the URLs in it: errors of net/http
// quote a proxy's address whole, and servers what they were sent.
func WithoutUser(text string) string { return userinfo.ReplaceAllString(text, "//") }
