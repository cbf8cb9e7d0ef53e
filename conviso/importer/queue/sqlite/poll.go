package sqlite

import (
	"io/fs"
	"os"
	"time"
)

const (
	// pollEvery is how often a waiting process looks for changes made by another one,
	// restEvery how often it does so once there were none for restAfter: each look wakes an
	// idle process.
	pollEvery = 500 * time.Millisecond
	restEvery = time.Second
	restAfter = 10 * time.Second
	// settledAfter is the age from which a file's time tells one state of it from the next:
	// some file systems count in steps of two seconds.
	settledAfter = 3 * time.Second
	// lookTrust is how long the file's time and size are believed. Where they lie, as in a
	// cache of a system that this one does not know, a change shows after it.
	lookTrust = 5 * time.Second
)

// nothingNew is an answer of Changed that told of nothing new, and of which file. While that file is as
// it was, the answer is the same, and one question to the file system does for a dozen: a
// lock's, and SQLite's own.
type nothingNew struct {
	since int64
	// info is nil where nothing is known.
	info fs.FileInfo
	at   time.Time
}

// glance says how the file is before it is read. It is nil where that would not tell a later state
// from this one.
func (q *Queue) glance() fs.FileInfo {
	if q.shared {
		return nil
	}
	info, err := os.Lstat(q.path)
	if err != nil || time.Since(info.ModTime()) < settledAfter {
		return nil
	}
	return info
}

// still says whether Changed has nothing to tell after since, as far as that can be known without
// reading.
func (q *Queue) still(since int64, now fs.FileInfo) bool {
	q.access.RLock()
	usable := !q.closed && q.file.err == nil
	q.access.RUnlock()
	q.mu.Lock()
	defer q.mu.Unlock()
	then := q.last
	return usable && now != nil && then.info != nil && since == then.since && time.Since(then.at) < lookTrust &&
		os.SameFile(now, then.info) && now.Size() == then.info.Size() && now.ModTime().Equal(then.info.ModTime())
}

// looked remembers what Changed has read from the file as it was before: nothing more is behind
// newest. Whoever asked from the beginning has learnt nothing about when something changed.
func (q *Queue) looked(since, newest int64, before fs.FileInfo) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.last = (nothingNew{since: newest, info: before, at: time.Now()}); since > 0 && newest > since {
		q.stirred = q.last.at
	}
}

// pause is the time to the next look.
func (q *Queue) pause() time.Duration {
	if time.Since(q.stirred) < restAfter {
		return pollEvery
	}
	return restEvery
}
