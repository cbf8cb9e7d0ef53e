package session

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"conviso-importer/catalog"
)

// kindPattern is the catalog's rule for kinds, in lower case.
var kindPattern = regexp.MustCompile(`^[a-z][a-z0-9]{0,62}$`)

// KindName returns a kind as catalogs write it.
func KindName(kind string) string {
	if kind == "api" {
		return "API"
	}
	return strings.ToUpper(kind[:min(1, len(kind))]) + kind[min(1, len(kind)):]
}

// KindWords joins kinds by commas, the last two by a word unless it is empty.
func KindWords(kinds []string, last string) string {
	names := make([]string, len(kinds))
	for i, kind := range kinds {
		names[i] = KindName(kind)
	}
	if n := len(names); n > 1 && last != "" {
		return strings.Join(names[:n-1], ", ") + " " + last + " " + names[n-1]
	}
	return strings.Join(names, ", ")
}

// OrdinaryKinds reports whether the kinds are the default.
func OrdinaryKinds(kinds []string) bool {
	return len(kinds) == 1 && kinds[0] == catalog.DefaultKind
}

// NoEntities reports that a complete list is empty and suggests another kind.
func NoEntities(kinds []string) string {
	other := "api"
	if slices.Contains(kinds, other) {
		other = catalog.DefaultKind
	}
	return fmt.Sprintf("No %s in this catalog. Try :kind %s, or --kind.", KindWords(kinds, "or"), other)
}

func parseKinds(text string) ([]string, error) {
	var kinds []string
	for _, kind := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r == ',' || r == ' ' }) {
		if !kindPattern.MatchString(kind) {
			return nil, fmt.Errorf("%q is not a kind of entity; write it like :kind api,component", kind)
		}
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	return slices.Compact(kinds), nil
}

// chooseKinds parses the new kinds of a list; answer is set if nothing changes.
func chooseKinds(text string, now []string) (kinds []string, answer string, err error) {
	kinds, err = parseKinds(text)
	if err == nil && (len(kinds) == 0 || slices.Equal(kinds, now)) {
		answer = fmt.Sprintf("The list has %s. Others are shown by :kind api,component, for example.", KindWords(now, "and"))
	}
	return kinds, answer, err
}
