// Package secret holds values that must never be printed: the platform's key and the
// catalog's token. It knows nothing about where they come from or where they go.
package secret

import (
	"fmt"
	"log/slog"
)

// mask is what every way of printing a Secret shows.
const mask = "[redacted]"

// Secret is a string that prints as a mask under every verb and in JSON, YAML and logs.
// The zero value is the absent secret.
type Secret struct{ value string }

// New wraps a value.
func New(value string) Secret { return Secret{value: value} }

// Reveal returns the value itself; its only rightful place is a request header.
func (s Secret) Reveal() string { return s.value }

// IsZero reports whether there is no secret at all.
func (s Secret) IsZero() bool { return s.value == "" }

// String implements fmt.Stringer with the mask; an absent secret prints as nothing.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return mask
}

// Format implements fmt.Formatter, so that verbs such as %x and %#v mask as well.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.String())) }

// MarshalText implements encoding.TextMarshaler with the mask, which covers JSON and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue implements slog.LogValuer with the mask.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
