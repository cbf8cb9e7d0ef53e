package config

import (
	"strings"
	"time"

	"conviso-importer/internal/safetext"
)

// Setting is one value for display, made safe by safetext.
type Setting struct {
	Name  string `json:"name"`  // the environment variable, or else the key in app-config.yaml
	Value string `json:"value"` // empty if not set, and masked for a secret
	// Origin is such as "environment CONVISO_RATE", "app-config.yaml conviso.companyId", "flag
	// --company", "default", "not set", or the values that it derives from.
	Origin string `json:"origin"`
}

// show adds a setting; an empty origin of f means the default.
func (l *loader) show(name, value string, f found) {
	origin := f.origin
	switch {
	case origin != "":
	case value == "":
		origin = "not set"
	default:
		origin = "default"
	}
	l.config.settings = append(l.config.settings, Setting{
		Name: safetext.Line(name), Value: safetext.Line(value), Origin: safetext.Line(origin),
	})
}

// short formats a duration without zero units.
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
