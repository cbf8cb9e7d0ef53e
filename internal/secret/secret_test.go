package secret

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// TestSecretNeverPrints protects the promise that no formatting path reveals a secret.
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
