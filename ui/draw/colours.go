package draw

import (
	"os"
	"strings"
)

// environment is what the library that knows terminals is told of this one. No more than the
// sixteen colours of the terminal's own palette are ever asked for, so that nothing about
// terminals with more of them is of interest; and it does not know the multiplexers by their
// plain names, which old versions have, though all of them have colours.
type environment struct{}

// Environ implements termenv.Environ.
func (environment) Environ() []string { return nil }

// Getenv implements termenv.Environ.
func (environment) Getenv(name string) string {
	switch name {
	case "COLORTERM", "GOOGLE_CLOUD_SHELL":
		return ""
	case "TERM":
		return colourTerm(os.Getenv(name))
	}
	return os.Getenv(name)
}

// colourTerm is a terminal's name, or that of a common one with colours in place of those that
// are known to have them too.
func colourTerm(term string) string {
	for _, kind := range []string{"screen", "tmux", "rxvt", "konsole", "putty", "xterm", "linux", "alacritty", "foot", "wezterm", "contour", "rio"} {
		if (term == kind || strings.HasPrefix(term, kind+"-") || strings.HasPrefix(term, kind+".")) && !strings.HasSuffix(term, "-mono") && !strings.HasSuffix(term, "-m") {
			return "xterm"
		}
	}
	return term
}
