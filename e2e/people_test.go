package e2e

import (
	"encoding/json"
	"testing"
	"time"

	"conviso-importer/internal/demo"
)

// sends returns when each project of a site was sent, by its id, in the order of arrival.
func (s *site) sends() map[string][]time.Time {
	s.t.Helper()
	at := map[string][]time.Time{}
	for _, r := range s.platform.Requests() {
		if r.Operation != importing {
			continue
		}
		var body struct {
			Variables struct {
				Input struct {
					Projects []struct{ ID string }
				}
			}
		}
		if err := json.Unmarshal(r.Body, &body); err != nil {
			s.t.Fatal(err)
		}
		for _, project := range body.Variables.Input.Projects {
			at[project.ID] = append(at[project.ID], r.At)
		}
	}
	return at
}

// twice returns how many projects a site got more than once, and the longest time between
// the first and the last arrival of one.
func (s *site) twice() (n int, longest time.Duration) {
	for _, times := range s.sends() {
		if len(times) > 1 {
			n, longest = n+1, max(longest, times[len(times)-1].Sub(times[0]))
		}
	}
	return n, longest
}

// TestTwoPeople protects a team in which two import the same entities, each from a home of
// their own. Whoever starts later sends nothing again. Of two that start together nobody can
// know what the other has on its way; what goes twice then is told by name.
func TestTwoPeople(t *testing.T) {
	for name, later := range map[string]time.Duration{"together": 0, "two seconds later": 2 * time.Second} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			twoPeople(t, 100, later)
		})
	}
}

// twoPeople lets two people import a catalog of n entities, the second some time later.
func twoPeople(t *testing.T, n int, later time.Duration) {
	t.Helper()
	s := newSite(t, n, demo.PlatformOptions{Latency: 50 * time.Millisecond, MaxDelay: 500 * time.Millisecond})
	people := []*person{s.person(t), s.person(t)}
	var runs []*process
	for i, p := range people {
		if i > 0 && later > 0 {
			pause := time.NewTimer(later)
			<-pause.C
			await(t, "the first person's last asset", func() bool { return len(s.platform.Assets("1042")) == n })
		}
		runs = append(runs, p.start("import", "--all-new", "-o", "json"))
	}
	for i, p := range people {
		if code := p.wait(runs[i]); code != 0 {
			t.Errorf("exit %d\n%s", code, runs[i].errs.String())
		}
	}
	twice, longest := s.twice()
	t.Logf("%d of %d went twice, at most %s apart; told at once: %q, %q", twice, n, longest,
		sentence(runs[0].errs.String(), "a second asset"), sentence(runs[1].errs.String(), "a second asset"))
	switch {
	case later > 0 && twice > 0:
		t.Errorf("%d went twice, though the first person had finished", twice)
	case longest > 5*time.Second:
		t.Errorf("a project went again %s after the first time, when its asset was there to be seen", longest)
	case len(s.sends()) != n:
		t.Errorf("%d of %d arrived", len(s.sends()), n)
	}
	for _, p := range people {
		if told := p.doubles(); told != twice {
			t.Errorf("list tells of %d doubles, there are %d", told, twice)
		}
	}
}

// doubles counts the entities of which list says, after a refresh, that they have more than one
// asset, and checks that all are imported.
func (p *person) doubles() (n int) {
	p.t.Helper()
	var items []struct{ Ref, Status, Error string }
	var read struct{}
	p.want(0, &read, "refresh", "-o", "json")
	p.want(0, &items, "list", "-o", "json")
	for _, item := range items {
		if item.Status != "imported" {
			p.t.Errorf("%s is %s", item.Ref, item.Status)
		}
		if sentence(item.Error, "2 assets") != "" {
			n++
		}
	}
	return n
}
