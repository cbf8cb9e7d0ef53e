package conviso

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// TestClassesAreTrue checks on a platform with random faults, before and after the work, that
// no class is wrong and no import is delivered twice.
func TestClassesAreTrue(t *testing.T) {
	const imports = 600
	for _, seed := range []uint64{1, 2, 3} {
		t.Run(fmt.Sprint("in process, seed ", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := faulty.NewPlatform(demo.PlatformOptions{})
				p.Fail(faulty.Either(
					faulty.Share(0.3, seed, faulty.Mutation, faulty.Outage()...),
					faulty.Share(0.1, seed+20, importing, graphErrors()...),
					faulty.Share(0.02, seed+10, nil, faulty.Throttled()...)))
				checkClasses(t, p, ofDemo(t, p, 0), imports)
			})
		})
	}
	t.Run("over sockets", func(t *testing.T) {
		p := faulty.NewPlatform(demo.PlatformOptions{})
		var faults []faulty.Fault
		for _, f := range append(faulty.Outage(), faulty.Fault{Cut: 1}, faulty.Fault{Cut: 60}, faulty.HTML(200), faulty.JSON(200, "{}")) {
			if !f.Hang {
				faults = append(faults, f)
			}
		}
		p.Fail(faulty.Share(0.3, 4, faulty.Mutation, faults...))
		srv := httptest.NewServer(p)
		defer srv.Close()
		// As many as the burst allows once the first fault has halved it.
		checkClasses(t, p, clientOf(t, srv.URL), 95)
	})
}

var importing = faulty.Operation("importAssetToIntegration")

// graphErrors are answers with errors, before and after the work was done, of which some could be
// taken for a refusal.
func graphErrors() []faulty.Fault {
	var all []faulty.Fault
	for _, body := range []string{
		`{"data":{"importAssetToIntegration":null},"errors":[{"message":"Timeout on ImportAssetToIntegrationPayload.success","path":["importAssetToIntegration","success"]}]}`,
		`{"errors":[{"message":"Internal server error","extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}`,
		`{"data":null,"errors":[{"message":"Deadlock found when trying to get lock"}]}`,
		`{"data":null,"errors":[{"message":"Name is forbidden"}]}`,
		`{"data":{"importAssetToIntegration":null},"errors":[{"message":"Field 'a' doesn't exist on type 'B'"}]}`,
	} {
		before := faulty.JSON(200, body)
		after := before
		after.After = true
		all = append(all, before, after)
	}
	return all
}

// checkClasses imports projects once each and compares the classes with the platform's state.
func checkClasses(t *testing.T, p *faulty.Platform, c *Client, imports int) {
	t.Helper()
	var mu sync.Mutex
	outcomes := map[string]error{}
	todo := make(chan int, imports)
	for i := range imports {
		todo <- i
	}
	close(todo)
	var workers sync.WaitGroup
	for range inFlight {
		workers.Go(func() {
			for i := range todo {
				id := fmt.Sprintf("Component:default/%d", i)
				_, err := c.Import(t.Context(), "1042", []Project{{ID: id, Name: id}})
				mu.Lock()
				outcomes[id] = err
				mu.Unlock()
			}
		})
	}
	workers.Wait()
	deliveries, seen := p.Imports().Deliveries, map[Class]int{}
	for id, err := range outcomes {
		n, class := deliveries[id], Class(0)
		if err != nil {
			var send *SendError
			if !errors.As(err, &send) {
				t.Fatal(err)
			}
			class = send.Class
		}
		seen[class]++
		switch {
		case class == 0 && n == 1, class == Ambiguous && n <= 1:
		case (class == NotSent || class == Rejected) && n == 0:
		default:
			t.Errorf("%s was delivered %d times and is called %s: %v", id, n, class, err)
		}
	}
	t.Logf("imports by class: %v", seen)
	if seen[0] < imports/2 || seen[Ambiguous] < imports/8 {
		t.Errorf("the faults were not as meant: %v", seen)
	}
}

// TestListsThroughFaults checks that a list is complete or an error, whatever pages fail.
func TestListsThroughFaults(t *testing.T) {
	const assets = 1000
	faults := append(faulty.Outage(), faulty.Fault{Cut: 1}, faulty.Fault{Cut: 300}, faulty.TooMany(""), faulty.TooMany("3"),
		faulty.Fault{Delay: 40 * time.Second}, faulty.Fault{Drip: time.Second})
	whole, failed := 0, 0
	for i, share := range []float64{0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.2, 0.4, 0.8} {
		synctest.Test(t, func(t *testing.T) {
			p := faulty.NewPlatform(demo.PlatformOptions{PageCap: 20})
			for n := range assets {
				p.AddAssets("1042", demo.Asset{Name: fmt.Sprint("asset-", n)})
			}
			p.Fail(faulty.Share(share, uint64(i), faulty.Operation("assets"), faults...))
			set, err := ofDemo(t, p, 0).Assets(t.Context(), "1042", nil)
			switch {
			case err == nil && set.Complete && set.Len() == assets:
				whole++
			case errors.Is(err, ErrUnavailable) && !set.Complete && set.Len() < assets:
				failed++
			default:
				t.Errorf("%.0f %% of the pages fail: %d assets, complete %v, %v", 100*share, set.Len(), set.Complete, err)
			}
		})
	}
	t.Logf("%d lists were whole, %d said that they were not", whole, failed)
	if whole < 3 || failed < 1 {
		t.Errorf("%d whole, %d failed", whole, failed)
	}
}
