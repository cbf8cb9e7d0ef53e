// Package manpage writes manual pages with the macros of man(7), which every roff renders. It
// knows how text has to be written so that it is shown as it is, and nothing of what the page
// is about.
package manpage

import (
	"fmt"
	"io"
	"strings"
)

// maxLine is how long a line of the source may become; a word that is longer stays whole.
const maxLine = 78

// Text is a text in roff: escaped, on one line. Texts are put together with +.
type Text string

// Plain is text as it is.
func Plain(text string) Text { return Text(escape(text)) }

// Bold is text that is typed as it stands: a command, a flag, a key.
func Bold(text string) Text { return font("B", text) }

// Italic is text that stands for something else: an argument's name.
func Italic(text string) Text { return font("I", text) }

func font(name, text string) Text {
	if text == "" {
		return ""
	}
	return Text(`\f` + name + escape(text) + `\fR`)
}

// escape makes every character of a text stand for itself. White space of all kinds separates
// words and nothing else; other control characters are left out.
func escape(text string) string {
	var b strings.Builder
	for i, word := range strings.Fields(text) {
		if i > 0 {
			b.WriteByte(' ')
		}
		for _, r := range word {
			escapeRune(&b, r)
		}
	}
	// What is put together keeps the blanks at its ends.
	if strings.TrimLeft(text, " ") != text && b.Len() > 0 {
		return " " + b.String() + tail(text)
	}
	return b.String() + tail(text)
}

// tail is the blank at the end of a text, if it has one.
func tail(text string) string {
	if strings.HasSuffix(text, " ") {
		return " "
	}
	return ""
}

func escapeRune(b *strings.Builder, r rune) {
	switch {
	case r == '\\':
		b.WriteString(`\e`)
	case r == '-':
		// A bare one may become a hyphen, which nobody can paste into a shell.
		b.WriteString(`\-`)
	case r == '\'':
		b.WriteString(`\(aq`)
	case r == '"':
		b.WriteString(`\(dq`)
	case r == '`':
		b.WriteString(`\(ga`)
	case r == '^':
		b.WriteString(`\(ha`)
	case r == '~':
		b.WriteString(`\(ti`)
	case r < ' ', r == 0x7f, r >= 0x80 && r < 0xa0:
	case r >= 0x80:
		fmt.Fprintf(b, `\[u%04X]`, r)
	default:
		b.WriteRune(r)
	}
}

// Page is a page under construction. The zero value is not useful; see New.
type Page struct {
	b strings.Builder
	// fresh says that a heading came last, behind which a paragraph begins by itself.
	fresh bool
}

// New begins a page. The date has the form 2026-11-23 or is empty; source is the program with
// its version, manual the collection that the page belongs to.
func New(name, section, date, source, manual string) *Page {
	p := &Page{}
	// A date is parsed, so that its dashes stay bare.
	date = strings.ReplaceAll(quoted(date), `\-`, "-")
	p.line(strings.Join([]string{".TH", quoted(strings.ToUpper(name)), quoted(section), date, quoted(source), quoted(manual)}, " "))
	// Lines are not stretched and words not broken: most of the page is flags and names.
	p.line(".nh")
	p.line(".ad l")
	return p
}

// Section begins a section.
func (p *Page) Section(title string) { p.heading("SH", title) }

// Subsection begins a part of a section.
func (p *Page) Subsection(title string) { p.heading("SS", title) }

func (p *Page) heading(macro, title string) {
	p.line("." + macro + " " + quoted(title))
	p.fresh = true
}

// Paragraph adds a paragraph.
func (p *Page) Paragraph(text Text) {
	if !p.fresh {
		p.line(".PP")
	}
	p.fill(text)
}

// Entry adds a term and what it means, set in by some columns.
func (p *Page) Entry(indent int, term, meaning Text) {
	p.line(fmt.Sprintf(".TP %d", indent))
	p.line(guarded(string(term)))
	p.fill(meaning)
}

// Item is a term and what it means.
type Item struct{ Term, Meaning Text }

// List adds entries that are short enough to stand without lines between them.
func (p *Page) List(indent int, items []Item) {
	for i, item := range items {
		if i == 1 {
			p.line(".PD 0")
		}
		p.Entry(indent, item.Term, item.Meaning)
	}
	if len(items) > 1 {
		p.line(".PD")
	}
}

// Code adds lines as they are, set in, such as commands to be typed.
func (p *Page) Code(lines ...string) {
	if !p.fresh {
		p.line(".PP")
	}
	p.fresh = false
	p.line(".RS 4")
	p.line(".nf")
	for _, line := range lines {
		// Blanks between words are kept here: they make columns.
		words := strings.Split(strings.ReplaceAll(line, "\t", "    "), " ")
		for i := range words {
			words[i] = escape(words[i])
		}
		if line = strings.TrimRight(strings.Join(words, " "), " "); line == "" {
			p.line(".sp")
		} else {
			p.line(guarded(line))
		}
	}
	p.line(".fi")
	p.line(".RE")
}

// fill writes a text in lines of moderate length.
func (p *Page) fill(text Text) {
	p.fresh = false
	line := ""
	for _, word := range strings.Fields(string(text)) {
		switch {
		case line == "":
			line = word
		case len(line)+1+len(word) <= maxLine:
			line += " " + word
		default:
			p.line(guarded(line))
			line = word
		}
	}
	if line == "" {
		// A macro in its place would be taken for the text.
		line = `\&`
	}
	p.line(guarded(line))
}

// guarded keeps a line of text from being taken for a request to roff, or a blank at its
// beginning for one to break.
func guarded(line string) string {
	if strings.HasPrefix(line, ".") || strings.HasPrefix(line, " ") {
		return `\&` + line
	}
	return line
}

// quoted is text as one argument of a macro.
func quoted(text string) string { return `"` + escape(text) + `"` }

func (p *Page) line(text string) {
	p.b.WriteString(text)
	p.b.WriteByte('\n')
}

// WriteTo writes the page. It implements io.WriterTo.
func (p *Page) WriteTo(w io.Writer) (int64, error) {
	n, err := io.WriteString(w, p.b.String())
	return int64(n), err
}
