package ui

import (
	"slices"
	"strings"
	"time"

	"conviso-importer/internal/safetext"
	"conviso-importer/internal/text"
	"conviso-importer/ui/draw"
	"conviso-importer/ui/session"
)

// notice is a message to the user. It stays until the next one of its topic, or until dismissed.
type notice struct {
	about    session.Topic
	trouble  bool
	text     string
	at       time.Time
	unlogged bool // shows copied text, so the log does not keep it
}

const keptNotices = 100 // how many notices the log keeps

// notices are the messages on show and those of the past, both newest last.
type notices struct {
	now  []notice
	past []notice
}

func (n *notices) add(x notice) {
	if x.about != session.AboutStart {
		n.drop(x.about)
	}
	n.now = append(n.now, x)
	if x.unlogged {
		return
	}
	if x.about == session.AboutKey {
		// Only the latest answer is kept: it may have been too long for its line.
		n.past = slices.DeleteFunc(n.past, func(old notice) bool { return old.about == session.AboutKey })
	}
	n.past = append(n.past, x)
	if len(n.past) > keptNotices {
		n.past = n.past[1:]
	}
}

func (n *notices) drop(about session.Topic) {
	n.now = slices.DeleteFunc(n.now, func(x notice) bool { return x.about == about })
}

// renew changes the text of a notice in place, without a new entry in the log. It reports whether there was one.
func (n *notices) renew(about session.Topic, text string) (found bool) {
	for i := range n.now {
		if x := &n.now[i]; x.about == about {
			for j := range n.past {
				if n.past[j] == *x {
					n.past[j].text = text
				}
			}
			x.text, found = text, true
		}
	}
	return found
}

func (n *notices) top() (notice, bool) {
	if len(n.now) == 0 {
		return notice{}, false
	}
	return n.now[len(n.now)-1], true
}

// dismiss reports whether there was a notice.
func (n *notices) dismiss() bool {
	if len(n.now) == 0 {
		return false
	}
	n.now = n.now[:len(n.now)-1]
	return true
}

// say answers a key; the text may begin in lower case, as reasons do.
func (m *app) say(words string) { m.tell(session.AboutKey, text.Sentence(words)) }

func (m *app) tell(about session.Topic, text string) {
	m.notices.add(notice{about: about, text: safetext.Line(text), at: m.now()})
}

// fail reports an error; hint says what the user can do.
func (m *app) fail(about session.Topic, err error, hint string) {
	m.failWith(about, err.Error(), hint)
}

// failWith is fail with a text.
func (m *app) failWith(about session.Topic, words, hint string) {
	m.notices.add(notice{about: about, trouble: true, text: session.Trouble(words, hint), at: m.now()})
}

// messageLines are the question, the prompt or the latest notice, in at most n lines.
func (m *app) messageLines(w, n int) []string {
	if m.question != nil {
		return m.styled(m.st.Key, m.gl.WrapAtMost(m.question.text, w, n))
	}
	if m.prompt != nil {
		return []string{m.prompt.line(w, &m.st)}
	}
	if typed := m.onShow().input(w, n); len(typed) > 0 {
		return typed
	}
	top, ok := m.notices.top()
	if m.onShow() == screen(m.reader) {
		ok = ok && top.unlogged
	}
	if !ok {
		return nil
	}
	text := top.text
	if top.trouble {
		text = "! " + text
	}
	if more := len(m.notices.now) - 1; more > 0 {
		text += moreWords(more)
	}
	lines := draw.Wrap(text, w)
	if len(lines) > n {
		const rest = " @ reads on"
		lines = append(lines[:n-1:n-1], m.gl.Cut(strings.Join(lines[n-1:], " "), w-len(rest))+rest)
	}
	if top.trouble {
		return m.styled(m.st.Trouble, lines)
	}
	return lines
}

// moreWords counts the notices that are not on show.
func moreWords(n int) string { return " (" + text.Count(n, "more", "more") + ": @)" }

func (m *app) styled(s draw.Style, lines []string) []string {
	for i := range lines {
		lines[i] = s.Of(lines[i])
	}
	return lines
}
