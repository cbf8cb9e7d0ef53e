package safetext

import (
	"net/url"
	"strings"
)

// maxURL is in bytes; terminals and browsers refuse or cut longer ones.
const maxURL = 2000

// WebURL reports whether text may go to a browser or into a hyperlink: http or https with a host,
// no credentials, and only printable ASCII that RFC 3986 allows.
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

// hostStarts are the first characters of hosts; the bracket is for IPv6.
const hostStarts = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789["
