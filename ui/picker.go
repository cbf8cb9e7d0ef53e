package ui

import (
	"context"
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/conviso"
)

// PickCompany lets the user choose one of several companies. It returns ErrCancelled where
// they leave without, and ctx's error where that ends first.
func PickCompany(ctx context.Context, companies []conviso.Company, o Options) (conviso.Company, error) {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	p := newPicker(companies, o)
	if err := o.run(ctx, inner, p); err != nil {
		return conviso.Company{}, err
	}
	if !p.chosen {
		return conviso.Company{}, ErrCancelled
	}
	return companies[p.cursor], nil
}

// picker is a list of companies.
type picker struct {
	small
	companies []conviso.Company
	cursor    int
	chosen    bool
}

func newPicker(companies []conviso.Company, o Options) *picker {
	return &picker{small: newSmall(o, productName), companies: companies}
}

// Init starts nothing.
func (p *picker) Init() tea.Cmd { return nil }

// Update moves through the list.
func (p *picker) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if key, ok := msg.(tea.KeyMsg); ok {
		return p, p.pressed(key)
	}
	p.sized(msg)
	return p, nil
}

func (p *picker) pressed(msg tea.KeyMsg) tea.Cmd {
	last := len(p.companies) - 1
	switch msg.String() {
	case "j", "down":
		p.cursor = min(p.cursor+1, last)
	case "k", "up":
		p.cursor = max(p.cursor-1, 0)
	case "g", "home":
		p.cursor = 0
	case "G", "end":
		p.cursor = last
	case "pgdown":
		p.cursor = min(p.cursor+max(1, p.height-6), last)
	case "pgup":
		p.cursor = max(p.cursor-max(1, p.height-6), 0)
	case "enter":
		p.chosen = true
		return tea.Quit
	case "q", "ctrl+c":
		return tea.Quit
	case "ctrl+z":
		return suspendCmd
	}
	return nil
}

// View draws the list.
func (p *picker) View() string {
	head := wrap(fmt.Sprintf("The Conviso key sees %d companies. Which one do the assets go to?", len(p.companies)), p.width)
	body := append([]string{""}, append(head, "")...)
	at := len(body) + p.cursor
	for i, c := range p.companies {
		marker := "  "
		if i == p.cursor {
			marker = p.st.marker.of(">") + " "
		}
		body = append(body, marker+p.gl.cut(p.gl.cell(c.ID, 10)+c.Label, p.width-2))
	}
	body = append(body, "")
	body = append(body, wrap("The choice is remembered for this catalog. CONVISO_COMPANY_ID decides without asking.", p.width)...)
	return p.draw(body, at, "enter chooses   j/k moves   q leaves")
}
