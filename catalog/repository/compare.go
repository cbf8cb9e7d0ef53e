package repository

import (
	"strings"

	"conviso-importer/internal/text"
)

// Compared returns the form in which two addresses of one repository are the same text: host and path,
// the host in lower case, without scheme, user, usual port, ".git" and trailing slashes. It is "" for no address.
func Compared(address string) string {
	address, _ = Clone(address)
	return compared(address)
}

// compared is Compared of what Clone returned.
func compared(address string) string {
	scheme, rest, found := cutScheme(address)
	if !found {
		// In the short form of SSH a colon ends the host.
		scheme, rest = "ssh", strings.Replace(address, ":", "/", 1)
	}
	host, path, _ := strings.Cut(rest, "/")
	host = strings.ToLower(host[strings.LastIndexByte(host, '@')+1:])
	host = strings.TrimSuffix(host, usualPort(scheme))
	path = strings.TrimSuffix(strings.Trim(path, "/"), ".git")
	return strings.TrimRight(host+"/"+strings.TrimRight(path, "/"), "/")
}

func usualPort(scheme string) string {
	switch scheme {
	case "https":
		return ":443"
	case "http":
		return ":80"
	case "git":
		return ":9418"
	}
	return ":22"
}

// Key returns a hash of the compared form, 0 for no address.
func Key(address string) uint64 { return hash(Compared(address)) }

// Key is Key(a.URL), in half the time: lists have it for every row.
func (a Address) Key() uint64 { return hash(compared(a.URL)) }

func hash(compared string) uint64 {
	if compared == "" {
		return 0
	}
	return max(text.Hash(compared), 1)
}
