package secret

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"
)

func TestSecretNeverPrints(t *testing.T) {
	const canary = "canary-not-a-real-key"
	s := New(canary)
	type holder struct {
		Key Secret
		Ptr *Secret
	}
	h := holder{Key: s, Ptr: &s}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		fmt.Fprintf(&out, verb+"\n", s)
		fmt.Fprintf(&out, verb+"\n", h)
		fmt.Fprintf(&out, verb+"\n", &h)
	}
	j, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(j)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("key", "secret", s, "holder", h)
	slog.New(slog.NewTextHandler(&out, nil)).Info("key", "secret", s, "holder", h)
	hex := fmt.Sprintf("%x", canary)
	if got := out.String(); strings.Contains(got, canary) || strings.Contains(strings.ToLower(got), hex) {
		t.Fatalf("the secret was printed:\n%s", got)
	}
	if s.Reveal() != canary {
		t.Fatal("Reveal must return the value")
	}
	if !(Secret{}).IsZero() || s.IsZero() {
		t.Fatal("IsZero is wrong")
	}
}

// TestMask checks all encodings of an echoed secret, and that nothing else changes.
func TestMask(t *testing.T) {
	const canary = `canary/not+a"real&key=`
	s := New(canary)
	for name, form := range map[string]string{
		"itself": canary, "URL": url.QueryEscape(canary), "path": url.PathEscape(canary), "hex": fmt.Sprintf("%x", canary),
		"upper hex": fmt.Sprintf("%X", canary), "base64": base64.StdEncoding.EncodeToString([]byte(canary)),
		"base64 for URLs": base64.RawURLEncoding.EncodeToString([]byte(canary)), "JSON": `canary/not+a\"real\u0026key=`,
	} {
		if got := s.Mask("before " + form + " behind " + form); got != "before [redacted] behind [redacted]" {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got := New("a long, long-secret-of-many&parts").Mask(`twice: a long, long-secret-of-many\\u0026parts`); strings.Contains(got, "secret") {
		t.Error(got)
	}
	for text, s := range map[string]Secret{"a plain text": s, "": s, "abcabc": New("abc"), "text": {}} {
		if got := s.Mask(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}
