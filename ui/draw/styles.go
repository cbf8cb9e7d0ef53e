package draw

import (
	"io"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/term"
	"github.com/muesli/termenv"

	"conviso-importer/conviso/importer"
)

// Style is a pair of escape sequences, empty without colours. A lipgloss style costs 100 times as much.
type Style struct{ on, off string }

// Of returns text in the style.
func (s Style) Of(text string) string {
	if text == "" || s.on == "" {
		return text
	}
	return s.on + text + s.off
}

// Styles are all styles of the screen. They use the terminal's own sixteen colours, which fit dark and light
// backgrounds, and never replace words.
type Styles struct {
	Title, Dim, Key, Marker, Input Style
	Loud, Quiet, Demo              Style // production, other environments, the demo
	Trouble, Good                  Style
	States                         map[importer.State]Style
	match                          Style
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
			importer.Gone:     made(colour("5").Faint(true)),
			importer.Unknown:  made(plain.Faint(true)),
		},
	}
}

// NewRenderer returns lipgloss's renderer of an output; it has no colours if noColor is set or out is nil.
func NewRenderer(out io.Writer, noColor bool) *lipgloss.Renderer {
	if out == nil {
		out = io.Discard
	}
	// termenv recognises a terminal only as an *os.File.
	file, ok := out.(interface{ Fd() uintptr })
	r := lipgloss.NewRenderer(out, termenv.WithEnvironment(environment{}), termenv.WithTTY(ok && term.IsTerminal(file.Fd())))
	if noColor {
		r.SetColorProfile(termenv.Ascii)
	}
	return r
}
