package faulty

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"conviso-importer/internal/demo"
)

// TestShare checks the share of faults, that every kind comes, that only matching requests
// fail, and that a seed is deterministic.
func TestShare(t *testing.T) {
	faults := Outage()
	run := func(seed uint64) []string {
		script := Share(0.3, seed, Mutation, faults...)
		var drawn []string
		for i := range 10_000 {
			r := Request{Operation: "importAssetToIntegration"}
			if i%2 == 0 {
				r.Operation = "assets"
			}
			f := script(r)
			if i%2 == 0 && !f.none() {
				t.Fatal("a read was met")
			}
			if i%2 == 1 {
				drawn = append(drawn, fmt.Sprintf("%d %v %v %v", f.Status, f.Reset, f.Hang, f.After))
			}
		}
		return drawn
	}
	first := run(7)
	met := map[string]int{}
	for _, f := range first {
		met[f]++
	}
	none := met["0 false false false"]
	if n := len(first) - none; n < 1400 || n > 1600 || len(met) != len(faults)+1 {
		t.Errorf("%d of %d misbehaved: %v", n, len(first), met)
	}
	if !reflect.DeepEqual(first, run(7)) || reflect.DeepEqual(first, run(8)) {
		t.Error("a seed must decide")
	}
	if f := Share(1, 1, nil)(Request{}); !f.none() {
		t.Error("without faults there is none")
	}
}

// TestEither checks that the first fault counts, and that it does not use up a later First.
func TestEither(t *testing.T) {
	script := Either(First(1, Operation("a"), JSON(500, "")), First(2, nil, Fault{Delay: time.Second}))
	for i, want := range []struct {
		operation string
		fault     Fault
	}{{"b", Fault{Delay: time.Second}}, {"a", JSON(500, "")}, {"a", Fault{Delay: time.Second}}, {"a", Fault{}}} {
		if got := script(Request{Operation: want.operation}); !reflect.DeepEqual(got, want.fault) {
			t.Errorf("request %d: %+v", i, got)
		}
	}
}

// TestHang checks that no response comes until the client leaves, over both connections, and
// when the work is done.
func TestHang(t *testing.T) {
	for name, fault := range map[string]Fault{"before": {Hang: true}, "after": {Hang: true, After: true}} {
		p := NewPlatform(demo.PlatformOptions{})
		overBoth(t, p, func(t *testing.T, client *http.Client, base string) {
			t.Helper()
			p.Fail(First(1, nil, fault))
			seen, worked := p.Counts().Requests, p.Imports().Mutations
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			go func() {
				// The client leaves once the server hangs.
				for p.Counts().Requests == seen || (fault.After && p.Imports().Mutations == worked) {
					if ctx.Err() != nil {
						return
					}
					time.Sleep(time.Millisecond)
				}
				cancel()
			}()
			if err := importing(ctx, client, base, "a"); !errors.Is(err, context.Canceled) {
				t.Errorf("%s: it ended with %v before the client gave up", name, err)
			}
			if did := p.Imports().Mutations > worked; did != fault.After {
				t.Errorf("%s: worked %v", name, did)
			}
		})
	}
}

func importing(ctx context.Context, c *http.Client, base, id string) error {
	body := fmt.Sprintf(`{"query":"mutation { importAssetToIntegration(input: {companyId: 1042, integrationType: \"backstage\", projects: [{id: \"%s\", name: \"%s\"}]}) { success } }"}`, id, id)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/graphql", strings.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}
