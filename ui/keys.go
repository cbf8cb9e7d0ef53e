package ui

import (
	"cmp"
	"fmt"
	"slices"

	"conviso-importer/ui/session"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
)

// binding is what keys do on a screen. Dispatch, last line and help all use the bindings.
type binding struct {
	key.Binding
	group string
	// foot is the word on the last line, ordered by rank; without one the binding is in the help only.
	foot   string
	rank   int
	first  bool          // goes before others if the last line is too narrow
	before []*binding    // earlier bindings of the same key
	figure func() int    // how many things the key acts on now, or nil
	off    func() string // why the key cannot be used now, or empty; nil is always usable
	// steady keeps an unusable binding on the last line, which must not flicker with every row.
	steady func() bool
	keeps  bool // keep the last answer: the key gives none of its own
	mode   bool // usable in a mode only, so last in its group of the help
	run    func() tea.Cmd
}

func (b *binding) reason() string {
	if b.off == nil {
		return ""
	}
	return b.off()
}

// takes reports whether the last line shows the binding: usable or steady, and no earlier one has its key.
func (b *binding) takes() bool {
	for _, earlier := range b.before {
		if earlier.reason() == "" {
			return false
		}
	}
	return b.reason() == "" || (b.steady != nil && b.steady())
}

func (b *binding) words() string {
	if b.figure != nil {
		if n := b.figure(); n > 0 {
			return fmt.Sprintf("%s %d", b.foot, n)
		}
	}
	return b.foot
}

// bind takes the keys as Bubble Tea names them, and as the help shows them.
func bind(shown, help string, keys ...string) binding {
	return binding{Binding: key.NewBinding(key.WithKeys(keys...), key.WithHelp(shown, help))}
}

func (b binding) in(group string) binding              { b.group, b.keeps = group, group == "Move"; return b }
func (b binding) keeping() binding                     { b.keeps = true; return b }
func (b binding) inMode() binding                      { b.mode = true; return b }
func (b binding) atFoot(rank int, word string) binding { b.rank, b.foot = rank, word; return b }
func (b binding) aboveAll() binding                    { b.first = true; return b }
func (b binding) counting(n func() int) binding        { b.figure = n; return b }
func (b binding) staying(on func() bool) binding       { b.steady = on; return b }
func (b binding) unless(off func() string) binding     { b.off = off; return b }
func (b binding) does(run func() tea.Cmd) binding      { b.run = run; return b }
func (b binding) just(run func()) binding              { return b.does(func() tea.Cmd { run(); return nil }) }
func (b binding) moves(m *browseScreen, by func()) binding {
	return b.in("Move").unless(m.noRows).just(by)
}

// dispatch runs the first usable binding of the key, or says why the last one is not usable.
func (m *app) dispatch(msg tea.KeyMsg) tea.Cmd {
	why := ""
	for i := range m.keys[m.onShow()] {
		b := &m.keys[m.onShow()][i]
		if !key.Matches(msg, b.Binding) {
			continue
		}
		if why = b.reason(); why != "" {
			continue
		}
		if !b.keeps {
			// The last answer would read as the answer to this key.
			m.notices.drop(session.AboutKey)
		}
		return b.run()
	}
	if why != "" {
		m.say(why)
	}
	return nil
}

// atFoot returns the bindings of each screen's last line.
func atFoot(keys map[screen][]binding) map[screen][]*binding {
	foot := make(map[screen][]*binding, len(keys))
	for s, bindings := range keys {
		for i := range bindings {
			b := &bindings[i]
			if b.foot == "" {
				continue
			}
			for j := range bindings[:i] {
				if slices.Contains(bindings[j].Keys(), b.Keys()[0]) {
					b.before = append(b.before, &bindings[j])
				}
			}
			foot[s] = append(foot[s], b)
		}
		slices.SortStableFunc(foot[s], func(a, b *binding) int { return cmp.Compare(a.rank, b.rank) })
	}
	return foot
}

// ofGroup returns the bindings of a group in the order of the help.
func ofGroup(bindings []binding, group string) []*binding {
	var always, inMode []*binding
	for i := range bindings {
		switch b := &bindings[i]; {
		case b.group != group:
		case b.mode:
			inMode = append(inMode, b)
		default:
			always = append(always, b)
		}
	}
	return append(always, inMode...)
}

func (m *app) bindings() map[screen][]binding {
	keys := map[screen][]binding{}
	for _, s := range m.all() {
		keys[s] = s.bindings()
	}
	return keys
}

func (m *app) scrollKeys(scroll func(lines int)) []binding {
	return []binding{
		bind("J", "scroll the text down", "J").in("Move").just(func() { scroll(1) }),
		bind("K", "scroll the text up", "K").in("Move").just(func() { scroll(-1) }),
	}
}

// tableKeys are for screens where q quits.
func (m *app) tableKeys() []binding {
	return append([]binding{
		m.logKey(), m.helpKey(),
		bind("q", "quit", "q").in("Leave").atFoot(200, "quit").does(m.quit),
	}, m.everywhereKeys("")...)
}

func (m *app) everywhereKeys(backWord string) []binding {
	return []binding{
		bind("esc", "back one step: message, filter, facet, pane, screen; never quits", "esc").in("Leave").atFoot(90, backWord).aboveAll().does(func() tea.Cmd { return m.onShow().stepBack() }),
		bind("ctrl+l", "draw the screen again", "ctrl+l").in("Look").keeping().does(func() tea.Cmd { return tea.ClearScreen }),
		bind("ctrl+z", "suspend: back to the shell, whose fg comes back here", "ctrl+z").in("Leave").does(m.suspend),
		bind("ctrl+c", "quit", "ctrl+c").in("Leave").does(m.quit),
	}
}

// overlayKeys are for screens where q goes back.
func (m *app) overlayKeys() []binding {
	return append([]binding{
		m.logKey(), m.helpKey(),
		bind("q", "back", "q").in("Leave").does(func() tea.Cmd { return m.onShow().stepBack() }),
	}, m.everywhereKeys("back")...)
}

func (m *app) logKey() binding {
	return bind("@", "log: what was said and what happened, in full", "@").in("Look").just(m.showLog)
}

func (m *app) helpKey() binding {
	return bind("?", "help", "?").in("Leave").atFoot(190, "help").just(m.showHelp)
}
