package ui

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/internal/text"
	"conviso-importer/ui/session"
)

func autoWords(a *session.Auto, now time.Time) string {
	switch {
	case a.Status.Here && a.Checking:
		return "auto ON, checking now, runs here while open"
	case a.Status.Here && !a.Next.IsZero():
		return "auto ON, next " + text.Clock(now, a.Next) + ", runs here while open"
	case a.Status.Flag:
		return "auto ON, not from here"
	case a.Status.FlagReadAt.IsZero():
		return ""
	}
	return "auto off"
}

func autoShort(a *session.Auto, now time.Time) string {
	switch {
	case a.Status.Here && !a.Next.IsZero():
		return "auto ON " + text.Clock(now, a.Next)
	case a.Status.Here || a.Status.Flag:
		return "auto ON"
	}
	return ""
}

// toggleAuto asks before it switches auto-import off, and reviews before it switches it on.
func (m *browseScreen) toggleAuto() tea.Cmd {
	if m.work.Auto.Status.Here {
		m.question = &question{
			text:    session.SwitchOffQuestion,
			yesWord: "switches it off", noWord: "leaves it on",
			yes: func() tea.Cmd { m.work.SetAuto(false, func(error) {}); return nil },
		}
		return nil
	}
	return m.review.startReview(true, m.engine.AutoPlan)
}
