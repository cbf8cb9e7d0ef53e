package lines

import (
	"fmt"
	"strings"
	"testing"

	"conviso-importer/conviso/importer/plantest"
)

// TestReviewFindings: the review reports every kind of finding, after those that the list hides.
func TestReviewFindings(t *testing.T) {
	want := []string{fmt.Sprintf("%d not on the list as it is filtered now", len(plantest.Plan().Items))}
	for _, l := range plantest.Lines() {
		line := fmt.Sprintf("%d %s", l.N, l.Text)
		if l.Note != "" {
			line += " (" + l.Note + ")"
		}
		want = append(want, line)
	}
	for i := range want {
		want[i] = fmt.Sprintf("Line %d: %s", i+1, want[i])
	}
	f := bank()
	f.made = plantest.Plan()
	within(t, f, nil, func(s *script) {
		s.write("a")
		s.write("i", "\n"+strings.Join(want, "\n")+"\nThe first one: ")
		s.write(fmt.Sprintf("l %d", len(want)), "component:default/done  imported\n")
		s.write(fmt.Sprintf("l %d", len(want)+1), fmt.Sprintf("The review has the lines 1 to %d.", len(want)))
	})
}
