package cli

import (
	"io"
	"strings"

	"conviso-importer/internal/celldiff"
	"conviso-importer/internal/host"
	"conviso-importer/ui/program"
)

// Without it the table would be drawn by Bubble Tea's ticks.
var _ program.Canvas = (*celldiff.Writer)(nil)

// canvas returns what the table draws on; over SSH it sends only the cells that changed.
func (a *app) canvas(getenv func(string) string) io.Writer {
	out := host.ScreenOn(a.out)
	terminal, ok := out.(*host.Screen)
	switch {
	case !ok || a.noDiff || !addresses(getenv("TERM")):
		return out
	case getenv("SSH_TTY") == "":
		return celldiff.Lines(terminal.File, terminal, sized(getenv))
	}
	return celldiff.New(terminal.File, terminal, sized(getenv))
}

func sized(getenv func(string) string) func(w, h int) (int, int) {
	return func(w, h int) (int, int) { return host.Sized(w, h, getenv) }
}

func bare(canvas io.Writer) io.Writer {
	if w, ok := canvas.(*celldiff.Writer); ok {
		return w.Under()
	}
	return canvas
}

// addresses reports whether the terminal surely has cursor addressing and an alternate screen.
func addresses(term string) bool {
	for _, kind := range []string{
		"xterm", "screen", "tmux", "rxvt", "linux", "konsole", "gnome", "vte", "putty", "alacritty", "foot", "kitty", "wezterm", "contour",
		"rio", "st", "ghostty", "iterm", "iterm2", "mintty", "ms-terminal",
	} {
		if term == kind || strings.HasPrefix(term, kind+"-") || strings.HasPrefix(term, kind+".") {
			return true
		}
	}
	return false
}
