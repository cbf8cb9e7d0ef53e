package program

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/internal/safego"
)

// runs runs a command and those of its batches.
func runs(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	if batch, ok := cmd().(tea.BatchMsg); ok {
		for _, c := range batch {
			runs(c)
		}
	}
}

// breaking is a program that panics where it is told to.
type breaking struct {
	where string
	drawn int
}

func (b *breaking) Init() tea.Cmd { b.breaks("Init"); return nil }

func (b *breaking) Update(tea.Msg) (tea.Model, tea.Cmd) {
	b.breaks("Update")
	inBatch := func() tea.Msg { b.breaks("a batch"); return b.where }
	return b, func() tea.Msg { b.breaks("a command"); return tea.BatchMsg{nil, inBatch} }
}

func (b *breaking) View() string {
	if b.drawn++; b.drawn > 1 {
		b.breaks("View")
	}
	return "a frame"
}

func (b *breaking) breaks(where string) {
	if b.where == where {
		panic(where)
	}
}

// TestGuarded checks that a panic anywhere reaches the handler, keeps the last frame and stops the model.
func TestGuarded(t *testing.T) {
	for _, where := range []string{"Init", "Update", "View", "a command", "a batch"} {
		t.Run(where, func(t *testing.T) {
			var panics []any
			ctx := safego.WithHandler(t.Context(), func(p safego.Panic) { panics = append(panics, p.Value) })
			model := &breaking{where: where}
			g := &guarded{ctx: ctx, model: model, jobs: Options{}.jobs(ctx)}
			first := g.View()
			runs(g.Init())
			for range 2 {
				_, cmd := g.Update(nil)
				runs(cmd)
			}
			last := g.View()
			inCommand := strings.HasPrefix(where, "a ")
			if first != "a frame" || last != "a frame" || len(panics) == 0 || panics[0] != where || (!inCommand && len(panics) > 1) {
				t.Errorf("frames %q and %q, panics %v", first, last, panics)
			}
		})
	}
}
