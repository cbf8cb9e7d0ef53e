package importer

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/home"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/conviso/importer/queue/sqlite"
	"conviso-importer/internal/demo"
)

// slowPlatform takes what is sent at once and makes the assets two minutes later.
func slowPlatform() demo.PlatformOptions {
	return demo.PlatformOptions{Latency: 100 * time.Millisecond, MinDelay: 2 * time.Minute, MaxDelay: 2 * time.Minute}
}

// at opens a world's queue in a folder, as the program does on a machine of that id.
func (w *world) at(dir, machine string, turn *home.Turn) *world {
	w.t.Helper()
	other := *w
	opened, err := sqlite.OpenWith(dir, "queue", "backstage-test", sqlite.Options{Outside: filepath.Dir(dir), Settle: 5 * time.Minute})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = opened.Close() })
	other.dir, other.path, other.queue = dir, filepath.Join(dir, "queue.db"), opened
	other.config.Queue, other.config.Lock, other.config.Settle = opened, sqlite.NewLock(dir, "queue"), 5*time.Minute
	other.config.Home = home.New(opened, home.This("", machine), turn)
	if turn != nil {
		other.config.Lock = openLock{}
	}
	other.Engine = NewEngine(other.config)
	return &other
}

// openLock is the lock of a network file system that grants it to everybody.
type openLock struct{}

func (openLock) TryLock(time.Time) (bool, error)  { return true, nil }
func (openLock) Unlock()                          {}
func (openLock) Holder() (queue.RunnerInfo, bool) { return queue.RunnerInfo{}, false }

// countedPlatform counts the imports that one of several engines sends.
type countedPlatform struct {
	Platform

	imports atomic.Int32
}

func (p *countedPlatform) Import(ctx context.Context, company string, projects []conviso.Project) (conviso.ImportResult, error) {
	p.imports.Add(1)
	return p.Platform.Import(ctx, company, projects)
}

// counted counts what this world's engine sends.
func (w *world) counted() *countedPlatform {
	p := &countedPlatform{Platform: w.config.Platform}
	w.config.Platform = p
	w.Engine = NewEngine(w.config)
	return p
}

// copyOf copies a queue's file into a new folder.
func (w *world) copyOf(dir string) string {
	w.t.Helper()
	doc, err := os.ReadFile(w.path)
	if err == nil {
		err = errors.Join(os.MkdirAll(dir, 0o700), os.WriteFile(filepath.Join(dir, "queue.db"), doc, 0o600))
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return dir
}

// settledOnce checks that everything arrived, and once.
func (w *world) settledOnce(names ...string) {
	w.t.Helper()
	w.wantStates(Imported, w.refs()...)
	w.wantOnce(names...)
}

// TestRestoredQueue protects from doubles what was sent after a backup of the queue was made, and whose assets the
// platform has not made yet when the backup is restored: neither what the backup has waiting goes again at once,
// nor what it does not know.
func TestRestoredQueue(t *testing.T) {
	for name, known := range map[string]int{"everything waits in it": 60, "half of it": 30, "it knows none of it": 1} {
		t.Run(name, func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				names := manyNames(60)
				w := newWorld(t, slowPlatform(), names...)
				dir := w.dir
				w = w.at(filepath.Join(dir, "state"), "a", nil)
				w.submit(Request{Bulk: w.refs()[:known]})
				backup := w.copyOf(filepath.Join(dir, "backup"))
				if known < len(names) {
					w.submit(Request{Bulk: w.refs()})
				}
				ctx, cancel := contextFor(t, 30*time.Second)
				defer cancel()
				_ = w.Drain(ctx)
				if n := w.platform.Imports().Mutations; n == 0 {
					t.Fatal("nothing was sent before the backup was restored")
				}
				_ = w.queue.Close()
				restored := w.at(w.restore(backup), "a", nil)
				if note := restored.queue.Note(); !strings.Contains(note, "restored backup") {
					t.Errorf("the user reads %q", note)
				}
				restored.submit(Request{Bulk: w.refs()})
				if err := restored.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
				restored.settledOnce(names...)
			})
		})
	}
}

// restore puts a backup over the queue's folder, and returns that.
func (w *world) restore(backup string) string {
	w.t.Helper()
	if err := os.Rename(filepath.Join(backup, "queue.db"), w.path); err != nil {
		w.t.Fatal(err)
	}
	return w.dir
}

// TestDeletedQueue protects from doubles what was sent before the queue's file was deleted: in use, and between
// two runs.
func TestDeletedQueue(t *testing.T) {
	for name, again := range map[string]func(*world) *world{
		"in use": func(w *world) *world {
			// Whose own process knows it needs no mark outside.
			marks, err := filepath.Glob(filepath.Join(filepath.Dir(w.dir), "*.sent"))
			if err != nil || len(marks) != 1 {
				w.t.Fatal(marks, err)
			}
			if err := os.Remove(marks[0]); err != nil {
				w.t.Fatal(err)
			}
			return w
		},
		"between two runs": func(w *world) *world { _ = w.queue.Close(); return w.at(w.dir, "a", nil) },
	} {
		t.Run(name, func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				names := manyNames(60)
				w := newWorld(t, slowPlatform(), names...)
				w = w.at(filepath.Join(w.dir, "state"), "a", nil)
				w.submit(Request{Bulk: w.refs()})
				ctx, cancel := contextFor(t, 30*time.Second)
				defer cancel()
				_ = w.Drain(ctx)
				if err := os.Remove(w.path); err != nil {
					t.Fatal(err)
				}
				w = again(w)
				if _, _, err := w.Items(t.Context()); err != nil && !strings.Contains(err.Error(), "deleted") {
					t.Fatal(err)
				}
				w.submit(Request{Bulk: w.refs()})
				if err := w.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
				w.settledOnce(names...)
			})
		})
	}
}

// TestRowsLost protects what was sent from a rescue that has lost its rows in the middle of an import: it looks new,
// is planned again at once, and is not sent before the platform had the time to make its asset.
func TestRowsLost(t *testing.T) {
	for name, when := range map[string]time.Duration{"most of it is on its way": 3 * time.Second, "the platform has it all": 20 * time.Second} {
		t.Run(name, func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				names := manyNames(200)
				o := slowPlatform()
				o.Latency = 2 * time.Second
				w := newWorld(t, o, names...)
				w = w.at(filepath.Join(w.dir, "state"), "a", nil)
				w.submit(Request{Bulk: w.refs()})
				ended := make(chan error, 1)
				go func() { ended <- w.Drain(t.Context()) }()
				time.Sleep(when)
				loseRows(t, w.path)
				left := len(w.items())
				if left == 0 || left == len(names) || !strings.Contains(w.queue.Note(), "rescued") {
					t.Fatalf("%d rows are left, and the user reads %q", left, w.queue.Note())
				}
				w.submit(Request{Bulk: w.refs()})
				if n := len(w.items()); n != len(names) {
					t.Fatalf("%d items are there after everything was planned again", n)
				}
				if err := errors.Join(w.Drain(t.Context()), <-ended); err != nil {
					t.Fatal(err)
				}
				t.Logf("%d of %d rows were lost", len(names)-left, len(names))
				w.settledOnce(names...)
			})
		})
	}
}

// loseRows overwrites pages in the middle of the queue's file, which is in use.
func loseRows(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Error(err)
		return
	}
	pages := info.Size() / 4096
	for page := pages / 4; page < pages*3/4; page++ {
		overwrite(t, path, page*4096, make([]byte, 4096))
	}
	losePage(t, path)
}

// TestCopiedQueue protects what waits in a queue from its copy: nothing goes from a machine that the queue does not
// know, until it is adopted, and then what the first machine has sent meanwhile is looked for.
func TestCopiedQueue(t *testing.T) {
	simulate(t, func(t *testing.T) {
		names := manyNames(30)
		w := newWorld(t, slowPlatform(), names...)
		dir := w.dir
		first := w.at(filepath.Join(dir, "state"), "a", nil)
		first.submit(Request{Bulk: w.refs()})
		second := w.at(first.copyOf(filepath.Join(dir, "copy")), "b", nil)
		var copied *home.CopiedError
		for doing, err := range map[string]error{
			"looking": second.Copied(t.Context()), "draining": second.Drain(t.Context()), "adding": second.Submit(t.Context(), second.plan(Request{Named: w.refs()[:1]})),
		} {
			if !errors.As(err, &copied) || !strings.Contains(err.Error(), "this queue was copied from ") || !strings.Contains(err.Error(), "--adopt-queue") {
				t.Errorf("%s: %v", doing, err)
			}
		}
		ctx, cancel := contextFor(t, 30*time.Second)
		defer cancel()
		_ = first.Drain(ctx)
		if n := w.platform.Imports().Mutations; n == 0 || len(second.items()) != len(names) {
			t.Fatalf("%d mutations, and the copy shows %d items", n, len(second.items()))
		}
		if err := errors.Join(second.Adopt(t.Context()), second.Copied(t.Context()), second.Drain(t.Context())); err != nil {
			t.Fatal(err)
		}
		second.settledOnce(names...)
		again := w.at(second.dir, "b", nil)
		if err := errors.Join(again.Copied(t.Context()), again.Adopt(t.Context())); err != nil {
			t.Errorf("once is not enough: %v", err)
		}
	})
}

// TestMachines holds the guard to what it may know: a machine without an id is not refused, and hosts that share
// a home over the network are not copies.
func TestMachines(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{}, "a", "b")
		dir := filepath.Join(w.dir, "state")
		turn := func() *home.Turn { return home.NewTurn(filepath.Join(dir, "queue.sender")) }
		for i, c := range []struct {
			machine string
			turn    *home.Turn
			copied  bool
		}{{"a", nil, false}, {"", nil, false}, {"b", turn(), false}, {"c", turn(), false}, {"a", nil, false}, {"b", nil, false}, {"d", nil, true}} {
			at := w.at(dir, c.machine, c.turn)
			var copied *home.CopiedError
			if err := at.Drain(t.Context()); errors.As(err, &copied) != c.copied || err != nil && !c.copied {
				t.Errorf("machine %q, the %d. to come: %v", c.machine, i+1, err)
			}
		}
	})
}

// TestHostsWithoutLocks protects a queue on a file system that grants its lock to everybody: of two hosts one sends,
// and the other one waits and goes on where it ends.
func TestHostsWithoutLocks(t *testing.T) {
	for name, later := range map[string]time.Duration{"at once": 0, "while it waits": time.Second, "later": 5 * time.Second} {
		t.Run(name, func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				names := manyNames(150)
				w := newWorld(t, demo.PlatformOptions{Latency: time.Second, MinDelay: 20 * time.Second, MaxDelay: 40 * time.Second}, names...)
				dir := filepath.Join(w.dir, "state")
				ann := w.at(dir, "a", home.NewTurn(filepath.Join(dir, "queue.sender")))
				ben := w.at(dir, "b", home.NewTurn(filepath.Join(dir, "queue.sender")))
				anns, bens := ann.counted(), ben.counted()
				ann.submit(Request{Bulk: w.refs()})
				ended := make(chan error, 1)
				go func() { ended <- ann.Drain(t.Context()) }()
				time.Sleep(later)
				if err := errors.Join(ben.Drain(t.Context()), <-ended); err != nil {
					t.Fatal(err)
				}
				ann.settledOnce(names...)
				if a, b := anns.imports.Load(), bens.imports.Load(); min(a, b) > 0 {
					t.Errorf("one has sent %d batches, the other one %d", a, b)
				}
				if _, err := os.Stat(filepath.Join(dir, "queue.sender")); !errors.Is(err, os.ErrNotExist) {
					t.Errorf("the turn was not given back: %v", err)
				}
			})
		})
	}
}

// TestOvertaken protects against a sender that was asleep for so long that another host has gone on without it: it
// stops and says who sends, and what it had on its way is not sent again.
func TestOvertaken(t *testing.T) {
	simulate(t, func(t *testing.T) {
		names := manyNames(300)
		w := newWorld(t, demo.PlatformOptions{Latency: time.Second, MinDelay: 20 * time.Second, MaxDelay: 40 * time.Second}, names...)
		dir := filepath.Join(w.dir, "state")
		record := filepath.Join(dir, "queue.sender")
		ann, ben := w.at(dir, "a", home.NewTurn(record)), w.at(dir, "b", home.NewTurn(record))
		ann.submit(Request{Bulk: w.refs()})
		ended := make(chan error, 1)
		go func() { ended <- ann.Drain(t.Context()) }()
		time.Sleep(4500 * time.Millisecond)
		// The record of a run that is asleep grows old; this one wakes just when another one has come.
		old := time.Now().Add(-time.Hour)
		if err := os.Chtimes(record, old, old); err != nil {
			t.Fatal(err)
		}
		second := make(chan error, 1)
		go func() { second <- ben.Drain(t.Context()) }()
		var overtaken *home.OvertakenError
		if err := <-ended; !errors.As(err, &overtaken) || !strings.Contains(err.Error(), "sends from this queue too") {
			t.Errorf("the first one ends with %v", err)
		}
		if n := w.platform.Imports().Mutations; n == 0 || n >= len(names)/queue.BatchSize {
			t.Errorf("%d mutations had gone", n)
		}
		if err := <-second; err != nil {
			t.Fatal(err)
		}
		ben.settledOnce(names...)
	})
}
