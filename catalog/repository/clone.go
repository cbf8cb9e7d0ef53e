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
	text = withoutType(tidy(text))
	switch {
	case text == "":
		return "", None
	case isLocal(text):
		return "", Local
	case !strings.Contains(text, "://"):
		return short(text)
	}
	text = safetext.WithoutSecrets(text)
	scheme, rest, found := cutScheme(text)
	if !found {
		return asItIs(text)
	}
	rest, query := cutQuery(rest)
	authority, path, _ := strings.Cut(rest, "/")
	_, host := cutUser(authority)
	path = strings.Trim(path, "/")
	switch scheme {
	case "http", "https":
		if host = strings.ToLower(host); validHost(host) {
			return browsed(scheme, host, path, query)
		}
	case "ssh", "git+ssh", "ssh+git", "git":
		if path != "" && validHost(host) && !strings.Contains(rest, " ") {
			return scheme + "://" + authority + "/" + path, None
		}
	case "codecommit":
		if host != "" && path == "" && !strings.Contains(rest, " ") {
			return scheme + "://" + host, None
		}
	}
	return asItIs(text)
}

// browsed returns the clone address for one that a browser shows.
func browsed(scheme, host, path, query string) (string, Problem) {
	segments := strings.FieldsFunc(strings.ReplaceAll(path, " ", "%20"), func(r rune) bool { return r == '/' })
	name, kept := onHost(host, segments, query)
	if len(kept) == 0 {
		return asItIs(scheme + "://" + host + "/" + strings.Join(segments, "/"))
	}
	return scheme + "://" + name + "/" + strings.Join(kept, "/"), None
}

// short reads the forms without a scheme: user@host:path of SSH, and the one of CodeCommit's helper.
func short(text string) (string, Problem) {
	host, path, found := strings.Cut(text, ":")
	first, _, _ := strings.Cut(path, "/")
	if !strings.Contains(host, ".") {
		first = path
	}
	if at := strings.LastIndexByte(first, '@'); found && at > 0 {
		// No form has a password here.
		return Clone(path[at+1:])
	}
	path, _ = cutQuery(path)
	path = strings.TrimRight(path, "/")
	user, name := cutUser(host)
	if path == "" || strings.Contains(path, " ") || !validHost(name) || strings.ContainsAny(user, "/ ?#") || user == "" && !strings.Contains(name, ".") {
		return asItIs(text)
	}
	return host + ":" + path, None
}

// asItIs returns what was not understood, without what may be a secret.
func asItIs(text string) (string, Problem) {
	text, _ = cutQuery(text)
	scheme, rest, found := cutScheme(text)
	if !found {
		if first, _, _ := strings.Cut(text, "/"); strings.Contains(first, "@") && !strings.Contains(first, ":") {
			return Clone(text[strings.LastIndexByte(first, '@')+1:])
		}
		return strings.TrimRight(text, "/ "), NotUnderstood
	}
	authority, path, _ := strings.Cut(rest, "/")
	_, host := cutUser(authority)
	return strings.TrimRight(scheme+"://"+host+"/"+path, "/ "), NotUnderstood
}

// tidy makes white space blanks and drops blanks at the ends, control characters and what is no text.
func tidy(text string) string {
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
		if kind, rest, _ := strings.Cut(text, ":"); strings.EqualFold(kind, "url") {
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
