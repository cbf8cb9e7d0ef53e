package importer

import (
	"strings"
	"testing"

	"conviso-importer/conviso"
)

// TestUnattributedAnswer protects against guessing: an answer that counts without naming
// leaves its items open.
func TestUnattributedAnswer(t *testing.T) {
	pair := func() []Item {
		return []Item{{Project: conviso.Project{Name: "a"}}, {Project: conviso.Project{Name: "b"}}}
	}
	for name, c := range map[string]struct {
		result conviso.ImportResult
		want   State
		doubt  bool
	}{
		"all":                 {conviso.ImportResult{Success: true, ImportedCount: 2}, Accepted, false},
		"more than were sent": {conviso.ImportResult{Success: true, ImportedCount: 9}, Accepted, false},
		"some, unnamed":       {conviso.ImportResult{Success: true, ImportedCount: 1, Errors: []string{"one was bad"}}, Accepted, true},
		"none, with success":  {conviso.ImportResult{Success: true}, Accepted, true},
		"a negative number":   {conviso.ImportResult{Success: true, ImportedCount: -3}, Accepted, true},
		"none":                {conviso.ImportResult{Errors: []string{"not today"}}, Failed, false},
	} {
		t.Run(name, func(t *testing.T) {
			out := sent{batch: batch{items: pair()}, result: c.result}
			answered(out)
			for i := range out.items {
				if got := out.items[i]; got.State != c.want || strings.HasPrefix(got.Error, uncertainPrefix) != c.doubt {
					t.Errorf("%s is %s: %q", got.Project.Name, got.State, got.Error)
				}
			}
		})
	}
}
