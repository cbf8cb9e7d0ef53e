package home

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/ownfile"
	"conviso-importer/internal/pause"
)

const (
	beat  = 10 * time.Second // between two signs of life
	fresh = 3 * beat         // a run without a sign for so long has ended
	// settled is longer than a file system takes to show what another host has written.
	settled = 3 * time.Second
	// mostBytes bounds a record.
	mostBytes = 4 << 10
)

// Turn tells apart the runs that share a queue where the kernel's locks may not hold: the run whose id is in a
// file beside the queue may send. Whoever comes writes its id only where no other is fresh, waits, and reads
// it again, so that of several that come at once the last one stays. A file is read anew each time, since a
// network file system shows the latest of it then, and of the queue's own file only where locks work.
type Turn struct {
	path    string
	since   time.Time
	written time.Time // when this run last wrote it

	mu  sync.Mutex
	run string // this run's id; empty before the first turn
}

// NewTurn returns the turns that are told by a file at path.
func NewTurn(path string) *Turn { return &Turn{path: path} }

// OvertakenError reports that another run sends from the same queue.
type OvertakenError struct{ Other queue.RunnerInfo }

func (e *OvertakenError) Error() string {
	return fmt.Sprintf("%s sends from this queue too, and the locks of its file system do not keep the two apart, so this run has stopped and the queue keeps what is left; "+
		"let the other one finish, or set CONVISO_STATE_DIR to a folder on a local disk", e.Other)
}

type record struct {
	queue.RunnerInfo

	Run string `json:"run"`
}

func (t *Turn) take(ctx context.Context) (bool, error) {
	t.mu.Lock()
	t.run, t.since = rand.Text(), time.Now()
	t.mu.Unlock()
	part, now, err := t.prepare()
	if err != nil {
		return false, t.explain(err)
	}
	// Both times are the file system's, whatever the clocks of the hosts say.
	if other, at, err := t.read(); err != nil || other.Run != "" && now.Sub(at) < fresh {
		return false, t.explain(errors.Join(err, os.Remove(part)))
	}
	if err := os.Rename(part, t.path); err != nil {
		return false, t.explain(err)
	}
	if err := pause.Sleep(ctx, settled); err != nil {
		t.leave()
		return false, err
	}
	mine, _, err := t.read()
	t.written = time.Now()
	return err == nil && mine.Run == t.run, t.explain(err)
}

func (t *Turn) confirm() error {
	other, _, err := t.read()
	if err != nil {
		return t.explain(err)
	}
	if other.Run != "" && other.Run != t.run {
		return &OvertakenError{Other: other.RunnerInfo}
	}
	part, _, err := t.prepare()
	if err == nil {
		err = os.Rename(part, t.path)
	}
	t.written = time.Now()
	return t.explain(err)
}

// leave is best effort: a record that stays is not fresh for long.
func (t *Turn) leave() {
	if mine, _, err := t.read(); err == nil && mine.Run == t.run {
		_ = os.Remove(t.path)
	}
}

func (t *Turn) busy(now time.Time) (queue.RunnerInfo, bool) {
	t.mu.Lock()
	own := t.run
	t.mu.Unlock()
	other, at, err := t.read()
	return other.RunnerInfo, err == nil && other.Run != "" && other.Run != own && now.Sub(at) < fresh
}

// read returns the record and when it was written, by the file system's clock; a zero one where there is none.
func (t *Turn) read() (r record, at time.Time, err error) {
	file, err := ownfile.Open(t.path, os.O_RDONLY)
	if errors.Is(err, fs.ErrNotExist) {
		return r, at, nil
	}
	if err != nil {
		return r, at, err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return r, at, err
	}
	doc, err := io.ReadAll(io.LimitReader(file, mostBytes))
	if err != nil {
		return r, at, err
	}
	if json.Unmarshal(doc, &r) != nil || r.Run == "" {
		r = record{RunnerInfo: queue.RunnerInfo{Command: "another process"}, Run: "unknown"}
	}
	return r, info.ModTime(), nil
}

// prepare writes this run's record under a name of its own and returns the file system's time.
func (t *Turn) prepare() (part string, now time.Time, err error) {
	host, _ := os.Hostname()
	doc, err := json.Marshal(record{Run: t.run, RunnerInfo: queue.RunnerInfo{PID: os.Getpid(), Host: host, Command: filepath.Base(os.Args[0]), Since: t.since}})
	if err != nil {
		return "", now, err
	}
	part = t.path + "-" + t.run + ".part"
	file, err := ownfile.Open(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL)
	if err != nil {
		return "", now, err
	}
	_, err = file.Write(doc)
	if err = errors.Join(err, file.Close()); err != nil {
		return "", now, errors.Join(err, os.Remove(part))
	}
	info, err := os.Stat(part)
	if err != nil {
		return "", now, errors.Join(err, os.Remove(part))
	}
	return part, info.ModTime(), nil
}

func (t *Turn) explain(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("whose turn it is to send cannot be told, since the locks of this file system may not hold: %w; set CONVISO_STATE_DIR to a folder on a local disk", err)
}
