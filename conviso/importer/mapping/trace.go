package mapping

import (
	"strings"

	"conviso-importer/catalog/repository"
	"conviso-importer/conviso"
	"conviso-importer/internal/safetext"
)

// The fields that tables decide, as in JSON.
const (
	FieldLifecycle = "lifecycle"
	FieldType      = "assetType"
)

// Rule is how a project's value was chosen.
type Rule int

// The rules.
const (
	FromPlace    Rule = iota // as read; the origin names the place
	FromTable                // the built-in table's value
	FromOverride             // the user's table's value
	FromDefault              // the word is in no table
	Absent                   // an empty value; the origin names what was missing
)

// Origin is where a project's value came from.
type Origin struct {
	Field string // the project's field as in JSON
	Rule  Rule
	From  string // the entity's word for a table, else the place it was read from; safe to show
}

// Default is a value sent because no table has the entity's.
type Default struct {
	Field string `json:"field"` // lifecycle or assetType
	// From is the entity's value, safe to show; To is what is sent.
	From string `json:"from"`
	To   string `json:"to"`
}

// Override is a value decided by the user's table.
type Override struct {
	Field string `json:"field"` // lifecycle or assetType
	// From is the entity's value, safe to show; To is what is sent.
	From string `json:"from"`
	To   string `json:"to"`
}

// Setting is the key in app-config.yaml that holds the table.
func (o Override) Setting() string { return settingOf(o.Field) }

func settingOf(field string) string {
	if field == FieldType {
		return "conviso.mapping.type"
	}
	return "conviso.mapping.lifecycle"
}

// Setting is the key in app-config.yaml that holds the field's table.
func (o Origin) Setting() string { return settingOf(o.Field) }

// Trace is a project with the origins of its values.
type Trace struct {
	Project    conviso.Project // exactly what is sent
	Repository repository.Address
	Defaults   []Default
	Overrides  []Override
	Origins    []Origin // one entry for each field
}

func (t *Trace) origin(field string, rule Rule, from string) {
	t.Origins = append(t.Origins, Origin{Field: field, Rule: rule, From: from})
}

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

// word decides a value by the user's table, the built-in one or the fallback; "" without a word.
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
