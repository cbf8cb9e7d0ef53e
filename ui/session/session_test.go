package session

import (
	"context"
	"iter"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/status"
)

// stub is an engine with a list of two entities and a queue that nobody is told of: what Watch would
// bring never comes.
type stub struct {
	shrunk []importer.Shrunk
	copied error

	Engine

	items []importer.Item
	kinds []string
}

func (s *stub) Identity() importer.Identity     { return importer.Identity{} }
func (s *stub) Kinds() []string                 { return s.kinds }
func (s *stub) UseKinds(kinds []string)         { s.kinds = kinds }
func (s *stub) Runner() (string, bool)          { return "", false }
func (s *stub) LatestAssets() *conviso.AssetSet { return nil }
func (s *stub) Pause(bool) bool                 { return false }
func (s *stub) Flow() importer.Flow             { return importer.Flow{} }

func (s *stub) Cached(context.Context) (*catalog.Snapshot, *conviso.AssetSet) {
	var all []catalog.Entity
	for _, name := range []string{"a", "b"} {
		all = append(all, catalog.Entity{Ref: catalog.NewRef(s.kinds[0], "", name), Kind: s.kinds[0], Name: name})
	}
	return catalog.NewSnapshot(all, epoch, len(all), true), conviso.NewAssetSet(nil, epoch, true)
}

func (s *stub) LoadCatalog(context.Context) iter.Seq2[*catalog.Snapshot, error] {
	return func(func(*catalog.Snapshot, error) bool) {}
}

func (s *stub) RefreshAssets(context.Context, func(read, total int)) (*conviso.AssetSet, error) {
	return conviso.NewAssetSet(nil, epoch, true), nil
}

func (s *stub) Items(context.Context) ([]importer.Item, int64, error) { return nil, 0, nil }

func (s *stub) Watch(ctx context.Context, since int64) ([]importer.Item, int64, error) {
	<-ctx.Done()
	return nil, since, ctx.Err()
}

func (s *stub) Resolve(snap *catalog.Snapshot, assets *conviso.AssetSet, items map[catalog.Ref]importer.Item) *importer.Statuses {
	return status.Resolve(snap, assets, items, importer.Namer{})
}

func (s *stub) Integration(context.Context) (*conviso.Integration, error) {
	return nil, conviso.ErrNoIntegration
}
func (s *stub) AutoImport() importer.AutoStatus { return importer.AutoStatus{} }

func (s *stub) Submit(_ context.Context, p *importer.Plan) error {
	for i := range p.Items {
		s.items = append(s.items, importer.Item{Ref: p.Items[i].Ref, State: importer.Queued})
	}
	return nil
}

// Drain fails the first item and imports the others.
func (s *stub) Drain(context.Context) error {
	for i := range s.items {
		s.items[i].Seq, s.items[i].State = int64(i)+1, importer.Imported
	}
	s.items[0].State, s.items[0].Error = importer.Failed, "tags has invalid value"
	return nil
}

func (s *stub) Changes(context.Context, int64) ([]importer.Item, int64, error) {
	return s.items, int64(len(s.items)), nil
}

// front is a front end that writes everything down. Its loop is the test's.
type front struct {
	ctx     context.Context
	takes   chan func()
	notices []Notice
	events  []Event
	// told is called with every notice.
	told func(n Notice)
}

func (f *front) Run(t Task) {
	go func() {
		if take := t(f.ctx); take != nil {
			f.takes <- take
		}
	}()
}

func (f *front) Notify(n Notice) {
	f.notices = append(f.notices, n)
	if f.told != nil {
		f.told(n)
	}
}

func (f *front) Changed(e Event) { f.events = append(f.events, e) }

// settle runs the loop until nothing can happen.
func (f *front) settle() {
	for {
		synctest.Wait()
		select {
		case take := <-f.takes:
			take()
		default:
			return
		}
	}
}

// with runs test in a bubble with a session that has read everything.
func with(t *testing.T, test func(t *testing.T, s *Session, f *front, e *stub)) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		f, e := &front{ctx: ctx, takes: make(chan func(), 100)}, &stub{kinds: []string{"component"}}
		s := New(ctx, e, f, Phrases{Failed: "R retries."}, func() time.Time { return epoch })
		s.Start()
		f.settle()
		test(t, s, f, e)
	})
}

func planFor(v *importer.View) *importer.Plan {
	p := &importer.Plan{}
	for row := range v.Catalog.Len() {
		p.Items = append(p.Items, importer.PlanItem{Ref: v.Catalog.Ref(row)})
	}
	return p
}

// TestEndIsTold protects what is said at the end of an import: by then the queue is known as it was
// read behind the sender, though no watcher has brought it, and what failed is marked.
func TestEndIsTold(t *testing.T) {
	with(t, func(t *testing.T, s *Session, f *front, _ *stub) {
		s.Show(NewViewState(s.Known.View, Order{}, &s.Shown))
		said := ""
		f.told = func(n Notice) {
			if n.About == AboutImport && n.Text != "" {
				said = n.Text
				if got := s.Items()[s.Known.View.Catalog.Ref(1)].State; s.Known.QueueSeq != 2 || got != importer.Imported {
					t.Errorf("it is told at change %d, with an item that is %s", s.Known.QueueSeq, got)
				}
			}
		}
		s.Submit(planFor(s.Known.View), func(err error) {
			if err != nil || s.Job.Sends {
				t.Errorf("submitted: %v, sends already: %t", err, s.Job.Sends)
			}
		})
		f.settle()
		if !strings.HasPrefix(said, "1 imported, 1 failed in") || !strings.HasSuffix(said, "R retries.") {
			t.Errorf("it says %q", said)
		}
		if failed := s.Known.View.Catalog.Ref(0); s.Marks.Len() != 1 || s.Marks.Of(failed) != ByHand || s.Known.FailedListed != 1 {
			t.Errorf("%d marks, %d failures are listed", s.Marks.Len(), s.Known.FailedListed)
		}
		if last := s.Log.Entries[len(s.Log.Entries)-1].Text; !strings.Contains(last, "component:default/a failed: tags has invalid value") {
			t.Errorf("the log ends with %q", last)
		}
	})
}

// TestOldKindsStayAway protects a list of other kinds from what was still on its way about the ones
// before, and whoever waits for that list from the old one.
func TestOldKindsStayAway(t *testing.T) {
	with(t, func(t *testing.T, s *Session, f *front, _ *stub) {
		late := s.Known
		late.Seq++
		if answer, err := s.UseKinds("api"); answer != "" || err != nil {
			t.Fatalf("%q, %v", answer, err)
		}
		if s.Known.View.Catalog != nil || s.Shown.Catalog != nil || s.Known.Disk {
			t.Error("the old list is still there")
		}
		s.updated(late)
		if s.Known.View.Catalog != nil || s.Known.Disk {
			t.Error("the old list has come back")
		}
		f.settle()
		if v := s.Known.View; v.Catalog == nil || v.Catalog.Ref(0).Kind() != "api" || !s.Known.Disk {
			t.Errorf("the new list is %v", v.Catalog)
		}
	})
}

func (s *stub) Shrunk(context.Context) []importer.Shrunk { return s.shrunk }

func (s *stub) Settle(_ context.Context, v *importer.View) *importer.View { return v }

func (s *stub) AcceptShrunk(context.Context) error { return nil }

func (s *stub) Copied(context.Context) error { return s.copied }

func (s *stub) Adopt(context.Context) error {
	s.copied = nil
	return nil
}
