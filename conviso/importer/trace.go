package importer

import (
	"strings"

	"conviso-importer/conviso"
	"conviso-importer/internal/safetext"
)

// The fields of a project that tables decide.
const (
	fieldLifecycle = "lifecycle"
	fieldType      = "assetType"
)

// Rule is how a project's value came about.
type Rule int

// The rules.
const (
	// FromPlace is a value as it was read; the origin names the place.
	FromPlace Rule = iota
	// FromTable is a value that the built-in table has for the entity's word.
	FromTable
	// FromOverride is a value that the user's own table has for the entity's word.
	FromOverride
	// FromDefault is a value chosen because no table knows the entity's word.
	FromDefault
	// Absent is an empty value; the origin says what was looked for.
	Absent
)

// Origin says where one value of a project came from.
type Origin struct {
	// Field is the project's field as JSON has it.
	Field string
	Rule  Rule
	// From is the entity's own word where a table decided, else the place that the value was
	// read from. It is safe to show.
	From string
}

// Override is a value that the user's own table decided.
type Override struct {
	// Field is the project's field: lifecycle or assetType.
	Field string `json:"field"`
	// From is the entity's value, safe to show; To is what is sent for it.
	From string `json:"from"`
	To   string `json:"to"`
}

// Setting is the key of app-config.yaml that holds the table.
func (o Override) Setting() string { return settingOf(o.Field) }

// settingOf is the key of app-config.yaml that holds the user's table for a field.
func settingOf(field string) string {
	if field == fieldType {
		return "conviso.mapping.type"
	}
	return "conviso.mapping.lifecycle"
}

// Setting is the key of app-config.yaml that holds the user's table for the origin's field.
func (o Origin) Setting() string { return settingOf(o.Field) }

// Trace is a project with where its values came from.
type Trace struct {
	// Project is exactly what is sent.
	Project   conviso.Project
	Defaults  []Default
	Overrides []Override
	// Origins hold one entry for each field.
	Origins []Origin
}

func (t *Trace) origin(field string, rule Rule, from string) {
	t.Origins = append(t.Origins, Origin{Field: field, Rule: rule, From: from})
}

// place notes the place of a value that is sent as it was read.
func (t *Trace) place(field, value, from string) {
	rule := FromPlace
	if value == "" {
		rule = Absent
		if !strings.HasPrefix(from, "no ") {
			from = "no " + from
		}
	}
	t.origin(field, rule, from)
}

// word decides a value by the tables: the user's, then the built-in one, and the fallback for
// a word that neither has. An entity without the word has no value.
func (t *Trace) word(field, place, word string, own map[string]string, builtIn func(string) string, fallback string) string {
	shown := safetext.Line(word)
	key := strings.ToLower(strings.TrimSpace(word))
	for own, value := range own {
		if value != "" && strings.EqualFold(strings.TrimSpace(own), key) {
			t.origin(field, FromOverride, shown)
			t.Overrides = append(t.Overrides, Override{Field: field, From: shown, To: value})
			return value
		}
	}
	if word == "" {
		t.origin(field, Absent, "no "+place)
		return ""
	}
	if value := builtIn(key); value != "" {
		t.origin(field, FromTable, shown)
		return value
	}
	t.origin(field, FromDefault, shown)
	t.Defaults = append(t.Defaults, Default{Field: field, From: shown, To: fallback})
	return fallback
}
