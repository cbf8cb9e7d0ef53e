// Package manpage writes manual pages with the macros of man(7), which every roff renders. It
// escapes text so that it is shown as it is, and must not know what a page is about.
package manpage

import (
	"fmt"
	"io"
	"strings"
	"unicode"
)

// maxLine is the length of source lines; a longer word stays whole.
const maxLine = 78

// Text is escaped roff on one line. Texts may be concatenated.
type Text string

// Plain returns text as it is.
func Plain(text string) Text { return Text(escape(text)) }

// Bold returns literal text: a command, a flag, a key.
func Bold(text string) Text { return font("B", text) }

// Italic returns a placeholder, such as an argument's name.
func Italic(text string) Text { return font("I", text) }

func font(name, text string) Text {
	if text == "" {
		return ""
	}
	return Text(`\f` + name + escape(text) + `\fR`)
}

// escape makes every character literal; white space becomes blanks, other control characters are
// dropped.
func escape(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case unicode.IsControl(r):
		case r >= 0x80:
			fmt.Fprintf(&b, `\[u%04X]`, r)
		default:
			b.WriteString(escapeASCII(r))
		}
	}
	return b.String()
}

func escapeASCII(r rune) string {
	switch r {
	case '\\':
		return `\e`
	case '-':
		// A bare one may become a hyphen, which a shell does not accept.
		return `\-`
	case '\'':
		return `\(aq`
	case '"':
		return `\(dq`
	case '`':
		return `\(ga`
	case '^':
		return `\(ha`
	case '~':
		return `\(ti`
	}
	return string(r)
}

// Page is a page under construction; see New.
type Page struct {
	b strings.Builder
	// fresh reports whether a heading came last: the next paragraph needs no macro.
	fresh bool
}

// New begins a page. The date has the form 2026-11-23 or is empty; source is the program's name and
// version, manual the title of the collection.
func New(name, section, date, source, manual string) *Page {
	p := &Page{}
	// roff parses the date, so its dashes stay bare.
	date = strings.ReplaceAll(quoted(date), `\-`, "-")
	p.line(strings.Join([]string{".TH", quoted(strings.ToUpper(name)), quoted(section), date, quoted(source), quoted(manual)}, " "))
	// No justification and no hyphenation: most of the page is flags and names.
	p.line(".nh", ".ad l")
	return p
}

// Section begins a section.
func (p *Page) Section(title string) { p.heading("SH", title) }

// Subsection begins a subsection.
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

// Entry adds a term and its meaning, indented by some columns.
func (p *Page) Entry(indent int, term, meaning Text) {
	p.line(fmt.Sprintf(".TP %d", indent), escapeStart(string(term)))
	p.fill(meaning)
}

// Item is a term and what it means.
type Item struct{ Term, Meaning Text }

// List adds entries without blank lines between them.
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

// Code adds indented lines as they are.
func (p *Page) Code(lines ...string) {
	if !p.fresh {
		p.line(".PP")
	}
	p.fresh = false
	p.line(".RS 4", ".nf")
	for _, line := range lines {
		line = strings.TrimRight(escape(strings.ReplaceAll(line, "\t", "    ")), " ")
		if line == "" {
			p.line(".sp")
			continue
		}
		p.line(escapeStart(line))
	}
	p.line(".fi", ".RE")
}

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
			p.line(escapeStart(line))
			line = word
		}
	}
	if line == "" {
		// A macro would be taken for the text.
		line = `\&`
	}
	p.line(escapeStart(line))
}

// escapeStart keeps a line from being taken for a request, or its leading blank for a break.
func escapeStart(line string) string {
	if strings.HasPrefix(line, ".") || strings.HasPrefix(line, " ") {
		return `\&` + line
	}
	return line
}

func quoted(text string) string { return `"` + escape(text) + `"` }

func (p *Page) line(lines ...string) {
	for _, line := range lines {
		p.b.WriteString(line + "\n")
	}
}

// WriteTo writes the page. It implements io.WriterTo.
func (p *Page) WriteTo(w io.Writer) (int64, error) {
	n, err := io.WriteString(w, p.b.String())
	return int64(n), err
}
