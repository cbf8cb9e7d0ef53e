//go:build slow && linux

package sqlite

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"conviso-importer/conviso/importer/queue/queuetest"
)

// diskOp is one thing that a child did to the disk, in the order of its calls.
type diskOp struct {
	// kind is write, truncate, create, rename, unlink, sync, syncdir or ack.
	kind, name, to string
	// at is a write's place or a truncated file's length.
	at   int64
	data []byte
}

// disk is what a machine has after its power came back, of which only that is certain which
// was synced.
type disk struct {
	// names are the folder's entries for the processes, entries those that are synced, and
	// moves what has changed the former since.
	names, entries map[string]*diskFile
	moves          []map[string]*diskFile
}

type diskFile struct {
	synced  []byte
	pending []diskOp
}

func (f *diskFile) apply(content []byte, op diskOp) []byte {
	end := op.at + int64(len(op.data))
	if op.kind == "truncate" {
		if op.at < int64(len(content)) {
			return content[:op.at]
		}
		end = op.at
	}
	if grow := end - int64(len(content)); grow > 0 {
		content = append(content, make([]byte, grow)...)
	}
	copy(content[op.at:], op.data)
	return content
}

func (d *disk) do(op diskOp) {
	file := d.names[op.name]
	switch op.kind {
	case "write", "truncate":
		file.pending = append(file.pending, op)
	case "sync":
		for _, p := range file.pending {
			file.synced = file.apply(file.synced, p)
		}
		file.pending = nil
	case "syncdir":
		d.entries, d.moves = maps.Clone(d.names), nil
	case "create":
		if file != nil {
			return
		}
		d.names[op.name] = &diskFile{}
	case "unlink":
		delete(d.names, op.name)
	case "rename":
		delete(d.names, op.name)
		d.names[op.to] = file
	}
	if op.kind == "create" || op.kind == "unlink" || op.kind == "rename" {
		d.moves = append(d.moves, maps.Clone(d.names))
	}
}

// sector is what a disk writes as a whole, in bytes.
const sector = 512

// fail writes what may be left after a power loss into dir: of what was not synced each
// sector or none, in any order, and the folder as it was after any of its changes.
func (d *disk) fail(t *testing.T, random *rand.Rand, dir string) {
	t.Helper()
	left, kept := d.entries, random.Float64()
	if n := random.IntN(len(d.moves) + 1); n > 0 {
		left = d.moves[n-1]
	}
	// Some disks lose everything, some nothing, most something.
	kept = []float64{0, 1, kept, kept}[random.IntN(4)]
	for _, name := range slices.Sorted(maps.Keys(left)) {
		file := left[name]
		content := slices.Clone(file.synced)
		var parts []diskOp
		for _, op := range file.pending {
			if op.kind == "truncate" {
				parts = append(parts, op)
				continue
			}
			for at, data := op.at, op.data; len(data) > 0; {
				n := min(int64(len(data)), sector-at%sector)
				parts = append(parts, diskOp{kind: "write", at: at, data: data[:n]})
				at, data = at+n, data[n:]
			}
		}
		if random.IntN(2) == 0 {
			random.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		}
		for _, part := range parts {
			if random.Float64() < kept {
				content = file.apply(content, part)
			}
		}
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// traceChild records what an undisturbed child does to the disk, bytes and all.
func traceChild(t *testing.T, lab *faultLab) []diskOp {
	t.Helper()
	dir := queuetest.MemoryDir(t)
	log := filepath.Join(dir, "log")
	out, err := lab.start(t, dir, 0, len(lab.states)-1, "-y", "-xx", "-s", "1000000", "-o", log, "-e", "trace=?write,"+diskCalls)
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	doc, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`^(\w+)\((.*)\) += (-?\d+)`)
	quoted := regexp.MustCompile(`<((?:\\x..)+)>|"((?:\\x..)*)"`)
	var ops []diskOp
	for text := range strings.Lines(string(doc)) {
		m := line.FindStringSubmatch(text)
		if m == nil || strings.HasPrefix(m[3], "-") {
			continue
		}
		var texts []string
		for _, q := range quoted.FindAllStringSubmatch(m[2], -1) {
			s, err := strconv.Unquote(`"` + q[1] + q[2] + `"`)
			if err != nil {
				t.Fatal(err)
			}
			texts = append(texts, s)
		}
		numbers := strings.Split(m[2], ", ")
		if op := parseOp(t, filepath.Join(dir, "state"), m[1], texts, numbers); op.kind != "" {
			ops = append(ops, op)
		}
	}
	return ops
}

// parseOp turns a call into what it does to the folder, or to nothing.
func parseOp(t *testing.T, folder, call string, texts, args []string) (op diskOp) {
	t.Helper()
	// The calls that take a folder's descriptor show that folder first.
	if strings.HasSuffix(call, "at") || strings.HasSuffix(call, "at2") {
		texts = slices.DeleteFunc(texts, func(s string) bool { return s == filepath.Dir(folder) || !strings.Contains(s, folder) })
	}
	if len(texts) == 0 {
		return op
	}
	last := func() int64 {
		n, err := strconv.ParseInt(args[len(args)-1], 10, 64)
		if err != nil {
			t.Fatalf("%s(%v): %v", call, args, err)
		}
		return n
	}
	path := texts[0]
	op.name = filepath.Base(path)
	switch {
	case call == "write" && op.name == "ack":
		op.kind = "ack"
	case path == folder && strings.Contains(call, "sync"):
		op.kind = "syncdir"
	case filepath.Dir(path) != folder:
		return diskOp{}
	case call == "pwrite64":
		op.kind, op.at, op.data = "write", last(), []byte(texts[1])
	case call == "ftruncate":
		op.kind, op.at = "truncate", last()
	case strings.Contains(call, "sync"):
		op.kind = "sync"
	case strings.HasPrefix(call, "unlink"):
		op.kind = "unlink"
	case strings.HasPrefix(call, "open") && strings.Contains(strings.Join(args, " "), "O_CREAT"):
		op.kind = "create"
	case strings.HasPrefix(call, "rename"):
		op.kind, op.to = "rename", filepath.Base(texts[1])
	case strings.HasPrefix(call, "open"):
	default:
		t.Fatalf("the replay does not know %s(%v)", call, args)
	}
	return op
}

// TestPowerLoss protects what was acknowledged from a machine that stops: what was not
// synced then is on its disk, or not, or in part, sector by sector and in any order.
func TestPowerLoss(t *testing.T) {
	lab := newFaultLab(t, len(scriptSteps()))
	ops := traceChild(t, lab)
	const seeds = 2000
	began, workers := time.Now(), 2
	var losses, applied atomic.Int32
	var group sync.WaitGroup
	for worker := range workers {
		group.Go(func() {
			d, acked, done := &disk{names: map[string]*diskFile{}, entries: map[string]*diskFile{}}, 0, 0
			for seed := worker; seed < seeds && t.Context().Err() == nil; seed += workers {
				// The seeds are spread over all moments of the child's life, in their order.
				until := seed * len(ops) / seeds
				for _, op := range ops[done:until] {
					if d.do(op); op.kind == "ack" {
						acked++
					}
				}
				done = until
				t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
					dir := queuetest.MemoryDir(t)
					d.fail(t, rand.New(rand.NewPCG(uint64(seed), 7)), dir)
					switch got := dumpQueue(t, dir); got {
					case lab.states[acked]:
					case lab.states[min(acked+1, len(lab.states)-1)]:
						applied.Add(1)
					default:
						losses.Add(1)
						t.Errorf("after %d calls and %d acknowledged steps the queue holds\n%swant\n%s", until, acked, got, lab.states[acked])
					}
					checkUsable(t, dir)
				})
			}
		})
	}
	group.Wait()
	t.Logf("%d power losses within %d calls, %d losses; %d times the step in progress was on disk; %s",
		seeds, len(ops), losses.Load(), applied.Load(), time.Since(began).Round(time.Millisecond))
}
