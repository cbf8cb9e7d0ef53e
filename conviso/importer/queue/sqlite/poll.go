package sqlite

import (
	"io/fs"
	"os"
	"time"
)

const (
	// pollInterval is how often Wait returns to look for changes by other processes,
	// idleInterval how often it does so when there were none for idleAfter: each poll wakes an
	// idle process.
	pollInterval = 500 * time.Millisecond
	idleInterval = time.Second
	idleAfter    = 10 * time.Second
	// timestampAge is how old a file's time must be to tell two states of the file apart: some
	// file systems count in steps of two seconds.
	timestampAge = 3 * time.Second
	// emptyPollLife is how long an emptyPoll is used. Where the file's time and size are wrong,
	// as in a cache of the operating system that this package does not know, a change is seen
	// after it.
	emptyPollLife = 5 * time.Second
)

// emptyPoll is the last poll of Changed that found no change, with the file's state at that time.
// While the file has not changed the answer is the same, and one Lstat replaces a lock and a dozen
// system calls of SQLite.
type emptyPoll struct {
	since int64
	// info is nil where nothing is known.
	info fs.FileInfo
	at   time.Time
}

// stat returns the file's state before it is read, or nil where that cannot be told from a later
// one.
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

// unchanged reports whether nothing has changed after since, as far as that is known without
// reading the file.
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

// remember records a read of all changes after since: there are none after newest, and before is
// the file's state before the read. A read from the beginning tells nothing about when the last
// change was.
func (q *Queue) remember(since, newest int64, before fs.FileInfo) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.lastEmptyPoll = emptyPoll{since: newest, info: before, at: time.Now()}
	if since > 0 && newest > since {
		q.lastChange = q.lastEmptyPoll.at
	}
}

// pollDelay is the time to the next poll.
func (q *Queue) pollDelay() time.Duration {
	if time.Since(q.lastChange) < idleAfter {
		return pollInterval
	}
	return idleInterval
}
