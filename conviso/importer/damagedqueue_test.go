package importer

import (
	"database/sql"
	"encoding/binary"
	"os"
	"strings"
	"testing"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// nothingRead is what the user is told of a file that has lost everything.
const nothingRead = "no item in it could be read"

// losePage damages the queue's file, which is in use, so that all of it can still be read: it seems
// to have lost a page at its end. The change counter at 24, repeated at 92, makes SQLite read again
// what it has in memory; the number of pages is at 28.
func losePage(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	counter := []byte{0xa5, 0xa5, 0xa5, 0xa5}
	overwrite(t, path, 24, binary.BigEndian.AppendUint32(counter, uint32(info.Size()/4096+1)))
	overwrite(t, path, 92, counter)
}

// overwrite puts bytes into a file that is in use.
func overwrite(t *testing.T, path string, at int64, with []byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(with, at); err != nil {
		t.Fatal(err)
	}
}

// TestRescuedIsLookedFor protects against doubles after a rescue: the file says queued, since
// its last writes are lost, and the platform has had the item already.
func TestRescuedIsLookedFor(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{}, "had", "not-had")
		w.submit(Request{Bulk: w.refs()})
		had := conviso.Project{ID: "Component:default/had", Name: "had", Tags: []string{}}
		if _, err := w.config.Platform.Import(t.Context(), testCompany, []conviso.Project{had}); err != nil {
			t.Fatal(err)
		}
		losePage(t, w.path)
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(w.queue.Note(), "rescued") {
			t.Errorf("the user reads %q", w.queue.Note())
		}
		w.wantStates(Imported, w.refs()...)
		w.wantOnce("had", "not-had")
	})
}

// TestLostQueueIsLookedFor protects against doubles after a rescue that could read nothing: nothing
// goes of itself, and what is imported again is looked for first, since the platform may be at work on it.
func TestLostQueueIsLookedFor(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{}, "had", "not-had")
		w.submit(Request{Bulk: w.refs()})
		had := conviso.Project{ID: "Component:default/had", Name: "had", Tags: []string{}}
		if _, err := w.config.Platform.Import(t.Context(), testCompany, []conviso.Project{had}); err != nil {
			t.Fatal(err)
		}
		overwrite(t, w.path, 0, make([]byte, 4096))
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if items := w.items(); len(items) > 0 || len(w.sends()) != 1 || !strings.Contains(w.queue.Note(), nothingRead) {
			t.Fatalf("%d items are known, %d requests went, and the user reads %q", len(items), len(w.sends()), w.queue.Note())
		}
		w.submit(Request{Bulk: w.refs()})
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.wantStates(Imported, w.refs()...)
		w.wantOnce("had", "not-had")
	})
}

// TestAnswerAcrossRescue protects an answer that comes while the queue's file is rescued: it
// counts, and the item is not sent again however slow the platform's job is. That holds as well
// where the file has lost the item, since what the runner knows is written again.
func TestAnswerAcrossRescue(t *testing.T) {
	for note, damage := range map[string]func(*testing.T, string){
		"rescued":   losePage,
		nothingRead: func(t *testing.T, path string) { overwrite(t, path, 0, make([]byte, 100)) },
	} {
		t.Run(note, func(t *testing.T) {
			simulate(t, func(t *testing.T) { answerAcrossRescue(t, note, damage) })
		})
	}
}

func answerAcrossRescue(t *testing.T, note string, damage func(*testing.T, string)) {
	t.Helper()
	w := newWorld(t, demo.PlatformOptions{Latency: 2 * time.Second, MinDelay: 3 * time.Minute, MaxDelay: 4 * time.Minute}, "a")
	w.submit(Request{Bulk: w.refs()})
	once := true
	w.platform.Fail(func(r faulty.Request) faulty.Fault {
		if importMutation(r) && once {
			once = false
			damage(t, w.path)
		}
		return faulty.Fault{}
	})
	if err := w.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(w.queue.Note(), note) {
		t.Errorf("the user reads %q", w.queue.Note())
	}
	w.wantStates(Imported, w.refs()...)
	w.wantOnce("a")
}

// TestRowDamagedWhileDraining protects a run from a row whose checksum fails under its hands: it
// ends, the others arrive once, and the user is told.
func TestRowDamagedWhileDraining(t *testing.T) {
	simulate(t, func(t *testing.T) {
		names := manyNames(30)
		w := newWorld(t, demo.PlatformOptions{Latency: time.Second}, names...)
		w.submit(Request{Bulk: w.refs()})
		once := true
		w.platform.Fail(func(r faulty.Request) faulty.Fault {
			if !once || !importMutation(r) {
				return faulty.Fault{}
			}
			once = false
			db, err := sql.Open("sqlite", w.path)
			if err != nil {
				t.Error(err)
				return faulty.Fault{}
			}
			defer db.Close()
			if _, err := db.Exec("UPDATE items SET error = 'x' WHERE seq = (SELECT max(seq) FROM items WHERE state = 'queued')"); err != nil {
				t.Error(err)
			}
			return faulty.Fault{}
		})
		ctx, cancel := contextFor(t, time.Hour)
		defer cancel()
		if err := w.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		states := map[State]int{}
		for _, item := range w.items() {
			states[item.State]++
		}
		if states[Imported] != 29 || states[Failed] != 1 || w.queue.Note() == "" {
			t.Errorf("%v, %q", states, w.queue.Note())
		}
		for name, n := range w.platform.Imports().Deliveries {
			if n > 1 {
				t.Errorf("%s was delivered %d times", name, n)
			}
		}
	})
}
