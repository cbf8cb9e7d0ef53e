package ui

import (
	"context"
	"errors"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/pause"
	"conviso-importer/ui/session"
)

// previewDelay is how long the cursor rests on a row before its details are fetched.
const previewDelay = 150 * time.Millisecond

// afterCmd answers with a message after some time. Bubble Tea's own Tick cannot be ended and
// would outlive the table.
func (m *model) afterCmd(d time.Duration, msg tea.Msg) tea.Cmd {
	ctx := m.ctx
	return func() tea.Msg {
		if pause.Sleep(ctx, d) != nil {
			return nil
		}
		return msg
	}
}

func (m *model) previewCmd(gen int, ref catalog.Ref) tea.Cmd {
	ctx, e := m.ctx, m.engine
	return func() tea.Msg {
		preview, err := e.Preview(ctx, ref)
		return previewMsg{gen: gen, preview: preview, err: err}
	}
}

// planCmd asks for a plan and prepares its review.
func planCmd(ctx context.Context, gen int, plan func(context.Context) (*importer.Plan, error), review func(*importer.Plan) *session.Review) tea.Cmd {
	return func() tea.Msg {
		p, err := plan(ctx)
		if err != nil {
			return planMsg{gen: gen, err: err}
		}
		return planMsg{gen: gen, review: review(p)}
	}
}

// isCancelled reports that an error only says that the program, or the load, was ended.
func isCancelled(err error) bool { return errors.Is(err, context.Canceled) }
