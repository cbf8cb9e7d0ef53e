package termkeys

import (
	"io"
	"slices"
	"testing"
	_ "unsafe" // for go:linkname

	tea "github.com/charmbracelet/bubbletea"
)

// known are the sequences that Bubble Tea takes for keys.
//
//go:linkname known github.com/charmbracelet/bubbletea.sequences
var known map[string]tea.Key

// replies are what terminals send by themselves or when they are asked, by what they tell.
var replies = map[string]string{
	"background colour":          "\x1b]11;rgb:0000/0000/0000\x1b\\",
	"foreground, ended by BEL":   "\x1b]10;rgb:ffff/ffff/ffff\a",
	"a colour of the palette":    "\x1b]4;7;rgb:c0c0/c0c0/c0c0\x1b\\",
	"clipboard":                  "\x1b]52;c;aWFpYWk=\x1b\\",
	"title":                      "\x1b]lpayments ✜ aiy\x1b\\",
	"version":                    "\x1bP>|kitty(0.46.2)\x1b\\",
	"version of tmux":            "\x1bP>|tmux 3.5a\x1b\\",
	"capability":                 "\x1bP1+r524742=382f382f38\x1b\\",
	"status string":              "\x1bP1$r0m\x1b\\",
	"identity":                   "\x1bP!|00000000\x1b\\",
	"graphics":                   "\x1b_Gi=31;OK\x1b\\",
	"privacy message":            "\x1b^aiy\x1b\\",
	"start of string":            "\x1bXaiy\x1b\\",
	"in one byte":                "\x9d11;rgb:0000/0000/0000\x9c",
	"version in one byte":        "\x90>|aiy\x9c",
	"a string with two ESC":      "\x1b]11;aiy\x1b\x1b\\",
	"a stray end of a string":    "\x1b\\",
	"attributes":                 "\x1b[?62;22;52c",
	"secondary attributes":       "\x1b[>41;354;0c",
	"tertiary attributes":        "\x1b[=0c",
	"mode":                       "\x1b[?2026;2$y",
	"keyboard flags":             "\x1b[?1u",
	"colour scheme":              "\x1b[?997;1n",
	"attributes in one byte":     "\x9b?62;22;52c",
	"a mouse without a place":    "\x1b[<0;1M",
	"a mouse and something else": "\x1b[<0;1;2;3M",
	"more than a key can be":     "\x1b[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17;18;19;20;21;22;23;24;25;26;27;28;29;30A",
	"keypad":                     "\x1bOM",
	"keypad with a modifier":     "\x1bO5j",
	"focus lost":                 "\x1b[O",
}

// plain are other inputs that are not to be cut, and pass.
var plain = map[string]string{
	"letters":          "jk",
	"control":          "\r\t\x7f\x00\x03",
	"é":                "é",
	"euro":             "€",
	"emoji":            "👩‍🚀",
	"with C1 bytes":    "НПЛ\u00dd",
	"alt and a letter": "\x1bb",
	"alt and é":        "\x1bé",
	"alt and enter":    "\x1b\r",
	"mouse":            "\x1b[<0;12;7M\x1b[<0;12;7m",
	"mouse, old form":  "\x1b[M !!\x1b[M#\xa1\xff",
	"focus gained":     "\x1b[I",
	"cursor's place":   "\x1b[12;40R",
	"window's size":    "\x1b[8;24;80t",
	"paste":            "\x1b[200~aiq\x1b[201~",
	"paste of a reply": "\x1b[200~\x1b]11;x\x1b[A\x1bP\a\x03\x1b[20\x1b[201~",
	"paste of nothing": "\x1b[200~\x1b[201~",
}

// parts reads one part at a time, as a terminal does.
type parts struct {
	left [][]byte
	end  func()
}

func (p *parts) Read(b []byte) (int, error) {
	if len(p.left) == 0 {
		p.end()
		return 0, io.EOF
	}
	n := copy(b, p.left[0])
	p.left[0] = p.left[0][n:]
	if len(p.left[0]) == 0 {
		p.left = p.left[1:]
	}
	return n, nil
}

// recorder keeps what Bubble Tea takes for keys and for the mouse.
type recorder struct{ heard []string }

func (r *recorder) Init() tea.Cmd { return nil }
func (r *recorder) View() string  { return "" }
func (r *recorder) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		r.heard = append(r.heard, msg.String())
	case tea.MouseMsg:
		r.heard = append(r.heard, msg.String())
	}
	return r, nil
}

// heard is what Bubble Tea makes of chunks.
func heard(t *testing.T, chunks ...[]byte) []string {
	t.Helper()
	r, in := &recorder{}, &parts{left: slices.DeleteFunc(chunks, func(b []byte) bool { return len(b) == 0 })}
	p := tea.NewProgram(r, tea.WithInput(in), tea.WithOutput(io.Discard), tea.WithoutRenderer(), tea.WithoutSignalHandler(), tea.WithContext(t.Context()))
	in.end = p.Quit
	if _, err := p.Run(); err != nil {
		t.Fatal(err)
	}
	return r.heard
}
