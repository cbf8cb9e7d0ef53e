package draw

import (
	"io"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/term"
	"github.com/muesli/termenv"

	"conviso-importer/conviso/importer"
)

// Style is a pair of escape sequences, both empty where the terminal has no colours. It is
// made once: a lipgloss style per cell costs a hundred times as much as the cell.
type Style struct{ on, off string }

// Of puts text into the style.
func (s Style) Of(text string) string {
	if text == "" || s.on == "" {
		return text
	}
	return s.on + text + s.off
}

// Styles are the styles of everything on the screen. All colours are the terminal's own sixteen,
// so that dark and light backgrounds both work, and none carries a meaning that words do not.
type Styles struct {
	Title, Dim, Key, Marker, Input Style
	// Loud is for the environment where mistakes are dear, Quiet for the others, Demo for
	// a world that is not real.
	Loud, Quiet, Demo Style
	Trouble, Good     Style
	// States are the styles of the status words.
	States map[importer.State]Style
	// match is for what the filter found in a cell.
	match Style
}

// NewStyles makes the styles for an output.
func NewStyles(r *lipgloss.Renderer) Styles {
	made := func(s lipgloss.Style) Style {
		on, off, _ := strings.Cut(s.Render("x"), "x")
		return Style{on, off}
	}
	plain := r.NewStyle()
	colour := func(ansi string) lipgloss.Style { return plain.Foreground(lipgloss.Color(ansi)) }
	pending := made(colour("3"))
	return Styles{
		Title:   made(plain.Bold(true)),
		Dim:     made(plain.Faint(true)),
		Key:     made(plain.Bold(true)),
		Marker:  made(colour("6").Bold(true)),
		Input:   made(plain.Reverse(true)),
		Loud:    made(colour("1").Reverse(true).Bold(true)),
		Quiet:   made(plain.Reverse(true)),
		Demo:    made(colour("6").Reverse(true)),
		Trouble: made(colour("1").Bold(true)),
		Good:    made(colour("2")),
		match:   made(plain.Underline(true)),
		States: map[importer.State]Style{
			importer.New:      made(colour("6")),
			importer.Imported: made(colour("2")),
			importer.Queued:   pending,
			importer.Sending:  pending,
			importer.Retrying: pending,
			importer.Accepted: pending,
			importer.Failed:   made(colour("1")),
			importer.Clash:    made(colour("5")),
			importer.Unknown:  made(plain.Faint(true)),
		},
	}
}

// NewRenderer is lipgloss's view of an output, which decides whether colours are written; none are
// where noColor is set or out is nil.
func NewRenderer(out io.Writer, noColor bool) *lipgloss.Renderer {
	if out == nil {
		out = io.Discard
	}
	// The library knows a terminal only by its own type of file.
	file, ok := out.(interface{ Fd() uintptr })
	r := lipgloss.NewRenderer(out, termenv.WithEnvironment(environment{}), termenv.WithTTY(ok && term.IsTerminal(file.Fd())))
	if noColor {
		r.SetColorProfile(termenv.Ascii)
	}
	return r
}
