package session

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"conviso-importer/conviso/importer"
	"conviso-importer/internal/secret"
	"conviso-importer/internal/text"
)

// Unattended is the command that imports without a user.
const Unattended = "conviso-importer import --all-new"

// CountWords lists the counts of the states that are not zero.
func CountWords(counts importer.Counts, states ...importer.State) string {
	figures := make([]string, len(states))
	for i, s := range states {
		figures[i] = countOf(counts[s], string(s))
	}
	return text.Join(", ", figures...)
}

// Unable returns why nothing can be sent, or empty.
func Unable(id importer.Identity) string {
	switch {
	case id.ReadOnly:
		return "read-only: nothing is sent or changed."
	case id.Offline:
		return "offline: run it without --offline to import."
	}
	return ""
}

// Host returns the part of a URL that is worth showing.
func Host(url string) string {
	if _, rest, ok := strings.Cut(url, "://"); ok {
		url = rest
	}
	return strings.TrimRight(url, "/")
}

// ReadError returns an error's text; for a refused secret that is read again from its file it says that
// mending the file is enough.
func ReadError(err error) string {
	words := err.Error()
	var refused *secret.RefusedError
	if errors.As(err, &refused) && refused.Rereads {
		if rest, ok := strings.CutPrefix(words, refused.Error()); ok {
			words = refused.Error() + ", mend the file, then r" + rest
		}
	}
	return words
}

// CheckWords describe what an auto-import check did and what it left for a person.
func CheckWords(now time.Time, r *importer.AutoResult) string {
	words := fmt.Sprintf("Auto-import at %s: nothing new", text.Clock(now, now))
	if r.Queued() > 0 {
		words = fmt.Sprintf("Auto-import at %s: %s queued", text.Clock(now, now), text.Entities(r.Queued()))
	}
	if r.Waiting() > 0 {
		words += fmt.Sprintf(", %d over the limit of one run wait for you", r.Waiting())
	}
	if r.Clashes() > 0 {
		words += fmt.Sprintf(", %d skipped: same name", r.Clashes())
	}
	if n := r.Plan.Skips(importer.CauseOptOut, importer.CauseOrphan); n > 0 {
		words += fmt.Sprintf(", %d opted out or orphaned", n)
	}
	if n := r.Plan.Skips(importer.CauseShared); n > 0 {
		words += fmt.Sprintf(", %d covered by the same repository", n)
	}
	return words + "."
}
