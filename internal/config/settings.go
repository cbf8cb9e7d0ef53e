package config

import (
	"strings"
	"time"

	"conviso-importer/internal/safetext"
)

// Setting is one value for showing. All of its texts have passed safetext.
type Setting struct {
	// Name is the environment variable, or the key in app-config.yaml of a setting that
	// has no variable.
	Name string `json:"name"`
	// Value is empty where nothing is set, and a mask for a secret.
	Value string `json:"value"`
	// Origin says where the value came from: "environment CONVISO_RATE",
	// "app-config.yaml conviso.companyId", "flag --company", "default", "not set", or a
	// phrase that says what it was derived from.
	Origin string `json:"origin"`
}

// The origins of values that nobody wrote.
const (
	originDefault = "default"
	originNone    = "not set"
)

// show adds a setting whose value f has led to; an empty origin of f means the default.
func (l *loader) show(name, value string, f found) {
	origin := f.origin
	switch {
	case origin != "":
	case value == "":
		origin = originNone
	default:
		origin = originDefault
	}
	l.config.settings = append(l.config.settings, Setting{
		Name: safetext.Line(name), Value: safetext.Line(value), Origin: safetext.Line(origin),
	})
}

// short writes a duration without the zero units that time.Duration appends.
func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
