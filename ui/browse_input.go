package ui

import (
	"strings"

	"conviso-importer/ui/draw"
)

// inputHints are the keys of the line that is being typed, in place of those of the table;
// empty where none is.
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

// keyHint is a key with what it does; short is for where there is little room, and empty
// where it is not worth it.
type keyHint struct{ key, words, short string }

// hints puts as many hints on a line as the window holds, the first ones first.
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

// input is what belongs to the line that is being typed, in at most n lines in place
// of the messages. Before anything is typed, a message is worth more than proposals.
func (m *browseScreen) input(w, n int) []string {
	switch {
	case m.commanding && n > 1:
		return []string{m.command.proposalLine(w, m.gl, m.st.Input), m.commandLine(w)}
	case m.commanding:
		return []string{m.commandLine(w)}
	case !m.typing:
		return nil
	}
	if _, said := m.notices.top(); said && m.filter.Value() == "" {
		return nil
	}
	if line := m.filter.proposalLine(w, m.gl, m.st.Input); line != "" {
		return []string{line}
	}
	return nil
}

// renewProposals takes new values of the catalog into what is proposed, unless the user is
// choosing among it.
func (m *browseScreen) renewProposals() {
	if m.typing && m.filter.chosen < 0 {
		m.filter.propose()
	}
}
