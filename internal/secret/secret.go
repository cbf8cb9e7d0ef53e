// Package secret holds values that must never be printed: the platform's key and the
// catalog's token. It knows nothing about where they come from or where they go.
package secret

import (
	"fmt"
	"log/slog"
)

const mask = "[redacted]"

// Secret is a string that prints as a mask under every verb and in JSON, YAML and logs. The zero
// value is no secret.
type Secret struct{ value string }

// New wraps a value.
func New(value string) Secret { return Secret{value: value} }

// Reveal returns the value, for a request header only.
func (s Secret) Reveal() string { return s.value }

// IsZero reports whether there is no secret.
func (s Secret) IsZero() bool { return s.value == "" }

// String returns the mask, or nothing for no secret.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return mask
}

// Format implements fmt.Formatter: verbs such as %x and %#v mask as well.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.String())) }

// MarshalText implements encoding.TextMarshaler, for JSON and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
