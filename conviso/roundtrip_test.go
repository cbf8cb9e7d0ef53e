package conviso

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"conviso-importer/internal/pause"
)

const companyJSON = `{"data":{"company":{"id":"1","label":"Acme"}}}`

// script responds with one step after the other and then repeats the last.
func script(t *testing.T, tries *int, steps ...roundTrip) *Client {
	return inMemory(t, func(req *http.Request) (*http.Response, error) {
		step := steps[min(*tries, len(steps)-1)]
		*tries++
		return step(req)
	})
}

// TestQueriesAreRetried checks retries with the whole body.
func TestQueriesAreRetried(t *testing.T) {
	for name, bad := range map[string]roundTrip{
		"500": giving(500, ""), "502": giving(502, "<html>"), "503": giving(503, ""), "504": giving(504, ""),
		"429": giving(429, ""), "reset": failing(io.EOF), "cut": cutting(`{"data":{"comp`),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tries := 0
				c := script(t, &tries, bad, bad, func(req *http.Request) (*http.Response, error) {
					if s := read(t, req); s.Variables["id"] != "1" {
						t.Errorf("the body of the third try: %+v", s)
					}
					return ok(companyJSON)
				})
				if _, err := c.Company(t.Context(), "1"); err != nil || tries != 3 {
					t.Errorf("%d tries, %v", tries, err)
				}
			})
		})
	}
}

// TestSaveIsRetried checks the idempotent mutation.
func TestSaveIsRetried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		c := script(t, &tries, giving(503, ""), giving(200, calls["save the flag"].answer))
		if got, err := c.SaveIntegration(t.Context(), IntegrationInput{}); err != nil || tries != 2 || !got.AutoImportEnabled {
			t.Errorf("%d tries, %+v, %v", tries, got, err)
		}
	})
}

// TestRetriesEnd checks the limits of attempts and time.
func TestRetriesEnd(t *testing.T) {
	hang := func(req *http.Request) (*http.Response, error) {
		<-req.Context().Done()
		return nil, req.Context().Err()
	}
	for name, c := range map[string]struct {
		answer roundTrip
		tries  int
		limit  time.Duration
		says   string
	}{
		"down":             {giving(503, "maintenance"), maxTries, 8 * time.Second, "HTTP 503: maintenance"},
		"too many":         {giving(429, ""), maxTries, 3 * time.Minute, "CONVISO_RATE"},
		"too many, 120 s":  {giving(429, "", "Retry-After", "9999999"), 3, 5 * time.Minute, "CONVISO_RATE"},
		"does not answer":  {hang, 2, 5 * time.Minute, "did not answer in time"},
		"asks for a while": {giving(503, "", "Retry-After", "30"), maxTries, 3 * time.Minute, "HTTP 503"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tries, began := 0, time.Now()
				_, err := script(t, &tries, c.answer).Company(t.Context(), "1")
				if took := time.Since(began); !errors.Is(err, ErrUnavailable) || tries != c.tries || took > c.limit {
					t.Errorf("%d tries in %s: %v", tries, took, err)
				}
				if err != nil && !strings.Contains(err.Error(), c.says) {
					t.Errorf("said %v", err)
				}
			})
		})
	}
}

// TestNotRetried checks permanent failures.
func TestNotRetried(t *testing.T) {
	for name, answer := range map[string]roundTrip{
		"401": giving(401, ""), "400": giving(400, ""), "404": giving(404, ""), "HTML": giving(200, "<html>"),
		"unknown field": giving(200, `{"errors":[{"message":"Field 'label' doesn't exist on type 'Company'"}]}`), "redirect": giving(302, "", "Location", "/login"),
		"403": giving(403, `{"message":"Forbidden"}`), "no such record": giving(200, `{"data":{"company":null},"errors":[{"message":"Company not found"}]}`),
	} {
		tries := 0
		if _, err := script(t, &tries, answer).Company(t.Context(), "1"); err == nil || tries != 1 || errors.Is(err, ErrUnavailable) {
			t.Errorf("%s: %d tries, %v", name, tries, err)
		}
	}
}

// TestCancelBetweenTries checks that waits end with the context.
func TestCancelBetweenTries(t *testing.T) {
	for name, answer := range map[string]roundTrip{"backing off": giving(503, "", "Retry-After", "100"), "paused": giving(429, "", "Retry-After", "100")} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				tries, began := 0, time.Now()
				_, err := script(t, &tries, answer).Company(ctx, "1")
				if !errors.Is(err, context.DeadlineExceeded) || tries != 1 || time.Since(began) != 10*time.Second {
					t.Errorf("%d tries in %s: %v", tries, time.Since(began), err)
				}
			})
		})
	}
}

// TestOnePauseForAll checks that nothing is sent during a pause.
func TestOnePauseForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var refused, early atomic.Int64
		c := inMemory(t, func(*http.Request) (*http.Response, error) {
			if refused.Add(1) == 1 {
				return giving(429, "", "Retry-After", "45")(nil)
			}
			if time.Since(began) < 45*time.Second {
				early.Add(1)
			}
			return ok(companyJSON)
		})
		if _, err := c.Import(t.Context(), "1", nil); err == nil {
			t.Fatal("the refusal is lost")
		}
		done := make(chan error)
		for range 20 {
			go func() {
				_, err := c.Company(t.Context(), "1")
				done <- err
			}()
		}
		for range 20 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if took := time.Since(began); early.Load() > 0 || took > 70*time.Second {
			t.Errorf("%d went early, all took %s", early.Load(), took)
		}
	})
}

// TestWholeTimeout checks a body that never ends.
func TestWholeTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		c := script(t, &tries, func(req *http.Request) (*http.Response, error) {
			resp := reply(200, "application/json", "")
			resp.Body = io.NopCloser(drip{req.Context()})
			return resp, nil
		})
		began := time.Now()
		_, err := c.Import(t.Context(), "1", nil)
		var send *SendError
		if !errors.As(err, &send) || send.Class != Ambiguous || !errors.Is(err, ErrUnavailable) || time.Since(began) != wholeTimeout {
			t.Errorf("after %s: %v", time.Since(began), err)
		}
	})
}

// drip sends a blank a second until the request's context ends.
type drip struct{ ctx context.Context }

func (d drip) Read(p []byte) (int, error) {
	if err := pause.Sleep(d.ctx, time.Second); err != nil {
		return 0, err
	}
	p[0] = ' '
	return 1, nil
}
