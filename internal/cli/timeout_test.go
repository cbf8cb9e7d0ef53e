package cli

import (
	"strings"
	"testing"
	"time"

	"conviso-importer/internal/demo/faulty"
	"conviso-importer/internal/printout"
)

// TestTimeoutCountsFromTheStart protects cron jobs: --timeout bounds the reading and the planning too. Before anything
// was queued, or while Conviso asks to wait, it is worth another try; else the queue has the rest.
func TestTimeoutCountsFromTheStart(t *testing.T) {
	for name, c := range map[string]struct {
		fails func(r faulty.Request) faulty.Fault
		args  []string
		says  string
	}{
		"the assets never come": {
			fails: func(r faulty.Request) faulty.Fault { return faulty.Fault{Hang: r.Operation == "assets"} },
			args:  []string{"import", "--all-new"}, says: "before anything was queued",
		},
		"the same for names": {
			fails: func(r faulty.Request) faulty.Fault { return faulty.Fault{Hang: r.Operation == "assets"} },
			args:  []string{"import", "component:default/payment-fees"}, says: "before anything was queued",
		},
		"Conviso asks to wait": {
			fails: func(r faulty.Request) faulty.Fault {
				if r.Operation == "importAssetToIntegration" {
					return faulty.TooMany("60")
				}
				return faulty.Fault{}
			},
			args: []string{"import", "component:default/payment-fees"}, says: "the time that --timeout gives, 1s, is up",
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.Platform.Fail(c.fails)
			began := time.Now()
			errs := b.want(exitUnavailable, nil, append(c.args, "--timeout", "1s")...)
			if took := time.Since(began); !strings.Contains(errs, c.says) || took > 10*time.Second {
				t.Errorf("after %s:\n%s", took, errs)
			}
		})
	}
}

// TestTimeoutOfResume checks that a resume that has not begun by its end is worth another try, and that no time at all
// is refused.
func TestTimeoutOfResume(t *testing.T) {
	b := newBench(t)
	several := b.severalCompanies()
	several.Fail(func(faulty.Request) faulty.Fault { return faulty.Fault{Hang: true} })
	if errs := b.want(exitUnavailable, nil, "resume", "--timeout", "1s"); !strings.Contains(errs, "before anything was sent") {
		t.Errorf("it says %s", errs)
	}
	b.want(exitUsage, nil, "resume", "--timeout", "0")
}

// TestTelling protects who waits without a screen: there is a line while the lists are read, and while nothing
// happens the same one is not said for ever.
func TestTelling(t *testing.T) {
	b := newBench(t)
	b.Platform.Fail(faulty.First(1, faulty.Operation("assets"), faulty.Fault{Delay: 1300 * time.Millisecond}))
	var r printout.Job
	errs := b.want(exitDone, &r, "import", "component:default/payment-fees", "-o", "json")
	if !strings.Contains(errs, "reading Conviso's assets") {
		t.Errorf("nothing is said of the reading:\n%s", errs)
	}
	var n news
	now, said := time.Unix(1_800_000_000, 0), 0
	for second := range 600 {
		at := now.Add(time.Duration(second) * time.Second)
		if n.due(at, "1 waiting") {
			said++
			if second < 10 && said < second/2 {
				t.Errorf("after %d seconds it was said %d times", second, said)
			}
		}
	}
	if said < 20 || said > 60 {
		t.Errorf("the same was said %d times in ten minutes", said)
	}
	if !n.due(now.Add(601*time.Second), "1 imported") {
		t.Error("what has changed is not said")
	}
}
