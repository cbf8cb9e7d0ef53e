package secret

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"
	"unicode"
)

// minMasked is the shortest secret that Mask looks for: a shorter one is nobody's, and
// would be found in every text.
const minMasked = 4

// minRun is the shortest part of a secret that is looked for by itself.
const minRun = 12

// Mask returns text with the mask in place of the secret, also where it stands as URLs, JSON,
// base64 or hexadecimal digits write it: a server or a proxy may echo what it was sent.
func (s Secret) Mask(text string) string {
	if len(s.value) < minMasked || text == "" {
		return text
	}
	for _, form := range s.forms() {
		text = strings.ReplaceAll(text, form, mask)
	}
	return text
}

// forms are the ways in which the secret is usually written, the value itself first.
func (s Secret) forms() []string {
	raw := []byte(s.value)
	all := []string{s.value, url.QueryEscape(s.value), url.PathEscape(s.value),
		hex.EncodeToString(raw), strings.ToUpper(hex.EncodeToString(raw)),
		base64.StdEncoding.EncodeToString(raw), base64.URLEncoding.EncodeToString(raw),
		base64.RawStdEncoding.EncodeToString(raw), base64.RawURLEncoding.EncodeToString(raw)}
	if quoted, err := json.Marshal(s.value); err == nil {
		all = append(all, strings.Trim(string(quoted), `"`))
	}
	// Whatever escapes the other characters, and however often, leaves these alone.
	for run := range strings.FieldsFuncSeq(s.value, func(r rune) bool {
		return r != '-' && r != '_' && (r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r))
	}) {
		if len(run) >= minRun {
			all = append(all, run)
		}
	}
	return all
}
