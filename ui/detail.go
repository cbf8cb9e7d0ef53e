package ui

import (
	"errors"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/ui/draw"
	"conviso-importer/ui/session"
)

// detail is the entity that the pane or the detail screen shows.
type detail struct {
	// gen tells the answers for this entity from those for the ones before it.
	gen     int
	ref     catalog.Ref
	preview *importer.Preview
	err     error
	top     int
}

// scrollDetail moves the text of the details by some lines.
func (m *model) scrollDetail(lines int) {
	w, h := m.width, m.layout().Body()
	if l := m.layout(); m.top() == screenBrowse {
		w, h = l.PaneSize()
	}
	m.detail.top = draw.Scrolled(m.detail.top+lines, len(m.detailLines(w)), h)
}

// detailShown reports whether an entity's details are on screen.
func (m *model) detailShown() bool {
	return m.top() == screenDetail || (m.top() == screenBrowse && !m.tooSmall() && m.layout().Dock != draw.DockNone)
}

// follow turns the details to the row under the cursor. They are fetched when the cursor
// has rested there, so that moving through a list asks for nothing.
func (m *model) follow() tea.Cmd {
	ref, ok := m.list.current(&m.work.Shown)
	if !ok || !m.detailShown() || ref == m.detail.ref {
		return nil
	}
	m.detail = detail{gen: m.detail.gen + 1, ref: ref}
	return m.afterCmd(previewDelay, restedMsg{m.detail.gen})
}

func (m *model) rested(msg restedMsg) tea.Cmd {
	if msg.gen != m.detail.gen || !m.detailShown() {
		return nil
	}
	return m.previewCmd(msg.gen, m.detail.ref)
}

func (d *detail) previewed(msg previewMsg) {
	if msg.gen != d.gen {
		return
	}
	if msg.err != nil {
		d.err = msg.err
		return
	}
	d.preview, d.err = &msg.preview, nil
}

func (m *model) detailKeys() []binding {
	keys := []binding{
		bind("space", "mark (select) or unmark the entity", " ").in("Mark").atFoot(20, "mark").staying(m.hasRows).unless(m.notMarkable).just(m.toggle),
		bind("i", "import what is marked, after a review", "i").in("Import").atFoot(40, "import").aboveAll().
			counting(m.work.Marks.Len).unless(m.notImportable).does(m.reviewMarked),
	}
	move, scroll := m.moveKeys(), m.scrollKeys(m.scrollDetail)
	move[0], scroll[0] = move[0].atFoot(50, "next"), scroll[0].atFoot(60, "scroll")
	take := m.copyKeys()
	take[0], take[2] = take[0].atFoot(70, "copy ref"), take[2].atFoot(80, "Backstage")
	return slices.Concat(keys, move, scroll, take, m.overlayKeys())
}

// factName is the width of the names of facts.
const factName = 12

// factLines are facts in two columns; those without a value are left out.
func (m *model) factLines(w int, facts []session.Fact) []string {
	var lines []string
	for _, f := range facts {
		if f.Value == "" {
			continue
		}
		for i, line := range m.gl.WrapAtMost(f.Value, max(1, w-factName), 4) {
			if i > 0 {
				f.Name = ""
			}
			lines = append(lines, m.gl.Cut(m.gl.Cell(f.Name, factName)+line, w))
		}
	}
	return lines
}

// detailView is the details as a screen of their own.
func (m *model) detailView() []string {
	return m.frame("Details", draw.Window(m.detailLines(m.width), m.layout().Body(), m.detail.top))
}

// detailError is the text of an error of a preview, with the key that helps.
func detailError(err error) string {
	if errors.Is(err, importer.ErrGone) {
		return err.Error() + "; r on the list reads it again"
	}
	return err.Error()
}
