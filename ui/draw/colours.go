package draw

import (
	"os"
	"strings"
)

// environment hides parts of the environment from termenv: only the terminal's own sixteen colours are used,
// and termenv does not know old names of multiplexers, which all have colours.
type environment struct{}

func (environment) Environ() []string { return nil }

func (environment) Getenv(name string) string {
	switch name {
	case "COLORTERM", "GOOGLE_CLOUD_SHELL":
		return ""
	case "TERM":
		return colourTerm(os.Getenv(name))
	}
	return os.Getenv(name)
}

// colourTerm returns "xterm" for terminals that are known to have colours.
func colourTerm(term string) string {
	for _, kind := range []string{"screen", "tmux", "rxvt", "konsole", "putty", "xterm", "linux", "alacritty", "foot", "wezterm", "contour", "rio"} {
		if (term == kind || strings.HasPrefix(term, kind+"-") || strings.HasPrefix(term, kind+".")) && !strings.HasSuffix(term, "-mono") && !strings.HasSuffix(term, "-m") {
			return "xterm"
		}
	}
	return term
}
