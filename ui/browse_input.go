package ui

import (
	"strings"

	"conviso-importer/ui/draw"
)

// inputHints are the keys of the line that is typed, or empty.
func (m *browseScreen) inputHints() string {
	switch {
	case m.commanding:
		return m.hints(keyHint{"enter", "runs", "runs"}, keyHint{"esc", "leaves", "leaves"},
			keyHint{"tab", "completes", "completes"}, keyHint{"up/down", "earlier commands", "earlier"})
	case !m.typing:
		return ""
	}
	return m.hints(
		keyHint{"enter", "keeps the filter", "keeps"}, keyHint{"esc", "drops it", "drops"},
		keyHint{"tab", "completes", "completes"}, keyHint{"up/down", "earlier filters", "earlier"},
		keyHint{"ctrl+n/p", "moves", ""})
}

// keyHint is a key and what it does; an empty short form is dropped in narrow windows.
type keyHint struct{ key, words, short string }

// hints joins the hints that fit, the first ones first.
func (m *app) hints(all ...keyHint) string {
	full, gapWords := 0, "   "
	for _, h := range all {
		full += draw.Width(h.key+" "+h.words) + len(gapWords)
	}
	short := full-len(gapWords) > m.width
	if short {
		gapWords = "  "
	}
	var kept []string
	used := 0
	for _, h := range all {
		words := h.words
		if short {
			words = h.short
		}
		size := draw.Width(h.key+" "+words) + len(gapWords)
		if words == "" || used+size-len(gapWords) > m.width {
			continue
		}
		used += size
		kept = append(kept, m.hint(h.key, words))
	}
	return strings.Join(kept, gapWords)
}

// input is the line that is typed with its proposals, in at most n lines.
// Before anything is typed, a message takes precedence.
func (m *browseScreen) input(w, n int) []string {
	switch {
	case m.commanding && n > 1:
		return []string{m.command.ProposalLine(w, m.gl, m.st.Input), m.commandLine(w)}
	case m.commanding:
		return []string{m.commandLine(w)}
	case !m.typing:
		return nil
	}
	_, said := m.notices.top()
	if said && m.filter.Value() == "" {
		return nil
	}
	if line := m.filter.ProposalLine(w, m.gl, m.st.Input); line != "" {
		return []string{line}
	}
	if line := m.unfinishedLine(w); line != "" && !said {
		return []string{line}
	}
	return nil
}

// renewProposals updates the proposals unless the user is choosing one.
func (m *browseScreen) renewProposals() {
	if m.typing && !m.filter.Choosing() {
		m.filter.Propose()
	}
}
