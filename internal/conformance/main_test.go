package conformance

import (
	"flag"
	"os"
	"testing"

	"go.uber.org/goleak"

	"conviso-importer/internal/config"
)

// atOnce is how many front ends play at the same time. They wait for the platform most of the
// time, so that it may be more than there are processors.
const atOnce = "16"

// TestMain gives all stories one empty environment, since a process has only one: what differs
// between them is in the configuration file of each. Nothing may outlive its story.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", atOnce); err != nil {
		panic(err)
	}
	for _, v := range config.Variables() {
		_ = os.Unsetenv(v.Name)
	}
	// Without a home there is no folder for the cache, so that no story knows what another has read.
	for _, name := range []string{"HOME", "ACCESSIBLE"} {
		_ = os.Unsetenv(name)
	}
	dir, err := os.MkdirTemp(memory(), "conformance-")
	if err != nil {
		panic(err)
	}
	// The queues have a file each, named after address and company.
	_ = os.Setenv("CONVISO_STATE_DIR", dir)
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		_ = os.RemoveAll(dir)
		os.Exit(code)
	}))
}

// memory is a folder in memory where the machine has one, where syncing costs nothing; else it
// is empty, which means the ordinary folder for temporary files.
func memory() string {
	const dir = "/dev/shm"
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		return dir
	}
	return ""
}
