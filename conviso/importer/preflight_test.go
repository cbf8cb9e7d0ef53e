package importer

import (
	"errors"
	"strings"
	"testing"
	"time"

	"conviso-importer/conviso/importer/queue/sqlite"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/internal/demo"
	"conviso-importer/internal/secret"
)

// TestBoundQueue protects one company's queue from being sent to another one, or to another
// platform, because an environment variable has changed.
func TestBoundQueue(t *testing.T) {
	for name, change := range map[string]func(*Identity){
		"company": func(i *Identity) { i.Company = conviso.Company{ID: "7", Label: "Other"} },
		"host":    func(i *Identity) { i.PlatformURL = "https://api.staging.example.com" },
	} {
		t.Run(name, func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				w := newWorld(t, demo.PlatformOptions{Companies: []demo.Company{{ID: testCompany}, {ID: "7"}}}, manyNames(3)...)
				w.submit(Request{Bulk: w.refs()})
				config := w.config
				change(&config.Identity)
				other := NewEngine(config)
				var bound *BoundElsewhereError
				if err := other.Drain(t.Context()); !errors.As(err, &bound) || !strings.Contains(err.Error(), "company 1042 on 127.0.0.1:9") {
					t.Errorf("draining: %v", err)
				}
				p, err := other.Plan(t.Context(), Request{Named: w.refs()[:1]})
				if err == nil {
					err = other.Submit(t.Context(), p)
				}
				if !errors.As(err, &bound) {
					t.Errorf("adding: %v", err)
				}
				if sent := w.platform.Imports().Mutations; sent != 0 {
					t.Errorf("%d mutations were sent", sent)
				}
				w.wantStates(Queued, w.refs()...)
				if err := w.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
				w.wantStates(Imported, w.refs()...)
			})
		})
	}
}

// TestPreflight protects against sending blindly: before the first batch of a resumed queue the
// key, the company and the assets are looked at. What was just looked at is not asked again.
func TestPreflight(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{Key: secret.New("fake-key-1")}, manyNames(3)...)
		w.submit(Request{Bulk: w.refs()})
		planned := len(w.requests("assets"))
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		first := w.sends()[0].At
		if before := len(w.requests("assets")) - planned; before > 0 && !w.requests("assets")[planned].At.After(first) || len(w.requests("company")) > 0 {
			t.Error("an import that follows its plan at once asked again before it sent")
		}

		// A day later, with a name that nobody knows any more.
		w.catalog.add(component("late"))
		w.config.Identity.Company.Label = ""
		w.Engine = NewEngine(w.config)
		w.submit(Request{Named: w.refs()[3:]})
		w.Engine = NewEngine(w.config)
		time.Sleep(24 * time.Hour)
		w.platform.SetKey(secret.New("fake-key-2"))
		mutations := w.platform.Imports().Mutations
		if err := w.Drain(t.Context()); !errors.Is(err, conviso.ErrAuth) {
			t.Fatalf("with a refused key: %v", err)
		}
		if got := len(w.sends()); got != 1 || w.platform.Imports().Mutations != mutations {
			t.Errorf("%d batches were sent with a refused key", got-1)
		}
		w.wantStates(Queued, w.refs()[3:]...)
		w.platform.SetKey(secret.New("fake-key-1"))
		asked := len(w.requests("company"))
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.wantStates(Imported, w.refs()...)
		if label := w.Identity().Company.Label; label != "Acme Bank" || len(w.requests("company")) != asked+1 {
			t.Errorf("the company is called %q after %d queries", label, len(w.requests("company"))-asked)
		}
	})
}

// person is another user of the same platform: a state folder of her own.
func (w *world) person(t *testing.T) *world {
	t.Helper()
	other := *w
	other.config.Lock = sqlite.NewLock(t.TempDir(), "queue")
	return other.inMemory()
}

// TestTwoPeople protects against doubles between people: whoever sends later finds what the
// other one has imported since the plan and leaves it.
func TestTwoPeople(t *testing.T) {
	for _, pause := range []time.Duration{5 * time.Second, 2 * time.Minute} {
		t.Run(pause.String()+" later", func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				names := manyNames(200)
				ann := newWorld(t, demo.PlatformOptions{MaxDelay: 2 * time.Second, Latency: 50 * time.Millisecond}, names...).inMemory()
				ben := ann.person(t)
				ann.submit(Request{Bulk: ann.refs()})
				ben.submit(Request{Bulk: ben.refs()[:150]})
				if err := ann.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
				// Ben has looked at his review for a while before he confirms it.
				time.Sleep(pause)
				if err := ben.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
				ben.wantStates(Imported, ben.refs()[:150]...)
				ann.wantOnce(names...)
				snap, err := ben.ReadCatalog(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				_, assets := ben.Cached(t.Context())
				statuses := ben.Resolve(snap, assets, ben.items())
				row, _ := snap.Row(ben.refs()[0])
				if got := statuses.At(row); got.State != Imported || !strings.Contains(got.Reason, "meanwhile") {
					t.Errorf("Ben sees %+v", got)
				}
			})
		})
	}
	t.Run("at the same time", func(t *testing.T) {
		simulate(t, func(t *testing.T) {
			names := manyNames(1000)
			ann := newWorld(t, demo.PlatformOptions{Latency: 500 * time.Millisecond}, names...).inMemory()
			ben := ann.person(t)
			ann.submit(Request{Bulk: ann.refs()})
			ben.submit(Request{Bulk: ben.refs()})
			ended := make(chan error, 1)
			go func() { ended <- ann.Drain(t.Context()) }()
			// Ann has read the whole list and is in the middle of sending when Ben begins.
			time.Sleep(3500 * time.Millisecond)
			if err := errors.Join(ben.Drain(t.Context()), <-ended); err != nil {
				t.Fatal(err)
			}
			ann.wantStates(Imported, ann.refs()...)
			ben.wantStates(Imported, ben.refs()...)
			doubled, reported := 0, 0
			deliveries, anns, bens := ann.platform.Imports().Deliveries, ann.items(), ben.items()
			for _, ref := range ann.refs() {
				switch deliveries["Component:default/"+ref.Name()] {
				case 1:
				case 2:
					doubled++
					if strings.Contains(anns[ref].Error+bens[ref].Error, "somebody else") {
						reported++
					}
				default:
					t.Errorf("%s was delivered otherwise", ref)
				}
			}
			t.Logf("%d of %d doubled, %d of them reported at once", doubled, len(names), reported)
			// On their way is what went between two of Ben's reads, which are as far apart as
			// reading may take a fifth of the time.
			if doubled > len(names)/2 || reported < doubled {
				t.Errorf("%d were doubled and %d of them reported", doubled, reported)
			}
		})
	})
}

// TestGoneEntity protects what somebody queued and went away from: an entity that the catalog
// has no more is not sent, one that has changed goes as it was confirmed, and a catalog that
// cannot be asked holds the sending up.
func TestGoneEntity(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{}, "stays", "goes", "changes")
		w.submit(Request{Bulk: w.refs()})
		time.Sleep(refetchAfter + time.Minute)
		changed := component("changes")
		changed.Description = "something else"
		w.catalog.add(changed)
		delete(w.catalog.details, catalog.NewRef("Component", "default", "goes"))
		w.catalog.unreadable = errors.New("read the catalog: connection refused")
		if err := w.Drain(t.Context()); !errors.Is(err, conviso.ErrUnavailable) || len(w.sends()) > 0 {
			t.Fatalf("with the catalog out of reach: %d sent, %v", len(w.sends()), err)
		}
		w.catalog.unreadable = nil
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.wantOnce("stays", "changes")
		w.wantStates(Imported, w.refs()[0], w.refs()[2])
		gone := w.items()[w.refs()[1]]
		if gone.State != Failed || !strings.Contains(gone.Error, "gone from the catalog") || w.platform.Imports().Deliveries["Component:default/goes"] != 0 {
			t.Errorf("the entity that is gone is %s: %s", gone.State, gone.Error)
		}
		for _, p := range w.platform.Imports().Projects {
			if p.Description == changed.Description {
				t.Error("something was sent that nobody has confirmed")
			}
		}
	})
}

// TestRefreshedReview protects what somebody else imports while a review is open: a refresh in
// between must not make it look as if it had been there when the review was made.
func TestRefreshedReview(t *testing.T) {
	simulate(t, func(t *testing.T) {
		names := manyNames(30)
		ann := newWorld(t, demo.PlatformOptions{}, names...).inMemory()
		ben := ann.person(t)
		review := ben.plan(Request{Bulk: ben.refs()})
		ann.submit(Request{Bulk: ann.refs()})
		if err := ann.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := ben.LoadAssets(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if err := ben.Submit(t.Context(), review); err != nil {
			t.Fatal(err)
		}
		if err := ben.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		ben.wantStates(Imported, ben.refs()...)
		ann.wantOnce(names...)
	})
}

// TestReviewDuringRun protects what somebody else imports while a review is open beside a run
// of one's own: the run looks before it sends what has joined it.
func TestReviewDuringRun(t *testing.T) {
	simulate(t, func(t *testing.T) {
		names := manyNames(400)
		ann := newWorld(t, demo.PlatformOptions{Latency: 2 * time.Second}, names...).inMemory()
		ben := ann.person(t)
		review := ben.plan(Request{Bulk: ben.refs()[300:]})
		ann.submit(Request{Bulk: ann.refs()[300:]})
		if err := ann.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		ben.submit(Request{Bulk: ben.refs()[:300]})
		ended := make(chan error, 1)
		go func() { ended <- ben.Drain(t.Context()) }()
		time.Sleep(5 * time.Second)
		if len(ben.sends()) < 5 {
			t.Fatal("the run is not under way")
		}
		if err := errors.Join(ben.Submit(t.Context(), review), <-ended); err != nil {
			t.Fatal(err)
		}
		ben.wantStates(Imported, ben.refs()...)
		ben.wantOnce(names...)
	})
}
