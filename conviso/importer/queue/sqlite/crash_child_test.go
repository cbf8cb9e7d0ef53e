package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"conviso-importer/conviso/importer/queue/queuetest"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
)

// The environment of a child: what it does, in which folder the queue is, how much it does,
// how much of it has been done before, and the file into which it acknowledges or the
// beginning of the names that it adds.
const (
	childRole  = "IMPORTER_TEST_CHILD"
	childDir   = "IMPORTER_TEST_DIR"
	childCount = "IMPORTER_TEST_COUNT"
	childDone  = "IMPORTER_TEST_DONE"
	childText  = "IMPORTER_TEST_TEXT"
)

// childEnv is the environment in which a child does what it is told. The race detector would
// let each of them sleep for a second at its end.
func childEnv(role, dir string, count int, text string) []string {
	return append(os.Environ(), childRole+"="+role, childDir+"="+dir, fmt.Sprintf("%s=%d", childCount, count), childText+"="+text,
		"GORACE=atexit_sleep_ms=0")
}

// init is the program of the processes that tests of the queue start and kill. It runs
// before the tests do, on the process's first thread, and ends the process: strace follows
// and counts that thread alone, which is quick and always counts the same.
func init() {
	role, dir, text := os.Getenv(childRole), os.Getenv(childDir), os.Getenv(childText)
	if role == "" {
		return
	}
	runtime.LockOSThread()
	count, err := strconv.Atoi(os.Getenv(childCount))
	if err == nil {
		children := map[string]func(context.Context, string, int, string) error{"script": scriptChild, "add": addChild}
		err = children[role](context.Background(), dir, count, text)
	}
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// scriptTime is the time of everything that the script does, so that two runs write the same.
func scriptTime() time.Time { return time.UnixMilli(1_795_000_000_000) }

// script is a fixed row of changes to a queue. Each step is one call of the queue's, so it
// must be on disk as a whole when it has returned.
type script struct {
	dir     string
	queue   *Queue
	claimed []queue.Item
}

type scriptStep func(context.Context, *script) error

// scriptSteps are the row: whatever a runner and a front end do to a queue.
func scriptSteps() []scriptStep { return slices.Concat(scriptSessions()...) }

// scriptSessions are the steps, each time from where the queue is opened to where it is closed.
func scriptSessions() [][]scriptStep {
	sessions := [][]scriptStep{{
		openStep("one"), addStep("first", 3), setMetaStep("check", "1"), claimStep(2),
		recordStep(queue.Accepted), addStep("second", 30), claimStep(queue.BatchSize), recordStep(queue.Imported, queue.Failed, queue.Retrying, queue.Accepted),
		claimStep(queue.BatchSize), recoverStep(), closeStep(),
	}}
	session := []scriptStep{
		openStep("two"), addStep("first", 4), claimStep(queue.BatchSize),
		recordStep(queue.Failed), addStep("first", 4), setMetaStep("check", "2"), claimStep(1),
	}
	for n := range 9 {
		session = append(session, addStep(fmt.Sprintf("round%d", n), 6), claimStep(4), recordStep(queue.Imported, queue.Accepted, queue.Retrying))
		if n%3 == 1 {
			sessions = append(sessions, append(session, closeStep()))
			session = []scriptStep{openStep("two")}
		}
	}
	return append(sessions, append(session, recoverStep(), setMetaStep("check", "3"), closeStep()))
}

func openStep(instance string) scriptStep {
	return func(_ context.Context, s *script) (err error) {
		s.queue, err = Open(s.dir, "queue", instance)
		return err
	}
}

func closeStep() scriptStep {
	return func(_ context.Context, s *script) error { return s.queue.Close() }
}

func addStep(prefix string, count int) scriptStep {
	return func(ctx context.Context, s *script) error {
		_, err := s.queue.Add(ctx, queuetest.Entries(prefix, count), scriptTime())
		return err
	}
}

func claimStep(limit int) scriptStep {
	return func(ctx context.Context, s *script) (err error) {
		s.claimed, err = s.queue.Claim(ctx, limit, scriptTime(), time.Time{})
		return err
	}
}

// recordStep gives the claimed items the states in turn.
func recordStep(states ...queue.State) scriptStep {
	return func(ctx context.Context, s *script) error {
		for i := range s.claimed {
			item := &s.claimed[i]
			item.State, item.CheckedAt = states[i%len(states)], scriptTime()
			switch item.State {
			case queue.Imported:
				item.AssetID = "asset-" + string(item.Ref)
			case queue.Failed:
				item.Error = "refused: its name is taken"
			default:
				item.Lost = item.State == queue.Retrying && i%2 == 0
			}
		}
		return s.queue.Record(ctx, s.claimed)
	}
}

func recoverStep() scriptStep {
	return func(ctx context.Context, s *script) error {
		_, err := s.queue.Recover(ctx)
		return err
	}
}

func setMetaStep(key, value string) scriptStep {
	return func(ctx context.Context, s *script) error { return s.queue.SetMeta(ctx, key, value) }
}

// probe is what a child adds after a step has failed.
const probe = catalog.Ref("component:default/probe")

// scriptChild runs the first steps of the script, without those that an earlier child has done,
// and acknowledges each step after it has returned. After a step that failed it adds one more
// entry, as a user would who tries again, and ends.
func scriptChild(ctx context.Context, dir string, steps int, ackPath string) error {
	ack, err := os.OpenFile(ackPath, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer ack.Close()
	done, err := strconv.Atoi(os.Getenv(childDone))
	if err != nil {
		return err
	}
	s := &script{dir: dir}
	for _, step := range scriptSteps()[done:steps] {
		failed := step(ctx, s)
		if failed == nil {
			if _, err := fmt.Fprintln(ack, "ok"); err != nil {
				return err
			}
			continue
		}
		_, _ = fmt.Fprintf(ack, "failed %q\n", failed)
		if s.queue == nil {
			return nil
		}
		if _, err := s.queue.Add(ctx, []queue.Entry{{Ref: probe, Project: conviso.Project{Name: "probe"}}}, scriptTime()); err != nil {
			_, _ = fmt.Fprintf(ack, "probe failed %q\n", err)
			return nil
		}
		_, _ = fmt.Fprintln(ack, "probe ok")
		return nil
	}
	return nil
}

// acks is what a child acknowledged before it ended.
type acks struct {
	steps           int
	failed, probed  bool
	failure, second string
}

func readAcks(path string) (acks, error) {
	doc, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return acks{}, err
	}
	var a acks
	for line := range strings.Lines(string(doc)) {
		switch line = strings.TrimSuffix(line, "\n"); {
		case line == "ok":
			a.steps++
		case line == "probe ok":
			a.probed = true
		case strings.HasPrefix(line, "failed "):
			a.failed, a.failure = true, line
		case strings.HasPrefix(line, "probe failed "):
			a.second = line
		default:
			return a, fmt.Errorf("the child wrote %q", line)
		}
	}
	return a, nil
}

// scriptStates runs the first steps undisturbed and returns what the queue holds after each:
// states[n] is after n steps.
func scriptStates(t *testing.T, steps int) []string {
	t.Helper()
	s := &script{dir: queuetest.MemoryDir(t)}
	watch := openBoth(t, s.dir)
	states := []string{dumpHandles(t, watch)}
	for n, step := range scriptSteps()[:steps] {
		if err := step(t.Context(), s); err != nil {
			t.Fatalf("step %d: %v", n, err)
		}
		states = append(states, dumpHandles(t, watch))
	}
	return states
}

// openBoth opens a queue for both instances of the script.
func openBoth(t *testing.T, dir string) []*Queue {
	t.Helper()
	var both []*Queue
	for _, instance := range []string{"one", "two"} {
		q, err := Open(dir, "queue", instance)
		if err != nil {
			t.Errorf("the queue cannot be opened: %v", err)
			return both
		}
		t.Cleanup(func() { _ = q.Close() })
		both = append(both, q)
	}
	return both
}

// dumpHandles is everything that the queues hold, an item or a fact a line.
func dumpHandles(t *testing.T, queues []*Queue) string {
	t.Helper()
	var b strings.Builder
	for _, q := range queues {
		items, _, err := q.Changed(t.Context(), 0)
		if err != nil {
			t.Errorf("the queue cannot be read: %v", err)
		}
		for i := range items {
			doc, err := json.Marshal(items[i])
			if err != nil {
				t.Error(err)
			}
			fmt.Fprintf(&b, "%s\n", doc)
		}
		check, err := q.Meta(t.Context(), "check")
		if err != nil {
			t.Errorf("the queue cannot be read: %v", err)
		}
		fmt.Fprintf(&b, "%s: check %q\n", q.instance, check)
	}
	return b.String()
}

// dumpQueue opens the queue in dir as any later process does and returns everything it
// holds. It fails the test where the file is not sound.
func dumpQueue(t *testing.T, dir string) string {
	t.Helper()
	both := openBoth(t, dir)
	content := dumpHandles(t, both)
	for _, q := range both {
		if err := q.Close(); err != nil {
			t.Errorf("the queue cannot be closed: %v", err)
		}
	}
	checkSound(t, filepath.Join(dir, "queue.db"))
	return content
}

// checkSound asks SQLite itself whether a file is torn.
func checkSound(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var verdict string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("SQLite finds the queue torn: %s, %v", verdict, err)
	}
}

// addChild adds so many items of its own in batches, as a front end does.
func addChild(ctx context.Context, dir string, count int, prefix string) error {
	q, err := Open(dir, "queue", "one")
	if err != nil {
		return err
	}
	defer q.Close()
	for batch := range slices.Chunk(queuetest.Entries(prefix, count), 20) {
		if added, err := q.Add(ctx, batch, scriptTime()); err != nil || added != len(batch) {
			return fmt.Errorf("%d of %d were added: %w", added, len(batch), err)
		}
	}
	return nil
}
