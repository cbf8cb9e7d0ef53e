package queue

import (
	"fmt"
	"time"

	"conviso-importer/internal/safetext"
)

// Locker is a lock for the one process that drains the queue.
type Locker interface {
	TryLock(now time.Time) (bool, error)
	Unlock()
	Holder() (RunnerInfo, bool)
}

// RunnerInfo is who drains a queue, for messages only; the lock decides.
type RunnerInfo struct {
	PID     int       `json:"pid"`
	Host    string    `json:"host"`
	Command string    `json:"command"`
	Since   time.Time `json:"since"`
}

func (i RunnerInfo) String() string {
	return fmt.Sprintf("%s (pid %d) on %s since %s", safetext.Line(i.Command), i.PID, safetext.Line(i.Host), i.Since.Format("15:04"))
}
