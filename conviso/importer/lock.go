package importer

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"conviso-importer/internal/safetext"
)

// RunnerInfo says who drains a queue. It is for messages alone: the kernel's lock decides.
type RunnerInfo struct {
	PID     int       `json:"pid"`
	Host    string    `json:"host"`
	Command string    `json:"command"`
	Since   time.Time `json:"since"`
}

// String is one safe line.
func (i RunnerInfo) String() string {
	return fmt.Sprintf("%s (pid %d) on %s since %s", safetext.Line(i.Command), i.PID, safetext.Line(i.Host), i.Since.Format("15:04"))
}

// Lock lets one process of a user and company drain the queue. The kernel frees it when the
// process ends, however it ends.
type Lock struct {
	flock *flock.Flock
	info  string
}

// NewLock returns the lock of the queue called name in dir; nothing is taken yet.
func NewLock(dir, name string) *Lock {
	path := filepath.Join(dir, name+".lock")
	return &Lock{flock: flock.New(path, flock.SetPermissions(0o600)), info: path + ".json"}
}

// TryLock takes the lock if no other process holds it, and leaves word of who does.
func (l *Lock) TryLock(now time.Time) (bool, error) {
	ok, err := l.flock.TryLock()
	if err != nil {
		return false, fmt.Errorf("lock the queue: %w; set CONVISO_STATE_DIR to a folder on a local disk", err)
	}
	if !ok {
		return false, nil
	}
	host, _ := os.Hostname()
	doc, err := json.Marshal(RunnerInfo{PID: os.Getpid(), Host: host, Command: filepath.Base(os.Args[0]), Since: now})
	if err == nil {
		// A missing note costs a message its detail and nothing else.
		_ = os.WriteFile(l.info, doc, 0o600)
	}
	return true, nil
}

// Unlock gives the lock back.
func (l *Lock) Unlock() { _ = l.flock.Unlock() }

// Holder says who holds the lock when it is another process.
func (l *Lock) Holder() (RunnerInfo, bool) {
	if l.flock.Locked() {
		return RunnerInfo{}, false
	}
	probe := flock.New(l.flock.Path(), flock.SetPermissions(0o600))
	ok, err := probe.TryLock()
	if err != nil || ok {
		_ = probe.Unlock()
		return RunnerInfo{}, false
	}
	var info RunnerInfo
	doc, err := os.ReadFile(l.info)
	if err != nil || json.Unmarshal(doc, &info) != nil {
		return RunnerInfo{Command: "another process"}, true
	}
	return info, true
}
