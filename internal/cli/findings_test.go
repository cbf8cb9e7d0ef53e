package cli

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"conviso-importer/conviso/importer/plantest"
)

// TestDryRunFindings checks that a dry run prints the findings of the plan's review.
func TestDryRunFindings(t *testing.T) {
	var want []string
	for _, l := range plantest.Lines() {
		line := fmt.Sprintf("%d %s", l.N, l.Text)
		if l.Note != "" {
			line += " (" + l.Note + ")"
		}
		want = append(want, line)
	}
	plan := plantest.Plan()
	plan.CreateIntegration = true
	var out bytes.Buffer
	if err := (&app{out: &out}).printPlan(plan, formatTable); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	from := slices.Index(lines, createsIntegration) + 1
	if from == 0 || from+len(want) > len(lines) || !slices.Equal(lines[from:from+len(want)], want) {
		t.Errorf("a dry run prints\n%s\nwant at its end\n%s", out.String(), strings.Join(want, "\n"))
	}
	if last := lines[len(lines)-1]; last != fmt.Sprintf("%d would be sent in 1 request, %d skipped", len(plan.Items), len(plan.Skipped)) {
		t.Errorf("the last line is %q", last)
	}
}
