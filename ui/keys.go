package ui

import (
	"cmp"
	"fmt"
	"slices"

	"conviso-importer/ui/session"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
)

// binding is one thing that keys can do on a screen. The bindings of a screen are the one
// source of what keys do, of its last line and of its help.
type binding struct {
	key.Binding
	group string
	// foot is the word for the screen's last line; without one it is in the help alone. rank
	// orders that line, the lowest first.
	foot string
	rank int
	// first keeps the binding on that line where there is no room for all; its place stays.
	first bool
	// before are the bindings that dispatch tries earlier on the key that the last line shows.
	before []*binding
	// figure, where there is one, is how many things the key would act on now.
	figure func() int
	// off says why the key cannot be used now; empty, or no function, means that it can.
	off func() string
	// steady, where there is one, reports whether the binding stays on the last line even then:
	// what changes with every row would make the line flicker.
	steady func() bool
	// keeps reports that the answer to the key before stays: what only moves, or draws again,
	// has none of its own.
	keeps bool
	// mode reports that the binding means something in a mode alone, such as a range that is being
	// chosen: the help lists it behind the others of its group.
	mode bool
	run  func() tea.Cmd
}

// reason is why the binding cannot be used now.
func (b *binding) reason() string {
	if b.off == nil {
		return ""
	}
	return b.off()
}

// takes reports whether the key that the last line shows does this now. A binding that stays
// there need not be usable, but what takes its key takes its place.
func (b *binding) takes() bool {
	for _, earlier := range b.before {
		if earlier.reason() == "" {
			return false
		}
	}
	return b.reason() == "" || (b.steady != nil && b.steady())
}

// words are what the last line says of the binding.
func (b *binding) words() string {
	if b.figure != nil {
		if n := b.figure(); n > 0 {
			return fmt.Sprintf("%s %d", b.foot, n)
		}
	}
	return b.foot
}

// bind makes a binding from the keys as Bubble Tea names them and the form in which they
// are shown.
func bind(shown, help string, keys ...string) binding {
	return binding{Binding: key.NewBinding(key.WithKeys(keys...), key.WithHelp(shown, help))}
}

func (b binding) in(group string) binding {
	b.group, b.keeps = group, group == "Move"
	return b
}
func (b binding) keeping() binding { b.keeps = true; return b }
func (b binding) inMode() binding  { b.mode = true; return b }
func (b binding) atFoot(rank int, word string) binding {
	b.rank, b.foot = rank, word
	return b
}
func (b binding) aboveAll() binding                { b.first = true; return b }
func (b binding) counting(n func() int) binding    { b.figure = n; return b }
func (b binding) staying(on func() bool) binding   { b.steady = on; return b }
func (b binding) unless(off func() string) binding { b.off = off; return b }
func (b binding) does(run func() tea.Cmd) binding  { b.run = run; return b }
func (b binding) just(run func()) binding          { return b.does(func() tea.Cmd { run(); return nil }) }
func (b binding) moves(m *browseScreen, by func()) binding {
	return b.in("Move").unless(m.noRows).just(by)
}

// dispatch does what the key does on the screen on show. Where several bindings have it,
// the first that can be used now takes it; where none can, the last says why.
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
			// The answer to an earlier key would read as the answer to this one.
			m.notices.drop(session.AboutKey)
		}
		return b.run()
	}
	if why != "" {
		m.say(why)
	}
	return nil
}

// atFoot are the bindings that a screen's last line may show, by rank.
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

// ofGroup are those of the bindings that the help lists under a group, in its order.
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

// bindings are the keys of every screen.
func (m *app) bindings() map[screen][]binding {
	keys := map[screen][]binding{}
	for _, s := range m.all() {
		keys[s] = s.bindings()
	}
	return keys
}

// scrollKeys scroll the text of a pane or screen.
func (m *app) scrollKeys(scroll func(lines int)) []binding {
	return []binding{
		bind("J", "scroll the text down", "J").in("Move").just(func() { scroll(1) }),
		bind("K", "scroll the text up", "K").in("Move").just(func() { scroll(-1) }),
	}
}

// tableKeys end the keys of the screens that one works in: there q quits.
func (m *app) tableKeys() []binding {
	return append([]binding{
		m.logKey(), m.helpKey(),
		bind("q", "quit", "q").in("Leave").atFoot(200, "quit").does(m.quit),
	}, m.everywhereKeys("")...)
}

// everywhereKeys are the same on every screen.
func (m *app) everywhereKeys(backWord string) []binding {
	return []binding{
		bind("esc", "back one step: message, filter, facet, pane, screen; never quits", "esc").in("Leave").atFoot(90, backWord).aboveAll().does(func() tea.Cmd { return m.onShow().stepBack() }),
		bind("ctrl+l", "draw the screen again", "ctrl+l").in("Look").keeping().does(func() tea.Cmd { return tea.ClearScreen }),
		bind("ctrl+z", "suspend: back to the shell, whose fg comes back here", "ctrl+z").in("Leave").does(m.suspend),
		bind("ctrl+c", "quit", "ctrl+c").in("Leave").does(m.quit),
	}
}

// overlayKeys end the keys of the screens that one only looks at: there q goes back.
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
