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

func commandQuery(text string) (catalog.Query, error) {
	q := catalog.ParseQuery(text)
	if q.Uses("is") {
		return q, usage("%s asks for what is marked in the table, and a command has no marks; leave it out", selectedTerm)
	}
	return q, nil
}

// importQuery is commandQuery for imports: an ignored term or an empty query, as from an unset
// variable in a script, would import too much.
func importQuery(text string) (catalog.Query, error) {
	q, err := commandQuery(text)
	switch left := q.LeftOut(); {
	case err != nil:
		return q, err
	case len(left) > 0:
		return q, usage("nothing was imported, since the query means more than it seems to: %s", left[0])
	case q.Empty():
		return q, usage("an empty query means every entity; give --all-new to import everything that is new")
	}
	return q, nil
}

func (a *app) noteProblems(q catalog.Query) {
	for _, problem := range q.Problems() {
		a.notef("%s", problem)
	}
}
