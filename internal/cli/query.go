package cli

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"conviso-importer/catalog"
)

func queryHelp() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, hint := range catalog.QueryHelp() {
		if hint.Form != selectedTerm {
			_, _ = fmt.Fprintf(w, "  %s\t%s\n", hint.Form, hint.Meaning)
		}
	}
	_ = w.Flush()
	return "A query is words and fields that must all apply; quote it for your shell:\n\n" + strings.TrimRight(b.String(), "\n")
}

// selectedTerm matches marks in the table, which commands do not have.
const selectedTerm = "is:selected"

// commandQuery refuses a query that may not mean what its writer meant: nobody looks at what it selects before
// something is done with it. kinds are those of the list.
func commandQuery(text string, kinds []string) (catalog.Query, error) {
	q := catalog.ParseQuery(text)
	if problems := q.Problems(kinds...); len(problems) > 0 {
		return q, usage("nothing was done, since the query may not mean what it seems to: %s", problems)
	}
	if q.Uses("is") {
		return q, usage("%s asks for what is marked in the table, and a command has no marks; leave it out", selectedTerm)
	}
	return q, nil
}

// importQuery is commandQuery for imports: an empty query, as from an unset variable in a script, would import
// too much.
func importQuery(text string, kinds []string) (catalog.Query, error) {
	q, err := commandQuery(text, kinds)
	if err == nil && q.Empty() {
		return q, usage("an empty query means every entity; give --all-new to import everything that is new")
	}
	return q, err
}
