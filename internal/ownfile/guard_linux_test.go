package ownfile

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestReadOnlyMount checks that a mode that lets everybody write, as Kubernetes gives to the folder of a
// config map, does no harm where nobody can: the mount is read-only.
func TestReadOnlyMount(t *testing.T) {
	dir := folder(t, filepath.Join(t.TempDir(), "config"), 0o755)
	done := make(chan struct{})
	go func() {
		defer close(done)
		// The mounts are those of this thread alone, which ends with the goroutine since it stays locked.
		runtime.LockOSThread()
		if unix.Unshare(unix.CLONE_FS|unix.CLONE_NEWNS) != nil || unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "") != nil ||
			unix.Mount("none", dir, "tmpfs", 0, "mode=0777") != nil {
			t.Log("nothing can be mounted here")
			return
		}
		file := filepath.Join(dir, "app-config.yaml")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Error(err)
		}
		if err := Guard(file); err == nil || !strings.Contains(err.Error(), "chmod go-w") {
			t.Errorf("mounted for writing: %v", err)
		}
		if err := unix.Mount("", dir, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
			t.Error(err)
		}
		if err := Guard(file); err != nil {
			t.Errorf("mounted read-only: %v", err)
		}
	}()
	<-done
}
