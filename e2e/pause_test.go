package e2e

import (
	"fmt"
	"regexp"
	"strconv"
	"testing"
	"time"
)

// TestPausedImport protects a pause over everything that a person does with a terminal: while
// it lasts nothing is sent, also after ctrl+z and fg, and what a stop leaves goes on with one
// key, all of it once.
func TestPausedImport(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 700*time.Millisecond)
	s := startShell(t, w)
	s.await("New 182", 20*time.Second)
	s.press("a")
	s.await(" marked", 20*time.Second)
	s.press("i")
	s.await(" to import into", 20*time.Second)
	number := regexp.MustCompile(`Type (\d+) `).FindStringSubmatch(s.text())
	if number == nil {
		t.Fatalf("the review asks for no number: %q", s.text())
	}
	total, err := strconv.Atoi(number[1])
	if err != nil {
		t.Fatal(err)
	}
	rest := fmt.Sprint(total - 25)
	s.press(number[1] + "\r")
	// The first batch goes alone, so that the others are still there to be held.
	w.asked()
	s.press("p")
	s.await("PAUSED, p goes on", 10*time.Second)
	first := func() bool { return len(w.Platform.Imports().Deliveries) == 25 }
	w.until("the first batch", first)
	s.stops(func() { s.press("\x1a") })
	s.awaitAfter(s.goesOn(), "PAUSED, p goes on", 10*time.Second)
	time.Sleep(time.Second)
	if !first() {
		t.Errorf("%d were delivered while it was paused", len(w.Platform.Imports().Deliveries))
	}
	place := len(s.text())
	s.press("x")
	s.awaitAfter(place, "Stop after what is on its way? "+rest+" stay", 10*time.Second)
	s.press("y")
	s.awaitAfter(place, "Stopped as asked. "+rest+" ", 30*time.Second)
	s.press("u")
	s.awaitAfter(place, "Import finished", 30*time.Second)
	s.leaves()
	w.finished()
	s.restored()
}
