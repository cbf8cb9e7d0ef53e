package sqlite

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/lockfile"
)

// Lock lets one process of a user and company drain the queue. The kernel frees it when the
// process ends, however it ends.
type Lock struct {
	file *lockfile.Lock
	info string
}

// NewLock returns the lock of the queue called name in dir; nothing is taken yet.
func NewLock(dir, name string) *Lock {
	path := filepath.Join(dir, name+".lock")
	return &Lock{file: lockfile.New(path), info: path + ".json"}
}

// TryLock takes the lock if no other process holds it, and leaves word of who does.
func (l *Lock) TryLock(now time.Time) (bool, error) {
	ok, err := l.file.TryLock()
	if err != nil {
		return false, fmt.Errorf("lock the queue: %w; set CONVISO_STATE_DIR to a folder on a local disk", err)
	}
	if !ok {
		return false, nil
	}
	host, _ := os.Hostname()
	doc, err := json.Marshal(queue.RunnerInfo{PID: os.Getpid(), Host: host, Command: filepath.Base(os.Args[0]), Since: now})
	if err == nil {
		l.note(doc)
	}
	return true, nil
}

// note leaves word of who holds the lock, whole or not at all. A missing note costs a message
// its detail and nothing else.
func (l *Lock) note(doc []byte) {
	part := l.info + partFile
	if os.WriteFile(part, doc, 0o600) == nil {
		_ = os.Rename(part, l.info)
	}
}

// Unlock gives the lock back.
func (l *Lock) Unlock() { _ = l.file.Unlock() }

// Holder says who holds the lock when it is another process.
func (l *Lock) Holder() (queue.RunnerInfo, bool) {
	if !l.file.Elsewhere() {
		return queue.RunnerInfo{}, false
	}
	var info queue.RunnerInfo
	doc, err := os.ReadFile(l.info)
	if err != nil || json.Unmarshal(doc, &info) != nil {
		return queue.RunnerInfo{Command: "another process"}, true
	}
	return info, true
}
