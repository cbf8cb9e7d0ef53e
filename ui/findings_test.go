package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/plantest"
)

// TestReviewFindings checks the findings and counts against those of line mode and a dry run.
func TestReviewFindings(t *testing.T) {
	want := []string{fmt.Sprintf("%d  not on the list as it is filtered now", len(plantest.Plan().Items))}
	for _, l := range plantest.Lines() {
		line := fmt.Sprintf("%d  %s", l.N, l.Text)
		if l.Note != "" {
			line += " (" + l.Note + ")"
		}
		want = append(want, line)
	}
	within(t, 140, 50, bank(), nil, func(h *harness) {
		h.start(h.m.review.startReview(false, func(context.Context) (*importer.Plan, error) { return plantest.Plan(), nil }))
		h.settle()
		var got []string
		for _, line := range strings.Split(h.m.View(), "\n") {
			got = append(got, strings.TrimSpace(strings.TrimPrefix(line, ">")))
		}
		from := slices.Index(got, want[0])
		if from < 0 || from+len(want) > len(got) || !slices.Equal(got[from:from+len(want)], want) {
			t.Errorf("the review shows\n%s\nwant\n%s", h.m.View(), strings.Join(want, "\n"))
		}
	})
}
