package ui

import (
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/catalog"
	"conviso-importer/ui/session"
)

// takeBack asks before it takes back what waits of some entities.
func (m *app) takeBack(refs []catalog.Ref) {
	t, why := m.work.TakeBack(refs)
	if why != "" {
		m.say(why)
		return
	}
	if t.MustType() {
		n := len(t.Refs)
		m.ask(fmt.Sprintf("Type %d to take them back", n), "", "takes them back", "take back", func(answer string) tea.Cmd {
			if err := t.Agree(answer); err != nil {
				m.say(err.Error() + ".")
				return nil
			}
			m.takeBackNow(t)
			return nil
		})
		return
	}
	m.question = &question{text: t.Question(), yesWord: "takes back", noWord: "leaves them",
		yes: func() tea.Cmd { m.takeBackNow(t); return nil }}
}

func (m *app) takeBackNow(t session.TakeBack) { m.work.TakeBackNow(t, nil) }

// takeBackRows is takeBack of the range, or of the row under the cursor.
func (m *browseScreen) takeBackRows() {
	from, to := m.spanBounds()
	if to == from {
		from, to = m.list.cursor, m.list.cursor+1
	}
	rows := m.list.rows[from:min(to, len(m.list.rows))]
	refs := make([]catalog.Ref, len(rows))
	for i, row := range rows {
		refs[i] = m.work.Shown.Catalog.Ref(int(row))
	}
	m.endSpan()
	m.takeBack(refs)
}

func (m *browseScreen) notTakeable() string {
	if why := m.noRows(); why != "" {
		return why
	}
	if why := m.work.NothingWaits(); why != "" || m.ranging() {
		return why
	}
	ref, _ := m.list.current(&m.work.Shown)
	_, why := m.work.TakeBack([]catalog.Ref{ref})
	return why
}

func (m *browseScreen) somethingWaits() bool { return m.work.NothingWaits() == "" }

func (m *jobScreen) takeBackRest() { m.takeBack(m.work.Waiting()) }
