package sqlite

import (
	"io/fs"
	"os"
	"time"
)

const (
	// pollInterval is the interval of Wait for changes by other processes, idleInterval after
	// idleAfter without one: each poll wakes an idle process.
	pollInterval = 500 * time.Millisecond
	idleInterval = time.Second
	idleAfter    = 10 * time.Second
	// timestampAge is when a file's time becomes reliable: some file systems count in 2 s steps.
	timestampAge = 3 * time.Second
	// emptyPollLife bounds an emptyPoll, in case the system caches the file's time and size.
	emptyPollLife = 5 * time.Second
)

// emptyPoll caches the last poll of Changed that found no change. While the file has not changed,
// one Lstat replaces a lock and a dozen system calls of SQLite.
type emptyPoll struct {
	since int64
	info  fs.FileInfo
	at    time.Time
}

// stat returns the file's state before it is read, or nil if a later state could look the same.
func (q *Queue) stat() fs.FileInfo {
	if q.onNetwork {
		return nil
	}
	info, err := os.Lstat(q.path)
	if err != nil || time.Since(info.ModTime()) < timestampAge {
		return nil
	}
	return info
}

// unchanged reports whether there is certainly no change after since.
func (q *Queue) unchanged(since int64, now fs.FileInfo) bool {
	q.access.RLock()
	usable := !q.closed && q.file.err == nil
	q.access.RUnlock()
	q.mu.Lock()
	defer q.mu.Unlock()
	last := q.lastEmptyPoll
	return usable && now != nil && last.info != nil && since == last.since && time.Since(last.at) < emptyPollLife &&
		os.SameFile(now, last.info) && now.Size() == last.info.Size() && now.ModTime().Equal(last.info.ModTime())
}

// remember records a read of all changes after since, up to newest; before is the file's state
// before the read. A read from 0 does not tell when the last change was.
func (q *Queue) remember(since, newest int64, before fs.FileInfo) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.lastEmptyPoll = emptyPoll{since: newest, info: before, at: time.Now()}
	if since > 0 && newest > since {
		q.lastChange = q.lastEmptyPoll.at
	}
}

func (q *Queue) pollDelay() time.Duration {
	if time.Since(q.lastChange) < idleAfter {
		return pollInterval
	}
	return idleInterval
}
