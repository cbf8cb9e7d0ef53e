// Package flow is how sending goes, and says it in words for every front end. It must not know what makes it go so,
// nor where the words are shown.
package flow

import (
	"time"

	"conviso-importer/conviso"
)

// Flow is how sending goes in this process.
type Flow struct {
	// Paused: no batch starts. Stopping: the drain ends after what is in flight.
	Paused, Stopping bool
	Pace             conviso.Pace // the platform's rate limiting
	Trouble          Trouble
}

// Trouble is a problem that a drain waits out. Its strings are safe to show.
type Trouble struct {
	// What is short, such as "Conviso cannot be reached", or empty; Cause is the last error.
	What, Cause string
	Since, Next time.Time // Since is when it began, Next when the next try is due; zero if unknown
}
