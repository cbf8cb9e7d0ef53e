package importer

import (
	"context"
	"errors"
	"testing"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// kindsOfAnswer are the answers that one batch of an import may get. Where stops is set the run ends
// with it, and another run goes on.
func kindsOfAnswer() []kindOfAnswer {
	html := faulty.HTML(403)
	html.Header = html.Header.Clone()
	html.Header.Set("Retry-After", "3")
	withData := done(faulty.JSON(200, `{"data":{"importAssetToIntegration":{"success":true,"importedCount":25,"errors":[]}},"errors":[{"message":"Timeout on the way"}]}`))
	null := faulty.JSON(200, `{"data":{"importAssetToIntegration":null}}`)
	return []kindOfAnswer{
		{"payload null", null, nil}, {"payload null, after work", done(null), nil},
		{"errors with data", withData, nil},
		{"timeout after work", faulty.Fault{Hang: true, After: true}, nil},
		{"error after work", done(graphQL("Timeout on ImportAssetToIntegrationPayload.success")), nil},
		{"throttled in 200", faulty.JSON(200, `{"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}]}`), nil},
		{"403 with Retry-After", html, nil},
		{"403 page", faulty.HTML(403), nil}, {"403 page, after work", done(faulty.HTML(403)), nil},
		{"403 of the platform", faulty.JSON(403, `{"errors":[{"message":"Forbidden"}]}`), conviso.ErrAuth},
		{"409", faulty.JSON(409, `{"errors":[{"message":"conflict"}]}`), nil}, {"409, after work", done(faulty.JSON(409, "")), nil},
		{"420", faulty.JSON(420, ""), nil}, {"425", faulty.JSON(425, ""), nil},
		{"HTML 200", faulty.HTML(200), nil}, {"HTML 200, after work", done(faulty.HTML(200)), nil},
		{"cut body", faulty.Fault{Cut: 30}, nil},
		{"connection reset", faulty.Fault{Reset: true}, nil}, {"connection reset, after work", faulty.Unanswered(), nil},
	}
}

type kindOfAnswer struct {
	name  string
	fault faulty.Fault
	stops error
}

// TestKindsOfAnswer protects an import from one unusual answer, whatever its kind and whichever batch
// gets it: nothing is lost, nothing is sent twice, and only a refused key ends the run.
func TestKindsOfAnswer(t *testing.T) {
	for i, kind := range kindsOfAnswer() {
		t.Run(kind.name, func(t *testing.T) {
			simulate(t, func(t *testing.T) { importThrough(t, kind, 1+i%3, 75) })
		})
	}
}

// importThrough imports entities while one batch gets the fault, and returns how many imports that took
// and how long.
func importThrough(t *testing.T, kind kindOfAnswer, at, entities int) (sends int, took time.Duration) {
	t.Helper()
	names := manyNames(entities)
	w := newWorld(t, demo.PlatformOptions{Latency: 200 * time.Millisecond, MinDelay: time.Second, MaxDelay: 20 * time.Second}, names...).inMemory()
	batches := 0
	w.platform.Fail(func(r faulty.Request) faulty.Fault {
		if importMutation(r) {
			if batches++; batches == at {
				return kind.fault
			}
		}
		return faulty.Fault{}
	})
	w.submit(Request{Bulk: w.refs()})
	began := time.Now()
	err := w.Drain(t.Context())
	if !errors.Is(err, kind.stops) {
		t.Errorf("at batch %d the run ended with %v, want %v", at, err, kind.stops)
	}
	for ref, item := range w.items() {
		if kind.stops != nil && !item.State.Pending() && item.State != Imported || kind.stops == nil && item.State != Imported {
			t.Fatalf("at batch %d %s is %s: %s", at, ref, item.State, item.Error)
		}
	}
	if err != nil {
		err = w.Drain(context.WithoutCancel(t.Context()))
	}
	if err != nil {
		t.Fatal(err)
	}
	took = time.Since(began)
	w.wantStates(Imported, w.refs()...)
	w.wantOnce(names...)
	return len(w.sends()), took
}
