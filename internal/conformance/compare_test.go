package conformance

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"conviso-importer/conviso/importer"
	"conviso-importer/ui"
)

// result is what a front end decided and told in a story.
type result struct {
	// sent are the entities that the platform took, in the order of their names; of components of the default
	// namespace the name alone.
	sent []string
	// refused is how often the platform refused one.
	refused int
	// queued has a line for each item of the queue.
	queued []string
	// failed and pending are the figures of the last import.
	failed, pending int
	reviews         []review
	// said is everything that was on the screen or in the output.
	said strings.Builder
}

// review is what a front end tells of a plan.
type review struct {
	// goes is how many entities go; empty for none.
	goes     string
	findings []string
}

// ending is what Run of a front end returns.
type ending struct {
	outcome ui.Outcome
	err     error
}

// says keeps what was told. Blanks and line ends do not matter: a screen breaks lines.
func (r *result) says(text string) { r.said.WriteString(squeeze(text) + "\n") }

// ends waits for the end of a front end.
func (r *result) ends(t *testing.T, ended <-chan ending, shown func() string) {
	t.Helper()
	patience := time.NewTimer(guard)
	defer patience.Stop()
	select {
	case e := <-ended:
		if e.err != nil {
			t.Errorf("it ends with %v:\n%s", e.err, shown())
		}
		r.failed, r.pending = e.outcome.Failed, e.outcome.Pending
	case <-patience.C:
		t.Fatalf("it does not end:\n%s", shown())
	}
}

// observe adds what can be seen without a front end.
func (r *result) observe(w *world, e *importer.Engine) {
	w.t.Helper()
	imports := w.platform.Imports()
	for _, project := range imports.Projects {
		ref := strings.ToLower(project.ID)
		r.sent = append(r.sent, strings.TrimPrefix(strings.TrimPrefix(ref, "component:"), "default/"))
	}
	slices.Sort(r.sent)
	r.refused = imports.Rejected
	// What is named after a world differs from world to world.
	same := strings.NewReplacer(w.file, "the file", strings.TrimPrefix(w.address, "http://"), "the platform", "company "+w.company, "the company")
	items, _, err := e.Changes(w.t.Context(), 0)
	if err != nil {
		w.t.Fatal(err)
	}
	for i := range items {
		item := &items[i]
		line := fmt.Sprintf("queue %s: %s, sent %d times", item.Ref, item.State, item.Attempts)
		if item.Error != "" {
			line += ", " + same.Replace(item.Error)
		}
		r.queued = append(r.queued, line)
	}
	slices.Sort(r.queued)
}

// lines are everything that has to be the same.
func (r *result) lines() []string {
	all := []string{"sent: " + strings.Join(r.sent, " "), fmt.Sprintf("refused %d times", r.refused)}
	all = append(all, r.queued...)
	all = append(all, fmt.Sprintf("%d failed", r.failed), fmt.Sprintf("%d pending", r.pending))
	for i, review := range r.reviews {
		head := fmt.Sprintf("review %d", i+1)
		all = append(all, fmt.Sprintf("%s: %s go", head, review.goes))
		for _, finding := range review.findings {
			all = append(all, head+": "+finding)
		}
	}
	return all
}

// squeeze makes one blank of every run of blanks, and removes those at the ends.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }
