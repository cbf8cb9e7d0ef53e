package catalog

import (
	"slices"
	"strings"
	"unicode"

	"conviso-importer/internal/safetext"
)

// ParseQuery parses a query. Any text is valid; Problems lists likely mistakes.
func ParseQuery(text string) Query { return parseQuery(text, false) }

// ParseTyped parses a query that is still being typed: a field's value at the end matches as a
// prefix, so that the list narrows with each key and does not turn empty. Negated terms must be
// complete. growing reports whether there is such a value.
func ParseTyped(text string) (q Query, growing bool) {
	text = queryText(text)
	q = parseQuery(text, true)
	if len(q.terms) == 0 || strings.HasSuffix(text, ",") {
		return q, false
	}
	t := &q.terms[len(q.terms)-1]
	last := len(t.folded) - 1
	if !t.unfinished || t.Field == "" || t.Negated || t.needsFacts() || t.folded[last].tail || t.folded[last].absent() {
		return q, false
	}
	t.folded[last].tail = true
	return q, true
}

// parseQuery regards what ends at the end of the text as unfinished while it is typed.
func parseQuery(text string, typing bool) (q Query) {
	p := queryParser{rest: queryText(text)}
	cut, size := len(text) > safetext.MaxBytes, 0
	for {
		p.blanks()
		if p.rest == "" {
			break
		}
		t, complete := p.term()
		t.unfinished = typing && p.rest == ""
		if !complete {
			q.left = append(q.left, leftOut(t))
			continue
		}
		t.unfinished = t.unfinished && !strings.HasSuffix(text, `"`)
		// ParseQuery must accept what String returns, so the limit applies to it.
		if size += len(t.Text) + 1; size > safetext.MaxBytes {
			cut = true
			break
		}
		q.add(t)
	}
	if cut {
		q.left = append(q.left, Problem{Kind: TooLong, At: -1})
	}
	return q
}

// queryText makes a query safe and all white space blanks, as the entities' text is. It drops
// combining marks after a syntax character: the rest of the term would begin with the mark.
func queryText(text string) string {
	line := safetext.Line(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, text))
	drops := true
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Mn, unicode.Me) {
			if drops {
				return -1
			}
			return r
		}
		drops = strings.ContainsRune(" !~\":,*", r)
		return r
	}, line)
}

type queryParser struct{ rest string }

func (p *queryParser) blanks() { p.rest = strings.TrimLeft(p.rest, " ") }

func (p *queryParser) cut(prefix string) bool {
	rest, ok := strings.CutPrefix(p.rest, prefix)
	p.rest = rest
	return ok
}

func (p *queryParser) until(chars string) string {
	n := strings.IndexAny(p.rest, chars)
	if n < 0 {
		n = len(p.rest)
	}
	text := p.rest[:n]
	p.rest = p.rest[n:]
	return text
}

// term reads one term. A term without a value to search for is incomplete: only its Text is set.
func (p *queryParser) term() (Term, bool) {
	var t Term
	if t.Negated = p.cut("!"); t.Negated {
		t.Text = "!"
	}
	if t.Fuzzy = p.cut("~"); t.Fuzzy {
		t.Text += "~"
	}
	if p.cut(`"`) {
		phrase := p.quoted()
		t.Text += `"` + phrase + `"`
		t.Values = []string{phrase}
		return t, phrase != ""
	}
	if name := fieldName(p.rest); name != "" && !t.Fuzzy {
		return p.field(t, name)
	}
	word := p.until(" ")
	t.Text += word
	t.Values = []string{word}
	return t, word != ""
}

// quoted reads the rest of a quoted text; a missing quote is added at the end.
func (p *queryParser) quoted() string {
	text := p.until(`"`)
	p.cut(`"`)
	return text
}

// fieldName returns the letters before a colon at the beginning of text, unless it is a URL.
func fieldName(text string) string {
	name, rest, found := strings.Cut(text, ":")
	if !found || strings.HasPrefix(rest, "//") || strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) {
		return ""
	}
	return name
}

// field reads a field with its values. An unknown field is read the same way, so that a typo
// does not change where the term ends; it is then treated as text.
func (p *queryParser) field(t Term, name string) (Term, bool) {
	p.rest = p.rest[len(name)+1:]
	text := name + ":"
	for {
		var value string
		if p.cut(`"`) {
			value = p.quoted()
			text += `"` + value + `"`
		} else {
			value = p.until(", ")
			text += value
		}
		if value != "" {
			t.Values = append(t.Values, value)
		}
		if !p.cut(",") {
			break
		}
		text += ","
	}
	t.Text += text
	if field := strings.ToLower(name); slices.Contains(QueryFields(), field) {
		t.Field = field
		return t, len(t.Values) > 0
	}
	t.foreign, t.Values = name, []string{text}
	return t, true
}
