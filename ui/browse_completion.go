package ui

import (
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/ui/entry"
)

// filterField is a field of the filter's language.
type filterField struct {
	name   string
	column catalog.Column
	words  []string // the values of a field that is no column
}

func filterFields() []filterField {
	names := catalog.QueryFields()
	all := make([]filterField, len(names))
	for i, name := range names {
		all[i] = filterField{name: name, column: catalog.QueryColumn(name), words: catalog.QueryValues(name)}
	}
	return all
}

// completeFilter proposes field names, and after one the values in the catalog.
func (m *browseScreen) completeFilter(before string) entry.Proposals {
	word := lastPart(before, ' ')
	start := len(before) - len(word)
	bare := strings.TrimLeft(word, "!")
	start += len(word) - len(bare)
	name, values, named := strings.Cut(bare, ":")
	if !named {
		return m.fieldNames(before, start, bare)
	}
	for _, field := range filterFields() {
		if strings.EqualFold(field.name, name) {
			value := lastPart(values, ',')
			return m.fieldValues(&field, before, len(before)-len(value), value)
		}
	}
	return entry.Proposals{}
}

func (m *browseScreen) fieldNames(before string, start int, prefix string) entry.Proposals {
	p := entry.Proposals{From: len([]rune(before[:start]))}
	for _, field := range filterFields() {
		if text := field.name + ":"; hasPrefixFold(text, prefix) {
			p.List = append(p.List, entry.Proposal{Text: text, Shown: text})
		}
	}
	return p
}

// fieldValues leaves out values that no filter can express.
func (m *browseScreen) fieldValues(field *filterField, before string, start int, typed string) entry.Proposals {
	p := entry.Proposals{From: len([]rune(before[:start]))}
	prefix := strings.Trim(typed, `"`)
	values := field.words
	if values == nil && m.work.Known.View.Catalog != nil {
		values = m.work.Known.View.Catalog.Values(field.column, prefix, 0)
	}
	for _, value := range values {
		if strings.Contains(value, `"`) || (field.words != nil && !hasPrefixFold(value, prefix)) {
			continue
		}
		p.List = append(p.List, entry.Proposal{Text: quoted(value), Shown: field.name + ":" + value})
	}
	return p
}

func quoted(value string) string {
	if strings.ContainsAny(value, " \t,") {
		return `"` + value + `"`
	}
	return value
}

// lastPart returns what follows the last separator outside quotation marks.
func lastPart(text string, separator byte) string {
	start, inside := 0, false
	for i := range len(text) {
		switch text[i] {
		case '"':
			inside = !inside
		case separator:
			if !inside {
				start = i + 1
			}
		}
	}
	return text[start:]
}

func hasPrefixFold(text, prefix string) bool {
	return strings.HasPrefix(strings.ToLower(text), strings.ToLower(prefix))
}
