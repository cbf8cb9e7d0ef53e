package ui

import (
	"context"
	"errors"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/ui/draw"
	"conviso-importer/ui/session"
)

// detail is the entity on show with what was read for it.
type detail struct {
	gen     int // identifies the request; older answers are dropped
	ref     catalog.Ref
	preview *importer.Preview
	err     error
	top     int
}

// detailScreen shows the entity under the cursor, full screen or in the table's pane.
type detailScreen struct {
	baseScreen
	detail
}

func (m *detailScreen) wheel(_, _, by int) { m.scrollDetail(by) }

func (m *detailScreen) scrollDetail(lines int) {
	w, h := m.width, m.layout().Body()
	if l := m.layout(); m.onShow() == screen(m.browse) {
		w, h = l.PaneSize()
	}
	m.detail.top = draw.Scrolled(m.detail.top+lines, len(m.detailLines(w)), h)
}

func (m *detailScreen) detailShown() bool {
	return m.onShow() == screen(m) || (m.onShow() == screen(m.browse) && !m.tooSmall() && m.layout().Dock != draw.DockNone)
}

// afterUpdate follows the cursor. It fetches after a delay, so moving through the list sends no requests.
func (m *detailScreen) afterUpdate() tea.Cmd {
	ref, ok := m.browse.list.current(&m.work.Shown)
	if !ok || !m.detailShown() || ref == m.detail.ref {
		return nil
	}
	m.detail = detail{gen: m.detail.gen + 1, ref: ref}
	gen := m.detail.gen
	return m.after(previewDelay, func() { m.fetch(gen) })
}

// previewDelay is how long the cursor rests on a row before its details are fetched.
const previewDelay = 150 * time.Millisecond

// fetch reads the details if the cursor has not moved.
func (m *detailScreen) fetch(gen int) {
	switch {
	case gen != m.detail.gen:
		return
	case !m.detailShown():
		// Whoever opens them again begins anew.
		m.detail.ref = ""
		return
	}
	e, ref := m.engine, m.detail.ref
	m.Run(func(ctx context.Context) func() {
		preview, err := e.Preview(ctx, ref)
		return func() { m.detail.previewed(gen, &preview, err) }
	})
}

func (d *detail) previewed(gen int, preview *importer.Preview, err error) {
	if gen != d.gen {
		return
	}
	d.err = err
	if err == nil {
		d.preview = preview
	}
}

func (m *detailScreen) bindings() []binding {
	b := m.browse
	keys := []binding{
		bind("space", "mark (select) or unmark the entity", " ").in("Mark").atFoot(20, "mark").staying(b.hasRows).unless(b.notMarkable).just(b.toggle),
		bind("i", "import what is marked, after a review", "i").in("Import").atFoot(40, "import").aboveAll().
			counting(m.work.Marks.Len).unless(b.notImportable).does(m.review.reviewMarked),
	}
	move, scroll := b.moveKeys(), m.scrollKeys(m.scrollDetail)
	move[0], scroll[0] = move[0].atFoot(50, "next"), scroll[0].atFoot(60, "scroll")
	take := b.copyKeys()
	take[0], take[2] = take[0].atFoot(70, "copy ref"), take[2].atFoot(80, "Backstage")
	return slices.Concat(keys, move, scroll, take, m.overlayKeys())
}

const factName = 12 // the width of the name column

// factLines skip facts without a value.
func (m *app) factLines(w int, facts []session.Fact) []string {
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

func (m *detailScreen) view() []string {
	return m.frame("Details", draw.Window(m.detailLines(m.width), m.layout().Body(), m.detail.top))
}

func detailError(err error) string {
	if errors.Is(err, importer.ErrGone) {
		return err.Error() + "; r on the list reads it again"
	}
	return err.Error()
}
