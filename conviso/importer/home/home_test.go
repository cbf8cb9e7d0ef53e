package home

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"conviso-importer/conviso/importer/queue"
)

// TestThis checks what counts as a machine's id, and that the id itself stays on the machine.
func TestThis(t *testing.T) {
	const id = "0123456789abcdef0123456789abcdef"
	for name, c := range map[string]struct {
		file, set string
		has       bool
	}{
		"an id":                       {id + "\n", "", true},
		"an id before a name":         {id, "worker", true},
		"a name where there is no id": {"", " worker ", true},
		"a file of a first boot":      {"uninitialized\n", "", false},
		"an id of zeros":              {strings.Repeat("0", 32), "", false},
		"an id that is too long":      {id + id, "", false},
		"neither":                     {"", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "machine-id")
			if err := os.WriteFile(file, []byte(c.file), 0o600); err != nil {
				t.Fatal(err)
			}
			m := This(file, c.set)
			if (m.ID != "") != c.has || (m.Unguarded() == "") != c.has || strings.Contains(m.ID, id[:8]) || c.has && len(m.ID) != idDigits {
				t.Errorf("it is %+v, %q", m, m.Unguarded())
			}
			if m != This(file, c.set) {
				t.Error("it is another one each time")
			}
		})
	}
	none := filepath.Join(t.TempDir(), "none")
	if This(none, "a").ID == This(none, "b").ID || This(none, "a").ID != This(none, " a").ID {
		t.Error("names do not tell machines apart")
	}
}

// TestNone checks that without a home everything may be sent.
func TestNone(t *testing.T) {
	var h *Home
	ok, err := h.Take(t.Context())
	if _, busy := h.Busy(time.Now()); busy || !ok || !h.Next().IsZero() {
		t.Error("it is somebody's turn")
	}
	h.Leave()
	if err := errors.Join(err, h.Check(t.Context()), h.Enter(t.Context()), h.Adopt(t.Context()), h.Confirm()); err != nil {
		t.Error(err)
	}
}

// TestManyHosts bounds the list of a home that many hosts share, and keeps the one that sends in it.
func TestManyHosts(t *testing.T) {
	q := queue.NewMemory("here")
	for i := range mostMachines + 5 {
		if err := New(q, This("", strconv.Itoa(i)), NewTurn(filepath.Join(t.TempDir(), "turn"))).Enter(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for id, known := range map[int]bool{0: false, 4: false, 5: true, mostMachines + 4: true} {
		if err := New(q, This("", strconv.Itoa(id)), nil).Check(t.Context()); (err == nil) != known {
			t.Errorf("machine %d: %v", id, err)
		}
	}
	if err := q.SetMeta(t.Context(), metaMachines, "no list"); err != nil {
		t.Fatal(err)
	}
	if err := New(q, This("", "0"), nil).Enter(t.Context()); err != nil {
		t.Errorf("a list that cannot be read: %v", err)
	}
}

// TestTurn checks who may send: one of those that come at once, nobody beside a fresh run, and whoever comes after
// one that has ended without a word.
func TestTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "queue.sender")
		turns := []*Turn{NewTurn(path), NewTurn(path), NewTurn(path)}
		took := make(chan int, len(turns))
		for i, turn := range turns {
			go func() {
				if ok, err := turn.take(t.Context()); err != nil {
					t.Error(err)
				} else if ok {
					took <- i
				}
			}()
		}
		time.Sleep(time.Minute)
		if len(took) != 1 {
			t.Fatalf("%d of %d have the turn", len(took), len(turns))
		}
		holder := turns[<-took]
		if err := holder.confirm(); err != nil {
			t.Error(err)
		}
		late := NewTurn(path)
		if ok, err := late.take(t.Context()); ok || err != nil {
			t.Errorf("beside a fresh run: %v, %v", ok, err)
		}
		if info, busy := late.busy(time.Now()); busy && info.PID != os.Getpid() {
			t.Errorf("the other run is %v", info)
		}
		old := time.Now().Add(-time.Hour)
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
		if ok, err := late.take(t.Context()); !ok || err != nil {
			t.Errorf("after a run that is silent: %v, %v", ok, err)
		}
		var overtaken *OvertakenError
		if err := holder.confirm(); !errors.As(err, &overtaken) || overtaken.Other.PID != os.Getpid() {
			t.Errorf("the silent run goes on: %v", err)
		}
		holder.leave()
		if err := late.confirm(); err != nil {
			t.Errorf("the silent run has taken the turn with it: %v", err)
		}
		late.leave()
		left, err := os.ReadDir(filepath.Dir(path))
		if err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	})
}

// TestForeignRecord checks that a record of another version, or no record at all, counts as a run.
func TestForeignRecord(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue.sender")
	for _, doc := range []string{"", "no record", "{}", string(mustJSON(t, record{}))} {
		if err := os.WriteFile(path, []byte(doc), 0o600); err != nil {
			t.Fatal(err)
		}
		if ok, err := NewTurn(path).take(t.Context()); ok || err != nil {
			t.Errorf("%q: %v, %v", doc, ok, err)
		}
	}
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	doc, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}
