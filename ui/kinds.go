package ui

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/catalog"
)

// kindPattern is what the catalog allows as a kind, in lower case.
var kindPattern = regexp.MustCompile(`^[a-z][a-z0-9]{0,62}$`)

// knownKinds are the kinds that every catalog may have, the most useful ones first. Others
// can be named as well.
func knownKinds() []string {
	return []string{"component", "api", "resource", "system", "domain", "group", "template", "location"}
}

// kindName is a kind as catalogs write it.
func kindName(kind string) string {
	if kind == "api" {
		return "API"
	}
	return strings.ToUpper(kind[:min(1, len(kind))]) + kind[min(1, len(kind)):]
}

// kindWords are the kinds that the list has, with a word between the last two.
func kindWords(kinds []string, last string) string {
	names := make([]string, len(kinds))
	for i, kind := range kinds {
		names[i] = kindName(kind)
	}
	if n := len(names); n > 1 && last != "" {
		return strings.Join(names[:n-1], ", ") + " " + last + " " + names[n-1]
	}
	return strings.Join(names, ", ")
}

// ordinaryKinds reports that the list has what it has unless somebody asks for more.
func (m *model) ordinaryKinds() bool {
	return len(m.kinds) == 1 && m.kinds[0] == catalog.DefaultKind
}

// noEntities reports that a complete list is empty, and what could be looked at instead.
func noEntities(kinds []string) string {
	other := "api"
	if slices.Contains(kinds, other) {
		other = catalog.DefaultKind
	}
	return fmt.Sprintf("No %s in this catalog. Try :kind %s, or --kind.", kindWords(kinds, "or"), other)
}

// noneCached reports that the disk has nothing of these kinds, and that nobody can be asked.
func noneCached(kinds []string) string {
	return fmt.Sprintf("Offline, and no %s was read before: run it once without --offline.", kindWords(kinds, "or"))
}

// parseKinds reads what was typed behind :kind.
func parseKinds(text string) ([]string, error) {
	var kinds []string
	for _, kind := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r == ',' || r == ' ' }) {
		if !kindPattern.MatchString(kind) {
			return nil, fmt.Errorf("%q is not a kind of entity; write it like :kind api,component", kind)
		}
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	return slices.Compact(kinds), nil
}

// chooseKinds reads which kinds the list shall have instead of those that it has now. Where
// that changes nothing, answer says what there is to say.
func chooseKinds(text string, now []string) (kinds []string, answer string, err error) {
	kinds, err = parseKinds(text)
	if err == nil && (len(kinds) == 0 || slices.Equal(kinds, now)) {
		answer = fmt.Sprintf("The list has %s. Others are shown by :kind api,component, for example.", kindWords(now, "and"))
	}
	return kinds, answer, err
}

// useKinds makes the table one of other kinds: of what is cached of them at once, then of
// what the catalog has. The old list goes from the screen at once, and so do the marks of its
// kinds, since an import sends what can be looked at. What can be taken back of these waits for
// their kinds to come back.
func (m *model) useKinds(text string) tea.Cmd {
	kinds, answer, err := chooseKinds(text, m.kinds)
	switch {
	case err != nil:
		m.fail(aboutKey, err, "")
		return nil
	case answer != "":
		m.say(answer)
		return nil
	}
	m.engine.UseKinds(kinds)
	m.kinds = m.engine.Kinds()
	if words := m.marks.KeepKinds(m.kinds); words != "" {
		m.tell(aboutMarks, words)
	}
	m.notices.drop(aboutCatalog)
	m.latest.kinds++
	m.latest.snap = nil
	m.show(arrangement{inputs: m.latest})
	m.outdated = m.arranging
	m.list.anchor = ""
	m.refill(0)
	m.catalog.restart(m.ctx)
	ctx, e, gen := m.ctx, m.engine, m.latest.kinds
	return func() tea.Msg {
		snap, _ := e.Cached(ctx)
		return kindsMsg{gen: gen, snap: snap}
	}
}

// kindsMsg is what the disk has of the kinds that the table shows since the change that gen
// counts.
type kindsMsg struct {
	gen  int
	snap *catalog.Snapshot
}

// kindsCached shows what the disk had of other kinds, and asks the catalog.
func (m *model) kindsCached(msg kindsMsg) tea.Cmd {
	if msg.gen != m.latest.kinds {
		return nil
	}
	m.latest.snap = msg.snap
	if !m.id.Offline {
		return tea.Batch(m.arrangeCmd(), m.loadCatalogCmd())
	}
	m.catalog.end()
	if msg.snap == nil {
		m.tell(aboutCatalog, noneCached(m.kinds))
	}
	return m.arrangeCmd()
}
