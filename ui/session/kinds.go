package session

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"conviso-importer/catalog"
)

// kindPattern is what the catalog allows as a kind, in lower case.
var kindPattern = regexp.MustCompile(`^[a-z][a-z0-9]{0,62}$`)

// KnownKinds are the kinds that every catalog may have, the most useful ones first. Others can be
// named as well.
func KnownKinds() []string {
	return []string{"component", "api", "resource", "system", "domain", "group", "template", "location"}
}

// KindName is a kind as catalogs write it.
func KindName(kind string) string {
	if kind == "api" {
		return "API"
	}
	return strings.ToUpper(kind[:min(1, len(kind))]) + kind[min(1, len(kind)):]
}

// KindWords name kinds, with a word between the last two; without one all stand behind commas.
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

// OrdinaryKinds reports whether a list has what it has unless somebody asks for more.
func OrdinaryKinds(kinds []string) bool {
	return len(kinds) == 1 && kinds[0] == catalog.DefaultKind
}

// NoEntities reports that a complete list is empty, and what could be looked at instead.
func NoEntities(kinds []string) string {
	other := "api"
	if slices.Contains(kinds, other) {
		other = catalog.DefaultKind
	}
	return fmt.Sprintf("No %s in this catalog. Try :kind %s, or --kind.", KindWords(kinds, "or"), other)
}

// noneCached reports that the disk has nothing of these kinds, and that nobody can be asked.
func noneCached(kinds []string) string {
	return fmt.Sprintf("Offline, and no %s was read before: run it once without --offline.", KindWords(kinds, "or"))
}

// parseKinds reads what was typed behind kind.
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

// chooseKinds reads which kinds a list shall have instead of those that it has now. Where that
// changes nothing, answer says what there is to say.
func chooseKinds(text string, now []string) (kinds []string, answer string, err error) {
	kinds, err = parseKinds(text)
	if err == nil && (len(kinds) == 0 || slices.Equal(kinds, now)) {
		answer = fmt.Sprintf("The list has %s. Others are shown by :kind api,component, for example.", KindWords(now, "and"))
	}
	return kinds, answer, err
}
