package secret

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"
	"unicode"
)

// minMasked is the shortest secret that Mask masks: a shorter one would be found in every text.
const minMasked = 4

// minRun is the shortest part of a secret that is masked by itself.
const minRun = 12

// Mask masks the secret in text, also as URLs, JSON, base64 or hexadecimal digits encode it: a
// server or a proxy may echo it.
func (s Secret) Mask(text string) string {
	if len(s.value) < minMasked || text == "" {
		return text
	}
	for _, form := range s.forms() {
		text = strings.ReplaceAll(text, form, mask)
	}
	return text
}

// forms returns the secret in its usual encodings, the value itself first.
func (s Secret) forms() []string {
	raw := []byte(s.value)
	all := []string{s.value, url.QueryEscape(s.value), url.PathEscape(s.value),
		hex.EncodeToString(raw), strings.ToUpper(hex.EncodeToString(raw)),
		base64.StdEncoding.EncodeToString(raw), base64.URLEncoding.EncodeToString(raw),
		base64.RawStdEncoding.EncodeToString(raw), base64.RawURLEncoding.EncodeToString(raw)}
	if quoted, err := json.Marshal(s.value); err == nil {
		all = append(all, strings.Trim(string(quoted), `"`))
	}
	// No escaping changes these characters.
	for run := range strings.FieldsFuncSeq(s.value, func(r rune) bool {
		return r != '-' && r != '_' && (r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r))
	}) {
		if len(run) >= minRun {
			all = append(all, run)
		}
	}
	return all
}
