package intro

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/conviso"
	"conviso-importer/internal/safetext"
	"conviso-importer/ui/draw"
)

// Picker lets the user choose one of several companies; a filter narrows the list.
type Picker struct {
	screen
	companies []conviso.Company
	matching  []conviso.Company // the listed companies; cursor is an index
	cursor    int
	chosen    bool
	filter    textinput.Model
	typing    bool
}

// NewPicker makes the screen.
func NewPicker(companies []conviso.Company, o Options) *Picker {
	return &Picker{screen: screen{o}, companies: companies, matching: companies, filter: draw.NewInput()}
}

// Company returns the chosen company, or false if the user left.
func (p *Picker) Company() (conviso.Company, bool) {
	if !p.chosen {
		return conviso.Company{}, false
	}
	return p.matching[p.cursor], true
}

// Init does nothing.
func (p *Picker) Init() tea.Cmd { return nil }

// Update handles keys.
func (p *Picker) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if cmd, handled := p.outside(msg); handled {
		return p, cmd
	}
	key, ok := msg.(tea.KeyMsg)
	switch {
	case !ok:
		return p, nil
	case key.Type == tea.KeyRunes && len(key.Runes) > 1 && !key.Paste:
		// Over a slow link several keys arrive as one message.
		var cmds []tea.Cmd
		for _, r := range key.Runes {
			cmds = append(cmds, p.handleKey(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}}))
		}
		return p, tea.Batch(cmds...)
	}
	return p, p.handleKey(key)
}

func (p *Picker) handleKey(msg tea.KeyMsg) tea.Cmd {
	switch msg.String() {
	case "down", "ctrl+n":
		p.move(p.cursor + 1)
	case "up", "ctrl+p":
		p.move(p.cursor - 1)
	case "pgdown":
		p.move(p.cursor + p.rows())
	case "pgup":
		p.move(p.cursor - p.rows())
	case "enter":
		if len(p.matching) > 0 {
			p.chosen = true
			return tea.Quit
		}
	case "esc":
		p.typing = false
		p.filter.SetValue("")
		p.narrow()
	case "ctrl+c":
		return tea.Quit
	case "ctrl+z":
		return p.Suspend
	default:
		if p.typing {
			return p.typed(msg)
		}
		return p.handleCommand(msg)
	}
	return nil
}

// handleCommand handles keys outside the filter.
func (p *Picker) handleCommand(msg tea.KeyMsg) tea.Cmd {
	switch msg.String() {
	case "j":
		p.move(p.cursor + 1)
	case "k":
		p.move(p.cursor - 1)
	case "g", "home":
		p.move(0)
	case "G", "end":
		p.move(len(p.matching) - 1)
	case "/":
		p.typing = true
		p.filter.CursorEnd()
	case "q":
		return tea.Quit
	}
	return nil
}

func (p *Picker) typed(msg tea.KeyMsg) tea.Cmd {
	var cmd tea.Cmd
	before := p.filter.Value()
	if p.filter, cmd = p.filter.Update(msg); p.filter.Value() != before {
		p.narrow()
	}
	return cmd
}

// narrow lists companies with every word in id or name and keeps the cursor on its company if possible.
func (p *Picker) narrow() {
	var at conviso.Company
	if p.cursor < len(p.matching) {
		at = p.matching[p.cursor]
	}
	words := strings.Fields(strings.ToLower(p.filter.Value()))
	p.matching, p.cursor = nil, 0
	for _, c := range p.companies {
		text, fits := strings.ToLower(c.ID+" "+c.Label), true
		for _, word := range words {
			fits = fits && strings.Contains(text, word)
		}
		if !fits {
			continue
		}
		if c == at {
			p.cursor = len(p.matching)
		}
		p.matching = append(p.matching, c)
	}
}

func (p *Picker) move(to int) { p.cursor = min(max(0, to), max(0, len(p.matching)-1)) }

func (p *Picker) rows() int { return max(1, p.Height-2-len(p.head())-len(p.foot())) }

func (p *Picker) head() []string {
	var lines []string
	question := fmt.Sprintf("The Conviso key sees %d companies. Which one do the assets go to?", len(p.companies))
	if p.Height >= 15 {
		lines = append(lines, "")
	}
	lines = append(lines, draw.Wrap(question, p.Width)...)
	switch {
	case p.typing:
		lines = append(lines, p.Glyphs.Sides("/ "+draw.Input(&p.filter, max(1, p.Width/2), p.Styles.Input), p.counted(), p.Width))
	case p.filter.Value() != "":
		lines = append(lines, p.Glyphs.Sides("/ "+safetext.Line(strings.TrimSpace(p.filter.Value())), p.counted(), p.Width))
	case p.Height >= 10:
		lines = append(lines, "")
	}
	return lines
}

func (p *Picker) counted() string { return fmt.Sprintf("%d of %d", len(p.matching), len(p.companies)) }

func (p *Picker) foot() []string {
	if p.Height < 15 {
		return nil
	}
	return append([]string{""}, draw.Wrap("The table remembers the choice for this catalog; commands that import need CONVISO_COMPANY_ID.", p.Width)...)
}

// View draws the list.
func (p *Picker) View() string {
	rows := make([]string, 0, len(p.matching))
	for i, c := range p.matching {
		marker := "  "
		if i == p.cursor {
			marker = p.Styles.Marker.Of(">") + " "
		}
		rows = append(rows, marker+p.Glyphs.Cut(p.Glyphs.Cell(c.ID, 10)+c.Label, p.Width-2))
	}
	if len(rows) == 0 {
		rows = []string{"  no company matches; esc shows all"}
	}
	n := p.rows()
	body := append(p.head(), draw.Window(rows, n, p.cursor-p.cursor%n)...)
	return p.draw(append(body, p.foot()...), 0, p.keys(n))
}

// keys mentions the filter if the list is longer than the window.
func (p *Picker) keys(rows int) string {
	switch {
	case p.typing:
		return p.Glyphs.Fit(p.Width, "enter chooses   up/down moves   esc drops the filter   ctrl+c leaves", "enter chooses   esc drops the filter")
	case p.filter.Value() != "":
		return p.Glyphs.Fit(p.Width, "enter chooses   j/k moves   / filters   esc drops the filter   q leaves", "enter chooses   esc drops   q leaves")
	case len(p.matching) > rows:
		return p.Glyphs.Fit(p.Width, "enter chooses   j/k moves   / filters   q leaves", "enter chooses  / filters  q leaves")
	}
	return "enter chooses   j/k moves   q leaves"
}
