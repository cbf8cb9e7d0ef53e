package ui

import (
	"io"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/term"
	"github.com/muesli/termenv"

	"conviso-importer/conviso/importer"
)

// style is a pair of escape sequences, both empty where the terminal has no colours. It is
// made once: a lipgloss style per cell costs a hundred times as much as the cell.
type style struct{ on, off string }

// of puts text into the style.
func (s style) of(text string) string {
	if text == "" || s.on == "" {
		return text
	}
	return s.on + text + s.off
}

// styles are the looks of the table. All colours are the terminal's own sixteen, so that
// dark and light backgrounds both work, and none carries a meaning that words do not.
type styles struct {
	title, dim, key, marker, input style
	// loud is for the environment where mistakes are dear, quiet for the others, demo for
	// a world that is not real.
	loud, quiet, demo style
	trouble, good     style
	// match is for what the filter found in a cell.
	match  style
	states map[importer.State]style
}

func newStyles(r *lipgloss.Renderer) styles {
	made := func(s lipgloss.Style) style {
		on, off, _ := strings.Cut(s.Render("x"), "x")
		return style{on, off}
	}
	plain := r.NewStyle()
	colour := func(ansi string) lipgloss.Style { return plain.Foreground(lipgloss.Color(ansi)) }
	pending := made(colour("3"))
	return styles{
		title:   made(plain.Bold(true)),
		dim:     made(plain.Faint(true)),
		key:     made(plain.Bold(true)),
		marker:  made(colour("6").Bold(true)),
		input:   made(plain.Reverse(true)),
		loud:    made(colour("1").Reverse(true).Bold(true)),
		quiet:   made(plain.Reverse(true)),
		demo:    made(colour("6").Reverse(true)),
		trouble: made(colour("1").Bold(true)),
		good:    made(colour("2")),
		match:   made(plain.Underline(true)),
		states: map[importer.State]style{
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

// renderer is lipgloss's view of the output, which decides whether colours are written.
func renderer(out io.Writer, noColor bool) *lipgloss.Renderer {
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

// glyphs are the few characters that the table draws by itself.
type glyphs struct {
	ascii                 bool
	ellipsis, arrow, back string
	rule, double, bar     string
	up, down, done, rest  string
	// warn stands before a name that is not shown as the catalog has it.
	warn string
}

func newGlyphs(ascii bool) glyphs {
	if ascii {
		return glyphs{ascii: true, ellipsis: "~", arrow: "->", back: "<-", rule: "-", double: "=", bar: "|",
			up: "^", down: "v", done: "#", rest: ".", warn: "!"}
	}
	return glyphs{ellipsis: "…", arrow: "→", back: "←", rule: "─", double: "═", bar: "│",
		up: "↑", down: "↓", done: "█", rest: "░", warn: "⚠"}
}
