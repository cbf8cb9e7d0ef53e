package ui

import (
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
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
	w, h := m.width, m.layout().body()
	if l := m.layout(); m.top() == screenBrowse {
		w, h = l.paneSize()
	}
	m.detail.top = scrolled(m.detail.top+lines, len(m.detailLines(w)), h)
}

// detailShown says whether an entity's details are on screen.
func (m *model) detailShown() bool {
	return m.top() == screenDetail || (m.top() == screenBrowse && !m.tooSmall() && m.layout().dock != dockNone)
}

// follow turns the details to the row under the cursor. They are fetched when the cursor
// has rested there, so that moving through a list asks for nothing.
func (m *model) follow() tea.Cmd {
	ref, ok := m.list.current(&m.shown)
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
		bind("space", "mark or unmark the entity", " ").in("Mark").atFoot(20, "mark").always().unless(m.notMarkable).just(m.toggle),
		bind("i", "import what is marked, after a review", "i").in("Import").atFoot(40, "import").
			counting(func() int { return len(m.marks) }).unless(m.notImportable).does(m.reviewMarked),
	}
	move, scroll := m.moveKeys(), m.scrollKeys(m.scrollDetail)
	move[0], scroll[0] = move[0].atFoot(50, "next"), scroll[0].atFoot(60, "scroll")
	keys = append(append(keys, move...), scroll...)
	return append(keys, m.overlayKeys()...)
}

// fact is a name and its value in the details.
type fact struct{ name, value string }

// detailLines are the details of the entity under the cursor in w columns.
func (m *model) detailLines(w int) []string {
	ref, ok := m.list.current(&m.shown)
	if !ok {
		return nil
	}
	row, _ := m.shown.snap.Row(ref)
	e := m.shown.snap.At(row)
	d := &m.detail
	known := d.ref == ref && d.preview != nil
	if known {
		e = d.preview.Detail.Entity
	}
	lines := []string{m.st.title.of(m.gl.cut(e.Name, w)), m.gl.cut(string(ref), w), ""}
	if e.Altered {
		lines = append(append(lines, wrap(m.gl.warn+" Its names hold characters that are not shown as they are: they could move the cursor or hide text.", w)...), "")
	}
	if e.Description != "" {
		lines = append(append(lines, m.gl.wrapAtMost(e.Description, w, 6)...), "")
	}
	lines = append(lines, m.factLines(w, []fact{{"title", e.Title}, {"owner", e.Owner}, {"system", e.System},
		{"type", e.Type}, {"lifecycle", e.Lifecycle}, {"tags", strings.Join(e.Tags, ", ")}})...)
	lines = append(append(lines, ""), m.statusLines(ref, m.shown.statuses.At(row), w)...)
	lines = append(lines, "")
	switch {
	case known:
		lines = append(lines, m.sentLines(d.preview, w)...)
	case d.err != nil && d.ref == ref:
		lines = append(lines, m.styled(m.st.trouble, wrap("! "+sentence(d.err.Error()), w))...)
	default:
		lines = append(lines, m.st.dim.of("reading what an import sends"+m.gl.ellipsis))
	}
	return lines
}

// statusLines say what the entity's status is, and why.
func (m *model) statusLines(ref catalog.Ref, s importer.Status, w int) []string {
	word := m.gl.cell("status", factName) + m.st.states[s.State].of(string(s.State))
	facts := []fact{{"why", s.Reason}, {"asset", s.AssetID}}
	if !s.CheckedAt.IsZero() {
		facts = append(facts, fact{"checked", age(m.now(), s.CheckedAt)})
	}
	if item, ok := m.latest.items[ref]; ok {
		facts = append(facts, fact{"queued", clock(m.now(), item.AddedAt)}, fact{"tries", fmt.Sprint(item.Attempts)})
		if !item.SentAt.IsZero() {
			facts = append(facts, fact{"sent", age(m.now(), item.SentAt)})
		}
	}
	return append([]string{word}, m.factLines(w, facts)...)
}

// sentLines are the project that an import would send, with where its values come from.
func (m *model) sentLines(p *importer.Preview, w int) []string {
	lines := []string{m.st.title.of(m.gl.cut("What an import sends", w))}
	if p.OptOut {
		lines = append(lines, wrap("Its annotation keeps it out of bulk imports; marked by hand it goes.", w)...)
	}
	e := &p.Detail.Entity
	return append(lines, m.factLines(w, m.projectFacts(&p.Project, e, p.Defaults))...)
}

// projectFacts are the fields of a project whose strings are safe; those that a table
// decided say from what. e is the entity they were made of, the zero value where it is not
// at hand.
func (m *model) projectFacts(p *conviso.Project, e *catalog.Entity, defaults []importer.Default) []fact {
	from := func(field, value, original string) string {
		for _, d := range defaults {
			if d.Field == field {
				return fmt.Sprintf("%s  %s %s, not in the map", value, m.gl.back, d.From)
			}
		}
		if original == "" || original == value {
			return value
		}
		return fmt.Sprintf("%s  %s %s", value, m.gl.back, original)
	}
	return []fact{
		{"id", p.ID}, {"name", p.Name},
		{"assetType", from("assetType", p.AssetType, e.Type)},
		{"lifecycle", from("lifecycle", p.Lifecycle, e.Lifecycle)},
		{"owner", p.Owner}, {"repoUrl", orNone(p.RepoURL)}, {"url", orNone(p.URL)},
		{"tags", strings.Join(p.Tags, ", ")}, {"description", p.Description},
	}
}

// orNone says that a value is missing where that is worth knowing.
func orNone(s string) string {
	if s == "" {
		return "(none)"
	}
	return s
}

// factName is the width of the names of facts.
const factName = 12

// factLines are facts in two columns; those without a value are left out.
func (m *model) factLines(w int, facts []fact) []string {
	var lines []string
	for _, f := range facts {
		if f.value == "" {
			continue
		}
		for i, line := range m.gl.wrapAtMost(f.value, max(1, w-factName), 4) {
			if i > 0 {
				f.name = ""
			}
			lines = append(lines, m.gl.cut(m.gl.cell(f.name, factName)+line, w))
		}
	}
	return lines
}

// detailView is the details as a screen of their own.
func (m *model) detailView() []string {
	return m.frame("Details", window(m.detailLines(m.width), m.layout().body(), m.detail.top))
}
