package queue

import (
	"fmt"
	"time"

	"conviso-importer/internal/safetext"
)

// Locker lets one process at a time drain the queue.
type Locker interface {
	TryLock(now time.Time) (bool, error)
	Unlock()
	Holder() (RunnerInfo, bool)
}

// RunnerInfo tells who drains a queue. It is for messages only; the lock decides.
type RunnerInfo struct {
	PID     int       `json:"pid"`
	Host    string    `json:"host"`
	Command string    `json:"command"`
	Since   time.Time `json:"since"`
}

// String returns one line that is safe to show.
func (i RunnerInfo) String() string {
	return fmt.Sprintf("%s (pid %d) on %s since %s", safetext.Line(i.Command), i.PID, safetext.Line(i.Host), i.Since.Format("15:04"))
}
