package repository

import (
	"strings"
	"unicode"

	"conviso-importer/internal/safetext"
)

// Clone returns the address that git clone takes for text: an address as a browser shows it, or one that
// git takes already, with or without the type that Backstage writes in front of a location. Its result has
// no query, and no user but in the forms of SSH; applied to itself it stays as it is.
func Clone(text string) (string, Problem) {
	if text = withoutType(tidy(text)); text == "" {
		return "", None
	}
	text, query := cutQuery(safetext.WithoutSecrets(text))
	if text = strings.TrimRight(text, " "); isLocal(text) || isLocal(strings.TrimRight(text, " /")) {
		return "", Local
	}
	if !strings.Contains(text, "://") {
		return short(text)
	}
	// With CodeCommit's helper for git a region stands for the scheme.
	helper := ""
	if strings.HasPrefix(text, codeCommitHelper) {
		helper = codeCommitHelper
	}
	scheme, rest, found := cutScheme(text[len(helper):])
	if !found {
		return asItIs(text)
	}
	authority, path, _ := strings.Cut(rest, "/")
	user, host := cutUser(authority)
	path = strings.Trim(path, "/")
	switch {
	case helper != "" || scheme == "codecommit":
		if host != "" && path == "" && !strings.Contains(rest, " ") {
			return helper + scheme + "://" + host, None
		}
	case scheme == "http" || scheme == "https":
		if host = strings.ToLower(host); validHost(host) {
			return browsed(scheme, host, path, query)
		}
	case isSSH(scheme) || scheme == "git":
		if user, _, _ = strings.Cut(user, ":"); user != "" && isSSH(scheme) {
			user += "@"
		} else {
			user = ""
		}
		if path != "" && validHost(host) && !strings.ContainsAny(user+path, " \"<>`\\") {
			return scheme + "://" + user + host + "/" + path, None
		}
	}
	return asItIs(text)
}

const codeCommitHelper = "codecommit::"

func isSSH(scheme string) bool { return scheme == "ssh" || scheme == "git+ssh" || scheme == "ssh+git" }

// browsed returns the clone address for one that a browser shows.
func browsed(scheme, host, path, query string) (string, Problem) {
	segments := split(strings.ReplaceAll(path, " ", "%20"))
	for {
		name, kept := onHost(host, segments, query)
		switch {
		case len(kept) == 0:
			return asItIs(scheme + "://" + host + "/" + strings.Join(segments, "/"))
		case name == host && len(kept) >= len(segments):
			return scheme + "://" + name + "/" + strings.Join(kept, "/"), None
		}
		// What is left of an odd path may look like a browser's address again.
		host, segments = name, kept
	}
}

// split returns the segments of a path.
func split(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
}

// short reads the forms without a scheme: user@host:path of SSH, and the one of CodeCommit's helper.
func short(text string) (string, Problem) {
	host, path, found := strings.Cut(text, ":")
	first, _, _ := strings.Cut(path, "/")
	if !strings.Contains(host, ".") {
		first = path
	}
	if at := strings.LastIndexByte(first, '@'); found && at > 0 && !strings.Contains(host, "/") {
		// No form has a password here.
		return Clone(path[at+1:])
	}
	path = strings.TrimRight(path, "/")
	user, name := cutUser(host)
	if path == "" || strings.Contains(path, " ") || !validHost(name) || strings.ContainsAny(user, "/ ") || user == "" && !strings.Contains(name, ".") {
		return asItIs(text)
	}
	return host + ":" + path, None
}

// asItIs returns what was not understood, without what may be a secret.
func asItIs(text string) (string, Problem) {
	scheme, rest, found := cutScheme(text)
	if !found {
		first, _, _ := strings.Cut(text, "/")
		if strings.Contains(text, "://") {
			first = text
		}
		if at := strings.LastIndexByte(first, '@'); at >= 0 {
			return Clone(text[at+1:])
		}
		return strings.TrimRight(text, "/ "), NotUnderstood
	}
	authority, path, _ := strings.Cut(rest, "/")
	_, host := cutUser(authority)
	return strings.TrimRight(scheme+"://"+host+"/"+path, "/ "), NotUnderstood
}

// tidy makes white space blanks and drops blanks at the ends, control characters and what is no text.
func tidy(text string) string {
	if strings.IndexFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) < 0 {
		return strings.TrimSpace(text)
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r) || r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, text))
}

// withoutType drops "url:" and other types of locations in front of an address.
func withoutType(text string) string {
	for {
		if kind, rest, found := strings.Cut(text, ":"); found && strings.EqualFold(kind, "url") {
			text = strings.TrimSpace(rest)
			continue
		}
		before, _, found := strings.Cut(text, "://")
		colon := strings.IndexByte(before, ':')
		if !found || colon < 0 || !isScheme(before[colon+1:]) || strings.Trim(before[:colon], "abcdefghijklmnopqrstuvwxyz/-") != "" {
			return text
		}
		text = text[colon+1:]
	}
}

// IsLocal reports whether text is a path on somebody's disk.
func IsLocal(text string) bool { return isLocal(withoutType(tidy(text))) }

func isLocal(text string) bool {
	lower := strings.ToLower(text)
	for _, start := range []string{"dir:", "file:", "/", `\`, "~", "./", "../", `.\`, `..\`} {
		if strings.HasPrefix(lower, start) {
			return true
		}
	}
	drive := len(text) > 2 && text[1] == ':' && (text[2] == '\\' || text[2] == '/') && lower[0] >= 'a' && lower[0] <= 'z'
	return drive || text == "." || text == ".."
}

// cutScheme splits text at "://"; the scheme is in lower case.
func cutScheme(text string) (scheme, rest string, found bool) {
	scheme, rest, found = strings.Cut(text, "://")
	if !found || !isScheme(scheme) {
		return "", text, false
	}
	return strings.ToLower(scheme), rest, true
}

func isScheme(text string) bool {
	for i, r := range text {
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if !letter && (i == 0 || !strings.ContainsRune("0123456789+.-", r)) {
			return false
		}
	}
	return text != ""
}

// cutQuery cuts off a query and a fragment and returns them.
func cutQuery(text string) (rest, query string) {
	end := strings.IndexAny(text, "?#")
	if end < 0 {
		return text, ""
	}
	return text[:end], text[end+1:]
}

func cutUser(authority string) (user, host string) {
	at := strings.LastIndexByte(authority, '@')
	return authority[:max(at, 0)], authority[at+1:]
}

// validHost reports whether text is a name or an address, with or without a port.
func validHost(text string) bool {
	name, port, _ := strings.Cut(text, ":")
	if strings.HasPrefix(text, "[") {
		if name, port, _ = strings.Cut(text[1:], "]"); strings.Trim(name, "0123456789abcdefABCDEF:.") != "" {
			return false
		}
		name, port = "v6", strings.TrimPrefix(port, ":")
	}
	return name != "" && strings.Trim(port, "0123456789") == "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r < 0x80 && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-", r)
	})
}
