package ui

import (
	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/conviso/importer"
	"conviso-importer/internal/safetext"
	"conviso-importer/ui/draw"
)

// planKeys take the plan under review elsewhere.
func (m *model) planKeys() []binding {
	return []binding{
		bind("d", "save the plan as a file that import --plan sends unchanged", "d").in("Look").atFoot(30, "save").
			unless(m.notSavable).does(m.savePlanCmd),
		bind("Y", "copy the command that does the same without the table", "Y").in("Look").atFoot(40, "copy command").
			unless(m.noHeadless).does(m.headlessCmd),
	}
}

func (m *model) notSavable() string {
	if m.review.plan == nil {
		return "the plan is not ready."
	}
	return notSavable(&m.opt.Outside, m.review.plan)
}

func notSavable(o *Outside, p *importer.Plan) string {
	switch {
	case o.SavePlan == nil:
		return "there is no place for files here."
	case len(p.Items) == 0:
		return "there is nothing to send."
	}
	return ""
}

// savePlanCmd writes the plan under review into a file.
func (m *model) savePlanCmd() tea.Cmd {
	save, plan, gen := m.opt.SavePlan, m.review.plan, m.review.gen
	return func() tea.Msg {
		path, err := save(plan)
		return planSavedMsg{gen: gen, path: path, err: err}
	}
}

// planSavedMsg says where a plan was saved, or why not.
type planSavedMsg struct {
	gen  int
	path string
	err  error
}

func (s planSavedMsg) settle(m *model) {
	if s.err != nil {
		m.fail(aboutKey, s.err, "nothing was saved")
		return
	}
	words := []string{"the plan is saved"}
	if m.id.Demo {
		words = []string{"saved; the demo's end removes it", "saved"}
	}
	if s.gen == m.review.gen {
		m.review.saved = s.path
		if command := m.headless(); command != "" {
			words = []string{"saved; to send it unchanged: " + command, "saved; Y copies the command", "saved"}
		}
	}
	if !m.answerWith(s.path, words...) {
		m.hand("The plan is saved.")
	}
}

// savedLines say in the review where its plan is.
func (m *model) savedLines(w int, tight bool) []string {
	if m.review.saved == "" {
		return nil
	}
	lines := draw.Wrap("Saved as "+safetext.Line(m.review.saved), w)
	if command := m.headless(); command != "" && !tight {
		lines = append(lines, draw.Wrap("To send it unchanged: "+safetext.Line(command), w)...)
	}
	return lines
}
