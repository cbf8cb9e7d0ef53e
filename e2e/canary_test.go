package e2e

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"
)

// forms are the ways in which a secret may be written.
func forms(canary string) map[string]string {
	raw := []byte(canary)
	quoted, _ := json.Marshal(canary)
	return map[string]string{
		"itself": canary, "URL": url.QueryEscape(canary), "path": url.PathEscape(canary), "hex": hex.EncodeToString(raw),
		"base64": base64.RawStdEncoding.EncodeToString(raw), "base64 for URLs": base64.RawURLEncoding.EncodeToString(raw),
		"JSON": strings.Trim(string(quoted), `"`),
		// What is cut off is half a secret.
		"beginning": canary[:len(canary)*2/3],
	}
}

// found names the first canary in a text and how it is written there, or nothing.
func found(text string, canaries ...string) string {
	low := strings.ToLower(text)
	for _, canary := range canaries {
		for name, form := range forms(canary) {
			if strings.Contains(text, form) || name == "hex" && strings.Contains(low, form) {
				return canary[:12] + " as " + name
			}
		}
	}
	return ""
}
