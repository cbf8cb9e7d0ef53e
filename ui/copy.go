package ui

import (
	"errors"
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"conviso-importer/catalog"
	"conviso-importer/internal/safetext"
	"conviso-importer/internal/text"
	"conviso-importer/ui/draw"
	"conviso-importer/ui/session"
)

func (m *browseScreen) copyKeys() []binding {
	return []binding{
		bind("y", "copy the entity's reference", "y").in("Look").unless(m.noRows).does(func() tea.Cmd {
			ref, _ := m.list.current(&m.work.Shown)
			return m.copyCmd(string(ref), false)
		}),
		bind("Y", "copy the entity's address in Backstage", "Y").in("Look").unless(m.noPage).
			does(func() tea.Cmd { return m.copyCmd(m.page(), false) }),
		bind("o", "open the entity in Backstage", "o").in("Look").unless(m.noPage).
			does(func() tea.Cmd { return m.openCmd(m.page()) }),
		bind("O", "open Conviso", "O").in("Look").unless(m.noPlatformPage).
			does(func() tea.Cmd { return m.openCmd(m.work.ID.PlatformAppURL) }),
	}
}

// page is the address of the entity under the cursor, or empty.
func (m *browseScreen) page() string {
	ref, ok := m.list.current(&m.work.Shown)
	if !ok || m.noPage() != "" {
		return ""
	}
	return session.PageOf(m.work.ID.CatalogAppURL, ref)
}

func (m *browseScreen) noPage() string {
	ref, ok := m.list.current(&m.work.Shown)
	switch {
	case !ok:
		return m.noRows()
	case m.altered(ref):
		return "its names hold characters that are not shown as they are, so its address is not known."
	case session.PageOf(m.work.ID.CatalogAppURL, ref) == "":
		return "the address of Backstage's web application is not known. BACKSTAGE_APP_URL sets it."
	}
	return ""
}

func (m *browseScreen) altered(ref catalog.Ref) bool {
	row, ok := m.rowOf(ref)
	return ok && m.work.Shown.Catalog.At(row).Altered
}

func (m *app) noPlatformPage() string {
	return reasonIf(!safetext.WebURL(m.work.ID.PlatformAppURL), "the address of Conviso's web application is not known.")
}

// Errors for functions that the caller did not provide.
var (
	errNoClipboard = errors.New("there is no clipboard here")
	errNoBrowser   = errors.New("there is no display here")
)

// copyCmd copies text; onScreen means that the text is visible already.
func (m *app) copyCmd(text string, onScreen bool) tea.Cmd {
	put := m.opt.Copy
	return func() tea.Msg {
		err := errNoClipboard
		if put != nil {
			err = put(text)
		}
		return copiedMsg{text: text, onScreen: onScreen, err: err}
	}
}

type copiedMsg struct {
	text     string
	onScreen bool
	err      error
}

// report shows the text too: no terminal confirms a copy, and on screen it can be selected by hand.
func (c copiedMsg) report(m *app) {
	words := []string{"sent to the terminal's clipboard; select it here if it does not arrive", "sent to the clipboard; else select it", "sent"}
	if c.err != nil {
		why := safetext.Line(c.err.Error())
		words = []string{why + "; select it here", why, "not copied"}
	}
	switch {
	case strings.Contains(c.text, "\n"):
		m.showInReader("Copy", c.text, words[0])
	case c.onScreen:
		m.sayOnce(m.gl.Fit(m.width-draw.Width(moreWords(9)), text.Sentence(words[0]), text.Sentence(words[1]), text.Sentence(words[2])))
	case !m.answerWith(c.text, words...):
		m.showInReader("Copy", c.text, words[0])
	}
}

// answerWith shows text with the first of words that fits, and reports whether one did.
func (m *app) answerWith(text string, words ...string) bool {
	text = safetext.Line(text)
	for _, w := range words {
		if answer := text + " - " + w; m.sayable(answer) {
			m.sayOnce(answer)
			return true
		}
	}
	return false
}

// sayable reports whether text fits into the message lines.
func (m *app) sayable(text string) bool {
	if others := len(m.notices.now); others > 0 {
		text += moreWords(others)
	}
	return len(draw.Wrap(text, m.width)) <= max(1, m.layout().Messages)
}

// sayOnce shows an answer that the log does not keep.
func (m *app) sayOnce(answer string) {
	m.notices.add(notice{about: session.AboutKey, text: answer, at: m.now(), unlogged: true})
}

// showInReader opens a screen for a text too long for the message lines.
func (m *app) showInReader(title, long, words string) {
	m.reader.read(title, func(w int) []string {
		lines := append(draw.Wrap(text.Sentence(words)+":", w), "")
		return append(lines, strings.Split(ansi.Hardwrap(safetext.Block(long), w, true), "\n")...)
	})
}

func (m *app) openCmd(address string) tea.Cmd {
	show := m.opt.Open
	return func() tea.Msg {
		err := errNoBrowser
		if show != nil {
			err = show(address)
		}
		return openedMsg{address: address, err: err}
	}
}

type openedMsg struct {
	address string
	err     error
}

func (o openedMsg) report(m *app) {
	if o.err != nil {
		if why := safetext.Line(o.err.Error()); !m.answerWith(o.address, why, "not opened") {
			m.showInReader("Address", o.address, why)
		}
		return
	}
	if !m.answerWith(o.address, "handed to the browser") {
		m.sayOnce("The address was handed to the browser.")
	}
}

// copyMessage copies the newest entry of the log.
func (m *readerScreen) copyMessage() tea.Cmd {
	all := m.logged()
	return m.copyCmd(all[len(all)-1].Text, true)
}

func (m *readerScreen) notMessages() string {
	switch {
	case !m.reader.log:
		return "this text has nothing to copy. @ shows the log, whose newest entry y copies."
	case len(m.notices.past)+len(m.work.Log.Entries) == 0:
		return "nothing was said yet."
	}
	return ""
}

const maxFailures = 8 << 10 // in bytes; a clipboard takes little

// failureText lists what failed, a line for each entity with its reason.
func (m *jobScreen) failureText() string {
	var words strings.Builder
	left := 0
	for _, ref := range m.work.Job.Failed() {
		item := m.work.Items()[ref]
		line := fmt.Sprintf("%s: %s\n", ref, text.Reason(item.Project.Name, item.Error))
		if left > 0 || words.Len()+len(line) > maxFailures {
			left++
			continue
		}
		words.WriteString(line)
	}
	if left > 0 {
		fmt.Fprintf(&words, "and %d more\n", left)
	}
	return strings.TrimSuffix(words.String(), "\n")
}
