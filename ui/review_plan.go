package ui

import (
	"errors"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/internal/safetext"
	"conviso-importer/ui/draw"
	"conviso-importer/ui/session"
)

func (m *reviewScreen) planKeys() []binding {
	return []binding{
		bind("d", "save the plan as a file that import --plan sends unchanged", "d").in("Look").atFoot(30, "save").
			unless(m.notSavable).does(m.savePlanCmd),
		bind("Y", "copy the command that does the same without the table", "Y").in("Look").atFoot(40, "copy command").
			unless(m.noHeadless).does(func() tea.Cmd { return m.copyCmd(m.headless(), false) }),
	}
}

const notReady = "the plan is not ready."

// why turns an error into a reason, or nil into none.
func why(err error) string {
	if err == nil {
		return ""
	}
	return err.Error() + "."
}

func (m *reviewScreen) notSavable() string {
	if m.review.ready == nil {
		return notReady
	}
	return why(m.review.ready.Savable(m.opt.SavePlan != nil))
}

// headless is the command that does the same without the table, or empty.
func (m *reviewScreen) headless() string {
	if m.review.ready == nil {
		return ""
	}
	line, _ := m.review.ready.Command(m.opt.Command)
	return line
}

func (m *reviewScreen) noHeadless() string {
	if m.review.ready == nil {
		return notReady
	}
	_, err := m.review.ready.Command(m.opt.Command)
	if errors.Is(err, session.ErrTooMany) {
		return why(err) + " d saves the plan, and then Y copies the command that sends it."
	}
	return why(err)
}

func (m *reviewScreen) savePlanCmd() tea.Cmd {
	save, plan, gen := m.opt.SavePlan, m.review.ready.Plan, m.review.gen
	return func() tea.Msg {
		path, err := save(plan)
		return planSavedMsg{gen: gen, path: path, err: err}
	}
}

type planSavedMsg struct {
	gen  int
	path string
	err  error
}

func (s planSavedMsg) report(m *app) {
	if s.err != nil {
		m.fail(session.AboutKey, s.err, "nothing was saved")
		return
	}
	words := []string{"the plan is saved"}
	if m.work.ID.Demo {
		words = []string{"saved; the demo's end removes it", "saved"}
	}
	if s.gen == m.review.gen {
		m.review.ready.Saved = s.path
		if command := m.review.headless(); command != "" {
			words = []string{"saved; to send it unchanged: " + command, "saved; Y copies the command", "saved"}
		}
	}
	if !m.answerWith(s.path, words...) {
		m.sayOnce("The plan is saved.")
	}
}

func (m *reviewScreen) savedLines(w int, tight bool) []string {
	if m.review.ready.Saved == "" {
		return nil
	}
	lines := draw.Wrap("Saved as "+safetext.Line(m.review.ready.Saved), w)
	if command := m.headless(); command != "" && !tight {
		lines = append(lines, draw.Wrap("To send it unchanged: "+safetext.Line(command), w)...)
	}
	return lines
}
