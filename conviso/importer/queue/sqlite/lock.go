package sqlite

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/lockfile"
	"conviso-importer/internal/ownfile"
)

// maxInfo is the size of a RunnerInfo at most, in bytes.
const maxInfo = 64 << 10

// Lock is the queue.Locker of a queue on disk. The kernel frees it when the process ends.
type Lock struct {
	file *lockfile.Lock
	info string
}

// NewLock returns the lock of the queue called name in dir, not held yet.
func NewLock(dir, name string) *Lock {
	path := filepath.Join(dir, name+".lock")
	return &Lock{file: lockfile.New(path), info: path + ".json"}
}

// TryLock takes the lock unless another process holds it, and writes its RunnerInfo.
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
		replaceFile(l.info, doc)
	}
	return true, nil
}

// replaceFile is best effort: without such a file less can be said. Only the sender calls it.
func replaceFile(path string, doc []byte) {
	part := path + partFile
	file, err := ownfile.Open(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return
	}
	_, err = file.Write(doc)
	if errors.Join(err, file.Close()) == nil {
		_ = os.Rename(part, path)
	}
}

// Unlock releases the lock.
func (l *Lock) Unlock() { _ = l.file.Unlock() }

// Holder returns who holds the lock, if that is another process.
func (l *Lock) Holder() (queue.RunnerInfo, bool) {
	if !l.file.Elsewhere() {
		return queue.RunnerInfo{}, false
	}
	var info queue.RunnerInfo
	doc, err := ownfile.Read(l.info, maxInfo)
	if err != nil || json.Unmarshal(doc, &info) != nil {
		return queue.RunnerInfo{Command: "another process"}, true
	}
	return info, true
}
