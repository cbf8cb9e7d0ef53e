package importer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/demo"
)

// partsWorld is a world of two and a half parts. Entities share names and repositories over their bounds.
func partsWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, demo.PlatformOptions{}).inMemory()
	for i := range 2*detailChunk + detailChunk/2 {
		d := component(fmt.Sprintf("service-%05d", i))
		if i%130 == 7 {
			d.Annotations = map[string]string{"backstage.io/source-location": "url:https://git.example.com/shared/one"}
			d.Annotated = catalog.ReadAnnotations(d.Annotations)
		}
		w.catalog.add(d)
	}
	for _, n := range []int{3, detailChunk + 50} {
		// The first of the name, by ref, is in another part than the second.
		w.catalog.add(componentIn("zz", fmt.Sprintf("service-%05d", n)))
	}
	return w
}

func (w *world) importAll(ctx context.Context, j *Job, told Planning) error {
	view, err := w.Read(ctx, ReadOptions{})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.Import(ctx, j, view.SelectNew(catalog.Query{}), WaitOptions{Since: view.Seq}, told)
}

// TestImportInParts protects the time of a large import, whose first entities are sent while the last are still
// planned, and what it sends, which is what one plan sends.
func TestImportInParts(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := partsWorld(t)
		whole := w.plan(func() Request { v, _ := w.Read(t.Context(), ReadOptions{}); return v.SelectNew(catalog.Query{}) }())
		var mu sync.Mutex
		var lastAsked time.Time
		atOnce, most := 0, 0
		first := slices.Min(w.refs())
		w.catalog.asked = func(refs []catalog.Ref) error {
			mu.Lock()
			atOnce++
			most = max(most, atOnce)
			mu.Unlock()
			wait := 30 * time.Second
			if slices.Contains(refs, first) {
				wait = 10 * time.Second
			}
			time.Sleep(wait)
			mu.Lock()
			defer mu.Unlock()
			atOnce--
			lastAsked = time.Now()
			return nil
		}
		j := NewJob(time.Now())
		began, planned := 0, (*Planned)(nil)
		err := w.importAll(t.Context(), j, Planning{Began: func(left int) { began = left }, Ended: func(now *Planned) { planned = now }})
		if err != nil {
			t.Fatal(err)
		}
		c := j.Counts()
		if c.Verified != len(whole.Items) || c.Skipped != len(whole.Skipped) || c.Unplanned != 0 || c.Pending != 0 {
			t.Errorf("%+v, want %d sent and %d skipped", c, len(whole.Items), len(whole.Skipped))
		}
		for i := range whole.Items {
			if item, ok := j.Item(whole.Items[i].Ref); !ok || item.State != Imported {
				t.Errorf("%s is %q", whole.Items[i].Ref, item.State)
			}
		}
		if sends := w.sends(); !sends[0].At.Before(lastAsked) {
			t.Errorf("the first was sent at %s, the last details came at %s", sends[0].At, lastAsked)
		}
		if most < 2 || most > detailsAhead {
			t.Errorf("%d requests for details at a time", most)
		}
		if began != len(whole.Items)+len(whole.Skipped)-detailChunk || planned == nil || planned.Sends != len(whole.Items) || planned.Skips != len(whole.Skipped) {
			t.Errorf("it began with %d left and ended with %+v", began, planned)
		}
		if got, want := findingLines(planned.Findings), findingLines(whole.Findings()); !slices.Equal(got, want) {
			t.Errorf("it found\n%q, want\n%q", got, want)
		}
		if u, err := w.Unplanned(t.Context()); err != nil || u.Left != 0 {
			t.Errorf("%+v is left to plan, %v", u, err)
		}
	})
}

func findingLines(findings []Finding) []string {
	var lines []string
	for i := range findings {
		lines = append(lines, findings[i].String())
	}
	return lines
}

// TestPartsThatFail protects what was queued from a catalog that fails in the middle of the planning: it is sent,
// the rest is counted, and the next run, which plans it, ends the note.
func TestPartsThatFail(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := partsWorld(t)
		failed := fmt.Errorf("the catalog is away: %w", catalog.ErrUnavailable)
		w.catalog.asked = func(refs []catalog.Ref) error {
			if slices.Contains(refs, w.refs()[detailChunk+detailChunk/2]) {
				time.Sleep(time.Minute)
				return failed
			}
			return nil
		}
		j := NewJob(time.Now())
		err := w.importAll(t.Context(), j, Planning{})
		c := j.Counts()
		u, noteErr := w.Unplanned(t.Context())
		if !errors.Is(err, failed) || noteErr != nil || c.Verified != c.Requested-c.Skipped || c.Requested != detailChunk ||
			c.Unplanned != len(w.refs())-detailChunk || u.Left != c.Unplanned {
			t.Fatalf("%v: %+v, the note is %+v, %v", err, c, u, noteErr)
		}
		w.catalog.asked = nil
		again := NewJob(time.Now())
		if err := w.importAll(t.Context(), again, Planning{}); err != nil {
			t.Fatal(err)
		}
		if u, err := w.Unplanned(t.Context()); err != nil || u.Left != 0 || again.Counts().Unplanned != 0 {
			t.Errorf("after another run %+v, %v", u, err)
		}
		if c, d := again.Counts(), w.platform.Imports().Deliveries; c.Verified+j.Counts().Verified != len(d) {
			t.Errorf("%+v, %d arrived", c, len(d))
		}
	})
}

// TestPartsBrokenOff protects an import that is interrupted or runs out of time while it plans: it ends at once,
// and what it had not planned is counted.
func TestPartsBrokenOff(t *testing.T) {
	for name, o := range map[string]WaitOptions{"by the user": {}, "by its timeout": {Timeout: 20 * time.Second}} {
		t.Run(name, func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				w := partsWorld(t)
				w.catalog.asked = func(refs []catalog.Ref) error {
					if !slices.Contains(refs, "component:default/service-00003") {
						time.Sleep(time.Hour)
					}
					return nil
				}
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if o.Timeout == 0 {
					time.AfterFunc(20*time.Second, cancel)
				}
				view, err := w.Read(ctx, ReadOptions{})
				if err != nil {
					t.Fatal(err)
				}
				j := NewJob(time.Now())
				err = w.Import(ctx, j, view.SelectNew(catalog.Query{}), o, Planning{})
				if c := j.Counts(); err == nil || c.Verified == 0 || c.Unplanned != len(w.refs())-detailChunk {
					t.Errorf("%v after %s: %+v", err, time.Since(j.Began), c)
				}
			})
		})
	}
}

// TestChangesBeforeAPart protects the outcome of entities that another process imports while an import in parts is
// planned: they join the job after their only change was read.
func TestChangesBeforeAPart(t *testing.T) {
	for name, sentBefore := range map[string]bool{"on its way before the planning": true, "new to the plan": false} {
		t.Run(name, func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				w := partsWorld(t)
				ref := w.refs()[10]
				if sentBefore {
					w.elsewhere(ref)
				}
				w.catalog.asked = func(refs []catalog.Ref) error {
					if !slices.Contains(refs, w.refs()[11]) {
						return nil
					}
					if !sentBefore {
						w.elsewhere(ref)
					}
					item := w.items()[ref]
					item.State, item.AssetID = Imported, "77"
					if err := w.config.Queue.Record(t.Context(), []Item{item}); err != nil {
						t.Error(err)
					}
					time.Sleep(10 * lookEvery) // The watcher looks meanwhile.
					return nil
				}
				j := NewJob(time.Now())
				err := w.Import(t.Context(), j, Request{Bulk: w.refs(), InBulk: true}, WaitOptions{}, Planning{})
				item, ok := j.Item(ref)
				if c := j.Counts(); err != nil || !ok || item.State != Imported || item.AssetID != "77" || c.Pending != 0 {
					t.Errorf("%v: it is %+v of %+v", err, item, c)
				}
				if len(j.early) > 0 {
					t.Errorf("%d early changes are kept after the planning", len(j.early))
				}
			})
		})
	}
}

// elsewhere queues an entity as another process, whose send the platform accepts.
func (w *world) elsewhere(ref catalog.Ref) {
	q, now := w.config.Queue, time.Now()
	if _, err := q.Add(w.t.Context(), []queue.Entry{{Ref: ref, Project: conviso.Project{Name: ref.Name()}}}, now); err != nil {
		w.t.Error(err)
	}
	items, err := q.Claim(w.t.Context(), 1, now, time.Time{})
	if err != nil || len(items) != 1 {
		w.t.Errorf("it claimed %d, %v", len(items), err)
		return
	}
	items[0].State = Accepted
	if err := q.Record(w.t.Context(), items); err != nil {
		w.t.Error(err)
	}
}

// TestLimitInParts protects an import with a limit that its first part reaches: it ends, and says what it sends.
func TestLimitInParts(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{}, manyNames(5)...).inMemory()
		j := NewJob(time.Now())
		planned := (*Planned)(nil)
		err := w.Import(t.Context(), j, Request{Bulk: w.refs(), Limit: 3}, WaitOptions{Timeout: time.Hour},
			Planning{Ended: func(now *Planned) { planned = now }})
		if c := j.Counts(); err != nil || c.Verified != 3 || c.Skipped != 2 || planned == nil || planned.Sends != 3 || !planned.CreateIntegration {
			t.Errorf("%v: %+v, it ended with %+v", err, c, planned)
		}
	})
}

// TestOnePartEndsTheNote protects from being told for ever that something was not planned: an import that is small
// enough for one part ends the note as well.
func TestOnePartEndsTheNote(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{}, manyNames(5)...).inMemory()
		if err := w.noteUnplanned(t.Context(), 5); err != nil {
			t.Fatal(err)
		}
		if err := w.importAll(t.Context(), NewJob(time.Now()), Planning{}); err != nil {
			t.Fatal(err)
		}
		if u, err := w.Unplanned(t.Context()); err != nil || u.Left != 0 {
			t.Errorf("%+v is left to plan, %v", u, err)
		}
	})
}
