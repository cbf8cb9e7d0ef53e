// Package bench measures the program from outside, as a user meets it: the built binary in a
// terminal, with a large catalog in its cache, beside fzf on the same rows in the same run. It
// is a module of its own, so that what it compares with is no dependency of the program. All of
// it is tests; it must not know more of the program than its command line, its screen, the
// exported names of package catalog and the platform of the demo.
//
//	make compare                               # the table, at 10,000 and 100,000 rows
//	make compare SIZES=1000000                 # at another size, or several with commas between
//	make compare SIZES=100000 PART=Keys        # one part: Keys, Lists, Memory, Search or Start
//	cd bench && go test -run '^$' -bench .     # searches as ordinary benchmarks
//
// Absolute times differ by a factor of two between two runs on one machine, so each figure
// stands beside one of something else in the same run, and only bytes and ratios of bytes fail
// a test. What a ratio of times is wanted to be stands in the table.
package bench

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

var (
	// scratch is the folder of this run, product the released program, rival fzf.
	scratch, product, rival string

	sizesFlag = flag.String("sizes", "10000,100000", "how many rows the catalogs have, with commas between")
	starts    = flag.Int("starts", 9, "how often a start is measured")
)

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(run(m))
}

// run builds both programs once and prints the results.
func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	scratch, product, rival = dir, filepath.Join(dir, "conviso-importer"), filepath.Join(dir, "fzf")
	// Built in its own module, with its released dependencies.
	for _, build := range []struct{ folder, path, name string }{
		{"..", "conviso-importer", product}, {".", "github.com/junegunn/fzf", rival},
	} {
		cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", build.name, build.path)
		cmd.Dir, cmd.Env = build.folder, append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "build %s: %v\n%s", build.path, err, out)
			return 1
		}
	}
	code := m.Run()
	for _, h := range homes {
		h.catalog.Close()
		h.platform.Close()
	}
	if len(results) > 0 {
		writeTable(os.Stdout)
	}
	return code
}

func sizes(t testing.TB) []int {
	t.Helper()
	var all []int
	for word := range strings.SplitSeq(*sizesFlag, ",") {
		n, err := strconv.Atoi(word)
		if err != nil || n <= 0 {
			t.Fatalf("-sizes: %q is no number of rows; write them like 10000,100000", word)
		}
		all = append(all, n)
	}
	return all
}
