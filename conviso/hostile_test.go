package conviso

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"conviso-importer/internal/transport"
)

// endless writes assets until the client stops.
func endless(w io.Writer) {
	const opening = `{"data":{"assets":{"metadata":{"totalCount":200000,"totalPages":100,"currentPage":2,"limitValue":2000},"collection":[`
	if _, err := io.WriteString(w, opening); err != nil {
		return
	}
	part := []byte(strings.Repeat(`{"id":"1","name":"`+strings.Repeat("x", 200)+`"},`, 100))
	for {
		if _, err := w.Write(part); err != nil {
			return
		}
	}
}

// TestEndlessAnswers checks that endless responses end at the limit: compressed or not, success
// or error, alone or on eight pages at once.
func TestEndlessAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		serve func(w http.ResponseWriter, page string)
		kind  error
	}{
		"JSON": {func(w http.ResponseWriter, _ string) { endless(w) }, transport.ErrTooLarge},
		"gzip": {func(w http.ResponseWriter, _ string) {
			w.Header().Set("Content-Encoding", "gzip")
			endless(gzip.NewWriter(w))
		}, transport.ErrTooLarge},
		"all pages but the first": {func(w http.ResponseWriter, page string) {
			if page == "1" {
				_, _ = io.WriteString(w, pageOf([]string{"a"}, 1, 2000, 200_000, 100))
				return
			}
			endless(w)
		}, transport.ErrTooLarge},
		"a refusal": {func(w http.ResponseWriter, _ string) {
			w.WriteHeader(http.StatusBadRequest)
			endless(w)
		}, nil},
		"a page that is not there": {func(w http.ResponseWriter, _ string) {
			w.WriteHeader(http.StatusNotFound)
			endless(w)
		}, ErrNotGraphQL},
	} {
		t.Run(name, func(t *testing.T) {
			client := onLoopback(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				c.serve(w, fmt.Sprint(read(t, r).Variables["page"]))
			})
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			set, err := client.Assets(t.Context(), "1028", nil)
			runtime.ReadMemStats(&after)
			if err == nil || (c.kind != nil && !errors.Is(err, c.kind)) || set.Complete || errors.Is(err, ErrUnavailable) {
				t.Errorf("complete %v, %v", set.Complete, err)
			}
			// TotalAlloc of both ends; less is in use at a time.
			if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > inFlight*6*maxAnswer>>20 {
				t.Errorf("%d MiB were allocated", used)
			}
		})
	}
}

// TestEndlessList checks the limit for a list whose pages each stay below theirs.
func TestEndlessList(t *testing.T) {
	const perPage, pages = 100, 10_000
	long := strings.Repeat("x", 60_000)
	p := pager[Asset]{client: answering(t, 200, "", ""), limit: perPage,
		id: func(a Asset) string { return a.ID }, name: func(a Asset) string { return a.Name },
		fetch: func(_ context.Context, page, limit int) ([]Asset, *metadata, error) {
			items := make([]Asset, limit)
			for i := range items {
				items[i] = Asset{ID: fmt.Sprint((page-1)*limit + i), Name: long}
			}
			return items, &metadata{TotalCount: perPage * pages, TotalPages: pages, CurrentPage: page, LimitValue: limit}, nil
		}}
	assets, err := p.read(t.Context())
	if most := maxText/len(long) + 2*perPage*inFlight; !errors.Is(err, ErrNotGraphQL) || len(assets) == 0 || len(assets) > most {
		t.Errorf("%d assets, %v", len(assets), err)
	}
}

// TestDeepAnswers checks the message for twenty thousand levels of nesting.
func TestDeepAnswers(t *testing.T) {
	defer debug.SetMaxStack(debug.SetMaxStack(4 << 20))
	for _, levels := range []int{9_000, 20_000, 200_000} {
		lists := strings.Repeat("[", levels) + strings.Repeat("]", levels)
		objects := strings.Repeat(`{"data":`, levels) + "1" + strings.Repeat("}", levels)
		for name, body := range map[string]string{
			"payload":    `{"data":{"importAssetToIntegration":{"success":` + lists + `,"importedCount":1}}}`,
			"beside it":  `{"data":{"importAssetToIntegration":{"success":1,"x":` + objects + `}}}`,
			"errors":     `{"errors":[{"message":` + lists + `}]}`,
			"extensions": `{"errors":[{"extensions":` + objects + `}]}`,
			"an error":   `{"error":` + lists + `}`,
			"elsewhere":  `{"x":` + objects + `,"data":{}}`,
			"unclosed":   strings.Repeat("[", levels),
		} {
			began := time.Now()
			_, err := answering(t, 200, "application/json", body).Import(t.Context(), "1028", nil)
			var send *SendError
			if !errors.As(err, &send) {
				t.Errorf("%s, %d levels: %v", name, levels, err)
			}
			if levels > 10_000 {
				wantNotGraphQL(t, name, err)
				if !strings.Contains(fmt.Sprint(err), "depth") {
					t.Errorf("%s, %d levels: said %v", name, levels, err)
				}
			}
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("%s, %d levels: %s", name, levels, took)
			}
		}
	}
}

// TestGarbledAnswers checks that an unreadable response is ambiguous, and not called
// unreachable.
func TestGarbledAnswers(t *testing.T) {
	for name, c := range map[string]struct{ header, body string }{
		"not gzip":       {"Content-Encoding: gzip\r\nContent-Length: 5\r\n", "hello"},
		"cut gzip":       {"Content-Encoding: gzip\r\nContent-Length: 10\r\n", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"},
		"a coding":       {"Content-Encoding: br\r\nContent-Length: 5\r\n", "hello"},
		"two codings":    {"Content-Encoding: zstd\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n", "hello"},
		"bad chunk":      {"Transfer-Encoding: chunked\r\n", "zz\r\nhello\r\n"},
		"endless header": {"X: " + strings.Repeat("x", 100<<10) + "\r\n", ""},
		"two lengths":    {"Content-Length: 5\r\nContent-Length: 6\r\n", "hello"},
		"bad length":     {"Content-Length: -5\r\n", "hello"},
	} {
		t.Run(name, func(t *testing.T) {
			var requests atomic.Int64
			send := importOne(t, onLoopback(t, func(w http.ResponseWriter, r *http.Request) {
				requests.Add(1)
				_, _ = io.Copy(io.Discard, r.Body)
				conn, _, err := w.(http.Hijacker).Hijack()
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"+c.header+"\r\n"+c.body)
				_ = conn.Close()
			}))
			class := ErrUnavailable
			switch name {
			case "endless header":
				class = transport.ErrTooLarge
			case "a coding":
				class = ErrNotGraphQL
			}
			if send.Class != Ambiguous || !errors.Is(send, class) || requests.Load() != 1 {
				t.Errorf("%d requests, %s: %v", requests.Load(), send.Class, send)
			}
			said := send.Error()
			if strings.Contains(said, "cannot be reached") || len(said) > 1000 {
				t.Errorf("said %s", said)
			}
			if name == "a coding" && !strings.Contains(said, `compressed as "br", which was not asked for`) {
				t.Errorf("said %s", said)
			}
		})
	}
}

// TestResetWithinAnswer checks a reset at any byte of the response.
func TestResetWithinAnswer(t *testing.T) {
	const whole = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 87\r\n\r\n" +
		`{"data":{"importAssetToIntegration":{"success":true,"importedCount":1,"errors":null}}} `
	for at := 0; at < len(whole); at += 7 {
		var requests atomic.Int64
		send := importOne(t, onLoopback(t, func(w http.ResponseWriter, r *http.Request) {
			requests.Add(1)
			_, _ = io.Copy(io.Discard, r.Body)
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = io.WriteString(conn, whole[:at])
			_ = conn.(*net.TCPConn).SetLinger(0)
			_ = conn.Close()
		}))
		if send.Class != Ambiguous || !errors.Is(send, ErrUnavailable) || requests.Load() != 1 {
			t.Errorf("at %d: %d requests, %s: %v", at, requests.Load(), send.Class, send)
		}
	}
}

// TestQueryWithErrors checks that only imports accept data beside errors.
func TestQueryWithErrors(t *testing.T) {
	body := `{"data":{"companies":{"collection":[{"id":"1","label":"A"}],"metadata":{"totalCount":1,"totalPages":1,"currentPage":1,"limitValue":100}}},` +
		`"errors":[{"message":"label of company 2 is missing"}]}`
	synctest.Test(t, func(t *testing.T) {
		got, err := answering(t, 200, "application/json", body).Companies(t.Context())
		if err == nil || len(got) != 0 || !strings.Contains(err.Error(), "label of company 2") {
			t.Errorf("%v, %v", got, err)
		}
	})
}

// TestWeirdCounts checks importedCount: any whole number is accepted, a missing one is zero,
// anything else is ambiguous.
func TestWeirdCounts(t *testing.T) {
	for count, want := range map[string]int{"0": 0, "null": 0, "[]": 0, "{}": 0, "-1": -1, "2": 2, "99": 99, "9223372036854775807": 1<<63 - 1, "-9223372036854775808": -1 << 63} {
		body := `{"data":{"importAssetToIntegration":{"success":true,"importedCount":` + count + `,"errors":[]}}}`
		got, err := answering(t, 200, "application/json", body).Import(t.Context(), "1028", []Project{{ID: "a"}})
		if err != nil || got.ImportedCount != want || !got.Success {
			t.Errorf("%s: %+v, %v", count, got, err)
		}
	}
	for _, count := range []string{"9223372036854775808", "1e400", "1.5", "1e2", `"3"`, "true", "NaN", "-", "0x10", "01"} {
		body := `{"data":{"importAssetToIntegration":{"success":true,"importedCount":` + count + `,"errors":[]}}}`
		got, err := answering(t, 200, "application/json", body).Import(t.Context(), "1028", []Project{{ID: "a"}})
		var send *SendError
		if !errors.As(err, &send) || send.Class != Ambiguous || !errors.Is(err, ErrNotGraphQL) || got.Success {
			t.Errorf("%s: %+v, %v", count, got, err)
		}
	}
}
