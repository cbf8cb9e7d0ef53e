package e2e

import (
	"strings"
	"testing"
	"time"
)

// TestLinesPause protects who holds an import in line mode: while it is paused nothing more is
// sent, a stop leaves the rest in the queue, and resume sends all of that, once.
func TestLinesPause(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 700*time.Millisecond)
	cmd := w.command()
	cmd.Env = append(cmd.Env, "ACCESSIBLE=1")
	l := startLines(t, cmd)
	l.reads("182 new")
	l.answers("a")
	l.reads("marked in all")
	l.answers("i")
	_, number, _ := strings.Cut(l.reads("the number of entities"), "Type ")
	number, _, _ = strings.Cut(number, ",")
	l.answers(number)
	l.reads("Importing " + number)
	// The first batch goes alone, so that the others are still there to be held.
	w.asked()
	l.answers("pause")
	l.reads("Paused: nothing new is sent; 25 on their way. resume goes on.")
	first := func() bool { return len(w.Platform.Imports().Deliveries) == 25 }
	w.until("the first batch", first)
	time.Sleep(time.Second)
	if !first() {
		t.Errorf("%d were delivered while it was paused", len(w.Platform.Imports().Deliveries))
	}
	l.answers("stop")
	l.reads("stay in the queue")
	l.answers("yes")
	l.reads("Stopped as asked.")
	l.answers("go on")
	l.answers("wait")
	l.reads("Import finished: " + number + " imported, 0 failed")
	l.answers("q")
	if code := l.ends(); code != 0 {
		t.Errorf("exit %d", code)
	}
	onlyLines(t, l.out.String())
	w.finished()
}

// TestLinesCompany protects the way to another company in line mode: the same run goes on there
// with the filter, and with the lines that were written before it was there.
func TestLinesCompany(t *testing.T) {
	t.Parallel()
	w := twoCompanies(t)
	cmd := w.command()
	cmd.Env = append(cmd.Env, "ACCESSIBLE=1")
	l := startLines(t, cmd)
	for _, line := range []string{"1", "/checkout", "company 7", "company seg", "wait", "f imported", "q"} {
		l.answers(line)
	}
	l.reads("The Conviso key sees 2 companies")
	l.reads("52 imported")
	l.reads("of 21. Filter: checkout")
	l.reads(`The key sees no company "7". It sees 1042 Acme Bank, 2001 Acme Seguros.`)
	l.reads("Conviso company: 2001 Acme Seguros")
	l.reads("This is company 2001 Acme Seguros now, and at the next start.")
	l.reads("of 21. Filter: checkout")
	l.reads("0 of 240 match among imported. Filter: checkout")
	if code := l.ends(); code != 0 {
		t.Errorf("exit %d", code)
	}
	onlyLines(t, l.out.String())
}
