package session

import (
	"fmt"
	"strings"
	"time"

	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
)

// Left is what is unsettled in the queue, in words.
type Left struct{ importer.Unsettled }

// Unfinished returns how many items are to be sent or verified.
func (l Left) Unfinished() int { return l.Pending() }

// Words describe in a sentence what is unfinished.
func (l Left) Words() string {
	switch {
	case l.Unseen == 0:
		return fmt.Sprintf("%s not sent.", text.Entities(l.Unsent))
	case l.Unsent == 0:
		return fmt.Sprintf("%s sent but not verified.", text.Entities(l.Unseen))
	}
	return fmt.Sprintf("%d not sent, %d not verified.", l.Unsent, l.Unseen)
}

// LateWords describe what is late and what to do about it; empty for nothing.
func (l Left) LateWords(now time.Time) string {
	switch at := text.Clock(now, l.LateSince); l.Late {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("1 entity was taken by Conviso at %s and has not appeared; look for it there. conviso-importer import REF sends it again.", at)
	default:
		return fmt.Sprintf("%s were taken by Conviso, the first at %s, and have not appeared; look for them there. conviso-importer import REF sends one again.",
			text.Entities(l.Late), at)
	}
}

const shownFailures = 5

// Farewell sums up an import and the queue in whole lines; empty for nothing. A demo's queue ends with the
// process.
func Farewell(now time.Time, j *Job, l Left, demo bool) string {
	var words strings.Builder
	counts := j.States()
	if j.Len() > 0 {
		figures := fmt.Sprintf("%d imported, %d failed, %d not settled", counts[importer.Imported], counts[importer.Failed], counts.Pending())
		words.WriteString(text.Join(", ", figures, countOf(counts[importer.Skipped], "skipped")) + ".\n")
	}
	named := j.Failed()
	named = named[:min(len(named), shownFailures)]
	for _, ref := range named {
		item, _ := j.Item(ref)
		fmt.Fprintf(&words, "  %s: %s\n", ref, text.Reason(item.Name, item.Error))
	}
	if more := len(j.Failed()) - len(named); more > 0 {
		fmt.Fprintf(&words, "  and %d more\n", more)
	}
	if l.Unfinished() > 0 && !demo {
		fmt.Fprintf(&words, "%s The queue keeps them; go on with: conviso-importer resume\n", l.Words())
	}
	if late := l.LateWords(now); late != "" && !demo {
		words.WriteString(late + "\n")
	}
	return words.String()
}
