package safetext

import (
	"regexp"
	"strings"
)

// WithoutSecrets removes what may be a secret from the URLs in text: user names and passwords, but for
// the user of an SSH address, which says whose repository it is, and the values of parameters whose names
// say token, secret, password, key or signature.
func WithoutSecrets(text string) string {
	if at := strings.IndexByte(text, '@'); at >= 0 {
		if strings.Contains(text, "//") {
			text = withoutUsers(text)
		}
		if strings.LastIndexByte(text, '/') > at {
			text = schemeless.ReplaceAllString(text, "$1")
		}
	}
	if strings.IndexByte(text, '=') >= 0 && strings.ContainsAny(text, "?&;#") {
		text = secretParameter.ReplaceAllString(text, "$1")
	}
	return text
}

// secretParameter matches a parameter of a query or fragment; its value ends with the URL.
var secretParameter = regexp.MustCompile("(?i)([?&;#](?:[a-z0-9_.~%\\[\\]-]*(?:token|secret|passw|pwd|credential|signature)[a-z0-9_.~%\\[\\]-]*" +
	"|(?:[a-z0-9_.~%\\[\\]-]*[_.-])?(?:sig|pass|pat|auth)|[a-z0-9_.~%\\[\\]-]*key(?:[_.-]?id)?)=)[^&#\\s\"<>`]*")

// schemeless matches user:password@ before a host with a path, where the scheme is missing.
var schemeless = regexp.MustCompile("[^\\s/:@\"'<>`]+:[^\\s/@\"'<>`]+@((?:[A-Za-z0-9-]+\\.)+[A-Za-z]{2,}(?::[0-9]+)?/)")

// What ends a URL in text, and the part of it that holds the user and the host.
const (
	blanks        = " \t\r\n\v\f"
	quotes        = "\"<>`"
	authorityEnds = `/?#\`
)

// alone matches a text that is one URL; what would quote it in a text is part of it.
var alone = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.:-]*//\S*$`)

// withoutUsers removes the user and password of every URL in text.
func withoutUsers(text string) string {
	var kept strings.Builder
	ends := blanks + quotes
	if alone.MatchString(text) {
		ends = blanks
	}
	for {
		start := strings.Index(text, "//")
		if start < 0 {
			kept.WriteString(text)
			return kept.String()
		}
		kept.WriteString(text[:start+2])
		ssh := isSSH(text[:start])
		text = text[start+2:]
		for {
			size := userSize(text, ends)
			if size == 0 {
				break
			}
			if user, _, _ := strings.Cut(text[:size-1], ":"); ssh && !strings.ContainsAny(user, blanks+quotes+authorityEnds+"@") && user != "" {
				kept.WriteString(user + "@")
			}
			text, ssh = text[size:], false
		}
	}
}

// isSSH reports whether the URL whose scheme ends before gives a user to SSH.
func isSSH(before string) bool {
	before, found := strings.CutSuffix(before, ":")
	scheme := before[strings.LastIndexAny(before, " \t\r\n\"'<>()[]=:,;/")+1:]
	return found && (strings.EqualFold(scheme, "ssh") || strings.EqualFold(scheme, "git+ssh") || strings.EqualFold(scheme, "ssh+git"))
}

// userSize returns the length of the user, the password and their @ at the beginning of an authority, or 0.
// A password may hold what must be encoded in one: where the host would have a port that is no number,
// what follows up to the next @ is taken for it.
func userSize(text, ends string) int {
	end := strings.IndexAny(text, ends+authorityEnds)
	if end < 0 {
		end = len(text)
	}
	if at := strings.LastIndexByte(text[:end], '@'); at >= 0 {
		return at + 1
	}
	_, port, found := strings.Cut(text[:end], ":")
	if !found || strings.HasPrefix(text, "[") || strings.Trim(port, "0123456789") == "" && port != "" {
		return 0
	}
	if end = strings.IndexAny(text, ends); end < 0 {
		end = len(text)
	}
	return strings.IndexByte(text[:end], '@') + 1
}
