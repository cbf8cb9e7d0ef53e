package importer

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/moved"
	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// shifting is a platform whose assets are added, deleted and renamed between the pages of its list.
type shifting struct {
	*world

	pageCap int

	r    *rand.Rand
	rate float64 // of requests before which something changes
	// made counts the changes, deleted those of the first assets that are gone.
	made, deleted int
	// stays are the names whose assets were there since the last read began, seen the entities that a view has shown
	// as imported.
	stays map[string]bool
	seen  map[catalog.Ref]bool
	// again are names that were sent while there was an asset of them.
	again []string
}

// A list that loses more than half is not believed, and one that grows with each page that is read never ends.
const (
	mostDeleted = 60
	leastAssets = 240
	mostAssets  = 330
)

func newShifting(t *testing.T, seed uint64, rate float64, assets, fresh int) *shifting {
	names := make([]string, assets+fresh)
	for i := range names {
		names[i] = fmt.Sprintf("e%04d", i)
	}
	r := rand.New(rand.NewPCG(seed, 7))
	pageCap := 12 + r.IntN(40)
	s := &shifting{pageCap: pageCap, r: r, rate: rate, stays: map[string]bool{}, seen: map[catalog.Ref]bool{},
		world: newWorld(t, demo.PlatformOptions{PageCap: pageCap, MaxDelay: 5 * time.Second}, names...).inMemory()}
	for i := range assets {
		s.platform.AddAssets(testCompany, demo.Asset{Name: fmt.Sprintf("old-%d", i)}, demo.Asset{Name: names[i]})
	}
	s.platform.Fail(s.before)
	return s
}

// before changes the platform before some of its answers, and looks at what is sent.
func (s *shifting) before(r faulty.Request) faulty.Fault {
	if importMutation(r) {
		s.judge(r)
	}
	if r.Operation != "assets" || s.r.Float64() >= s.rate {
		return faulty.Fault{}
	}
	s.made++
	name := fmt.Sprintf("other-%d", s.made)
	all := s.platform.Assets(testCompany)
	from := all
	switch {
	case s.deleted >= mostDeleted:
		from = among(all, "other-")
	case s.r.IntN(10) > 0:
		// Mostly those of others, so that the entities' last for a while.
		from = among(all, "o")
	}
	change := s.r.IntN(5)
	if len(from) == 0 || len(all) < leastAssets {
		change = 0
	}
	if change == 0 && len(all) < mostAssets {
		s.platform.AddAssets(testCompany, demo.Asset{Name: name, UpdatedAt: time.Unix(int64(s.r.IntN(2)), 0)})
		return faulty.Fault{}
	}
	if len(from) == 0 {
		return faulty.Fault{}
	}
	one := from[s.r.IntN(len(from))]
	delete(s.stays, one.Name)
	if change == 1 {
		s.platform.RenameAsset(one.ID, name)
		return faulty.Fault{}
	}
	if !strings.HasPrefix(one.Name, "other-") {
		s.deleted++
	}
	s.platform.RemoveAsset(one.ID)
	if change == 2 {
		s.platform.AddAssets(testCompany, demo.Asset{Name: name})
	}
	return faulty.Fault{}
}

func among(all []demo.Asset, prefix string) []demo.Asset {
	return slices.DeleteFunc(slices.Clone(all), func(a demo.Asset) bool { return !strings.HasPrefix(a.Name, prefix) })
}

// judge notes what is sent although there is an asset of its name.
func (s *shifting) judge(r faulty.Request) {
	var sent struct {
		Variables struct {
			Input struct{ Projects []conviso.Project }
		}
	}
	if json.Unmarshal(r.Body, &sent) != nil || len(sent.Variables.Input.Projects) == 0 {
		s.t.Errorf("an import that names nothing: %s", r.Body)
	}
	there := map[string]bool{}
	for _, a := range s.platform.Assets(testCompany) {
		there[a.Name] = true
	}
	for _, p := range sent.Variables.Input.Projects {
		if there[p.Name] {
			s.again = append(s.again, p.Name)
		}
	}
}

// look reads both lists, and checks that nothing that exists or that was seen is called new.
func (s *shifting) look(all bool) *View {
	s.t.Helper()
	time.Sleep(time.Second)
	clear(s.stays)
	for _, a := range s.platform.Assets(testCompany) {
		s.stays[a.Name] = true
	}
	before := s.platform.Counts().Requests
	v, err := s.Read(s.t.Context(), ReadOptions{AllAssets: all})
	if err != nil {
		s.t.Fatal(err)
	}
	for row := range v.Statuses.Len() {
		ref, status := v.Catalog.Ref(row), v.Statuses.At(row)
		switch {
		case status.State == Imported:
			s.seen[ref] = true
		case status.State == New && s.stays[v.Catalog.Name(row)]:
			s.t.Errorf("%s has an asset and is new: %s", ref, status.Reason)
		case status.State == New && s.seen[ref]:
			s.t.Errorf("%s was imported and is new: %s", ref, status.Reason)
		}
	}
	// A count and what changed, five reads of the list, and the look-ups by name and by id.
	pages := 2*(len(s.platform.Assets(testCompany))+conviso.MaxReads)/s.pageCap + 2
	if cost, most := s.platform.Counts().Requests-before, 2+(conviso.MaxReads+1)*pages+2*moved.MaxAsked; cost > most {
		s.t.Errorf("%d requests for one read of %d pages", cost, pages)
	}
	return v
}

// TestShiftingPlatformSeries protects what exists from being called new or sent again by a platform that adds, deletes
// and renames assets at the boundaries of its pages: after whole reads, after refreshes, and while an import runs.
func TestShiftingPlatformSeries(t *testing.T) {
	rounds := 4
	if os.Getenv("PROOFS") != "" {
		rounds = 150
	}
	sent, refused, most := 0, 0, 0
	for seed := range uint64(rounds) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				s := newShifting(t, seed, []float64{1, 0.3, 0.05, 1}[seed%4], 150, []int{20, 60, 20, 260}[seed%4])
				for round := range 4 {
					s.look(round%2 == 0)
					if err := s.allNew(); err != nil {
						var open *MovedError
						if !errors.As(err, &open) {
							t.Fatal(err)
						}
						refused++
					}
				}
				most = max(most, s.platform.Counts().MaxPerMinute)
				s.rate = 0
				s.look(true)
				if err := s.allNew(); err != nil {
					t.Fatal(err)
				}
				if v := s.look(true); v.Statuses.Count(New)+v.Statuses.Count(Unknown) > 0 {
					t.Errorf("when all is quiet: %v", counts(v.Statuses))
				}
				for id, n := range s.platform.Imports().Deliveries {
					if sent++; n > 1 {
						t.Errorf("%s was sent %d times", id, n)
					}
				}
				if len(s.again) > 0 {
					t.Errorf("sent although there: %s", strings.Join(s.again, " "))
				}
			})
		})
	}
	t.Logf("%d platforms: %d sent once, %d bulk imports refused, at most %d requests a minute", rounds, sent, refused, most)
}

// slide takes one from the first page of a list that is read and adds one behind, so that no list is whole.
func (s *shifting) slide(r faulty.Request) {
	if r.Operation != "assets" || !strings.Contains(string(r.Body), `"page":2`) {
		return
	}
	gone := slices.IndexFunc(s.platform.Assets(testCompany), func(a demo.Asset) bool { return a.Name[0] == 'o' })
	s.platform.RemoveAsset(s.platform.Assets(testCompany)[gone].ID)
	s.platform.AddAssets(testCompany, demo.Asset{Name: "other"})
}

// TestUncertainWhileTheListMoves protects what the platform perhaps did not take from being read back for hours where
// the list hardly is whole: it is asked for by name, and fails or not.
func TestUncertainWhileTheListMoves(t *testing.T) {
	for name, c := range map[string]struct {
		arrived bool
		want    State
	}{"it arrived": {true, Imported}, "it did not": {false, Failed}} {
		t.Run(name, func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				s := newShifting(t, 1, 0, 100, 20)
				s.platform.Fail(func(r faulty.Request) faulty.Fault {
					s.slide(r)
					if !importMutation(r) {
						return faulty.Fault{}
					}
					fault := faulty.JSON(200, `{"data":{"importAssetToIntegration":{"success":true,"importedCount":1,"errors":["some were bad"]}}}`)
					fault.After = c.arrived
					return fault
				})
				ctx, cancel := contextFor(t, 24*time.Hour)
				defer cancel()
				s.submit(Request{Named: s.refs()[100:]})
				began := time.Now()
				if err := s.Drain(ctx); err != nil || time.Since(began) > 3*time.Minute {
					t.Errorf("after %s: %v", time.Since(began), err)
				}
				s.wantStates(c.want, s.refs()[100:]...)
			})
		})
	}
}

// TestLostWhileTheListMoves protects an item whose answer was lost from waiting for ever where the list hardly is whole:
// it is asked for by name, and sent again or not.
func TestLostWhileTheListMoves(t *testing.T) {
	for name, done := range map[string]bool{"it arrived": true, "it did not": false} {
		t.Run(name, func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				s := newShifting(t, 1, 0, 150, 20)
				once := true
				s.platform.Fail(func(r faulty.Request) faulty.Fault {
					s.slide(r)
					if fault := s.before(r); !importMutation(r) || !once {
						return fault
					}
					once = false
					return faulty.Fault{Status: 502, After: done}
				})
				ctx, cancel := contextFor(t, 24*time.Hour)
				defer cancel()
				s.submit(Request{Named: s.refs()[150:]})
				began := time.Now()
				if err := s.Drain(ctx); err != nil || time.Since(began) > 3*time.Minute {
					t.Fatalf("after %s: %v", time.Since(began), err)
				}
				for ref, item := range s.items() {
					// What is imported has no project any more.
					if n := s.platform.Imports().Deliveries["Component:default/"+ref.Name()]; item.State != Imported || n != 1 {
						t.Errorf("%s is %s: %s, sent %d times", ref, item.State, item.Error, n)
					}
				}
				if len(s.again) > 0 {
					t.Errorf("sent although there: %v", s.again)
				}
			})
		})
	}
}

// TestPlanFileWhileTheListMoves protects a plan file from being called outdated by a list that moved.
func TestPlanFileWhileTheListMoves(t *testing.T) {
	simulate(t, func(t *testing.T) {
		s := newShifting(t, 1, 0, 150, 260)
		plan := s.plan(Request{Bulk: s.refs(), InBulk: true})
		time.Sleep(2 * time.Minute)
		s.rate = 1
		var open *MovedError
		if _, err := s.Recheck(t.Context(), plan); !errors.As(err, &open) || open.Open != 60 {
			t.Errorf("%v", err)
		}
		s.rate = 0
		time.Sleep(2 * time.Minute)
		if again, err := s.Recheck(t.Context(), plan); err != nil || len(again.Items) != len(plan.Items) {
			t.Errorf("%v", err)
		}
	})
}
