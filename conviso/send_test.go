package conviso

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

func failing(err error) roundTrip {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

func giving(status int, body string, header ...string) roundTrip {
	return func(*http.Request) (*http.Response, error) {
		resp := reply(status, "application/json", body)
		for i := 0; i < len(header); i += 2 {
			resp.Header.Set(header[i], header[i+1])
		}
		return resp, nil
	}
}

// TestSendClasses checks the class of each outcome, without a retry.
func TestSendClasses(t *testing.T) {
	dial := &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	for name, c := range map[string]struct {
		answer roundTrip
		class  Class
		kind   error
	}{
		"dial refused":         {failing(dial), NotSent, ErrUnavailable},
		"name unknown":         {failing(&net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "x", IsNotFound: true}}), NotSent, ErrUnavailable},
		"429":                  {giving(429, "slow down", "Retry-After", "7"), Rejected, ErrUnavailable},
		"429 HTML":             {giving(429, "<html>"), Rejected, ErrUnavailable},
		"500":                  {giving(500, `{"errors":[{"message":"oops"}]}`), Ambiguous, ErrUnavailable},
		"500 of rights":        {giving(500, `{"errors":[{"message":"Unauthorized"}]}`), Ambiguous, ErrUnavailable},
		"502":                  {giving(502, "<html>Bad gateway"), Ambiguous, ErrUnavailable},
		"503":                  {giving(503, ""), Ambiguous, ErrUnavailable},
		"504":                  {giving(504, ""), Ambiguous, ErrUnavailable},
		"408":                  {giving(408, ""), Ambiguous, ErrUnavailable},
		"reset":                {failing(&net.OpError{Op: "read", Err: syscall.ECONNRESET}), Ambiguous, ErrUnavailable},
		"end of file":          {failing(io.EOF), Ambiguous, ErrUnavailable},
		"cut body":             {cutting(`{"data":{"importAsset`), Ambiguous, ErrUnavailable},
		"202":                  {giving(202, "{}"), Ambiguous, ErrNotGraphQL},
		"204":                  {giving(204, ""), Ambiguous, ErrNotGraphQL},
		"bad JSON":             {giving(200, `{"data":`), Ambiguous, ErrNotGraphQL},
		"null payload":         {giving(200, `{"data":{"importAssetToIntegration":null}}`), Ambiguous, ErrNotGraphQL},
		"409":                  {giving(409, `{"errors":[{"message":"locked"}]}`), Ambiguous, ErrUnavailable},
		"400":                  {giving(400, `{"errors":[{"message":"Variable $input is invalid"}]}`), Permanent, nil},
		"413":                  {giving(413, "too large"), Permanent, nil},
		"404":                  {giving(404, "<html>"), Permanent, ErrNotGraphQL},
		"302":                  {giving(302, "", "Location", "https://login.example.com/"), Permanent, ErrNotGraphQL},
		"401":                  {giving(401, `{"error":"Invalid API key"}`), Auth, ErrAuth},
		"401 HTML":             {giving(401, "<html>"), Auth, ErrAuth},
		"403":                  {giving(403, `{"message":"Forbidden"}`), Auth, ErrAuth},
		"403 HTML":             {typed(giving(403, "<html>Forbidden"), "text/html"), Ambiguous, ErrUnavailable},
		"403, not JSON":        {giving(403, "<html>Forbidden"), Ambiguous, ErrUnavailable},
		"403 empty":            {giving(403, ""), Ambiguous, ErrUnavailable},
		"403 to come back":     {giving(403, `{"message":"Forbidden"}`, "Retry-After", "3"), Rejected, ErrUnavailable},
		"420":                  {giving(420, ""), Rejected, ErrUnavailable},
		"425":                  {giving(425, ""), Rejected, ErrUnavailable},
		"scope":                {giving(200, `{"data":null,"errors":[{"message":"Scope - Resource not accessible for id: 5"}]}`), Auth, ErrAuth},
		"scope with a null":    {giving(200, `{"data":{"importAssetToIntegration":null},"errors":[{"message":"Scope - Resource not accessible for id: 5"}]}`), Auth, ErrAuth},
		"key in another form":  {giving(200, `{"error":"Invalid API key"}`), Auth, ErrAuth},
		"code of an extension": {giving(200, `{"errors":[{"message":"no","extensions":{"code":"UNAUTHENTICATED"}}]}`), Auth, ErrAuth},
		"400 about the key":    {giving(400, `{"errors":[{"message":"missing api key"}]}`), Auth, ErrAuth},
		"no right to create":   {giving(200, `{"data":{"importAssetToIntegration":{"success":false,"importedCount":0,"errors":["You are not allowed to create assets"]}}}`), Auth, ErrAuth},
	} {
		t.Run(name, func(t *testing.T) {
			tries := 0
			_, err := inMemory(t, func(r *http.Request) (*http.Response, error) { tries++; return c.answer(r) }).
				Import(t.Context(), "1028", []Project{{ID: "Component:default/a", Name: "a"}})
			var send *SendError
			if !errors.As(err, &send) || send.Class != c.class || tries != 1 {
				t.Fatalf("%d tries, %T %v, want %s", tries, err, err, c.class)
			}
			for _, kind := range []error{ErrAuth, ErrUnavailable, ErrNotGraphQL, ErrNoIntegration, ErrIncomplete} {
				if errors.Is(err, kind) != errors.Is(c.kind, kind) {
					t.Errorf("Is(%v) is wrong in %v", kind, err)
				}
			}
			doing := "import 1 projects into company 1028: "
			if c.class == Auth {
				doing = "CONVISO_API_KEY is refused by Conviso: " + doing
			}
			if said := err.Error(); !strings.HasPrefix(said, doing) || !strings.Contains(said, "platform.example.com") {
				t.Errorf("said %q", said)
			}
			if name == "429" && (send.Wait < 7*time.Second || send.Wait > 8*time.Second) {
				t.Errorf("waits %s", send.Wait)
			}
		})
	}
}

// cutting sends a body that ends before its length.
func cutting(body string) roundTrip {
	return func(*http.Request) (*http.Response, error) {
		resp := reply(200, "application/json", "")
		resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(body), errReader{io.ErrUnexpectedEOF}))
		return resp, nil
	}
}

type errReader struct{ err error }

func (r errReader) Read([]byte) (int, error) { return 0, r.err }

// TestSendCancelled checks cancelled imports: ambiguous if written, otherwise NotSent.
func TestSendCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := inMemory(t, func(req *http.Request) (*http.Response, error) {
		cancel()
		<-req.Context().Done()
		return nil, req.Context().Err()
	})
	for _, want := range []Class{Ambiguous, NotSent} {
		_, err := c.Import(ctx, "1028", nil)
		var send *SendError
		if !errors.As(err, &send) || send.Class != want || !errors.Is(err, context.Canceled) || errors.Is(err, ErrUnavailable) {
			t.Fatalf("%v, want %s", err, want)
		}
	}
}

// TestImportResult checks data beside errors, and safe texts.
func TestImportResult(t *testing.T) {
	for name, c := range map[string]struct {
		payload, errors string
		want            ImportResult
	}{
		"all":       {`{"success":true,"importedCount":2,"errors":null}`, ``, ImportResult{Success: true, ImportedCount: 2}},
		"some":      {`{"success":true,"importedCount":1,"errors":["b: bad\u001b[2J tag"]}`, ``, ImportResult{Success: true, ImportedCount: 1, Errors: []string{"b: bad\ufffd[2J tag"}}},
		"none":      {`{"success":false,"importedCount":0,"errors":[]}`, ``, ImportResult{}},
		"partial":   {`{"success":true,"importedCount":1,"errors":["x"]}`, `,"errors":[{"message":"y"}]`, ImportResult{Success: true, ImportedCount: 1, Errors: []string{"y", "x"}}},
		"forbidden": {`{"success":true,"importedCount":1,"errors":null}`, `,"errors":[{"message":"forbidden tag"}]`, ImportResult{Success: true, ImportedCount: 1, Errors: []string{"forbidden tag"}}},
		"nonsense":  {`{"success":null,"importedCount":-5,"errors":[null]}`, ``, ImportResult{ImportedCount: -5, Errors: []string{""}}},
	} {
		t.Run(name, func(t *testing.T) {
			body := fmt.Sprintf(`{"data":{"importAssetToIntegration":%s}%s}`, c.payload, c.errors)
			got, err := answering(t, 200, "application/json", body).Import(t.Context(), "1028", nil)
			if err != nil || got.Success != c.want.Success || got.ImportedCount != c.want.ImportedCount || !slices.Equal(got.Errors, c.want.Errors) {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

// TestDataThatDoesNotFitBesideErrors checks partial responses, of which the library hides one
// failure.
func TestDataThatDoesNotFitBesideErrors(t *testing.T) {
	body := `{"data":{"importAssetToIntegration":{"success":"yes"}},"errors":[{"message":"y"}]}`
	_, err := answering(t, 200, "application/json", body).Import(t.Context(), "1028", nil)
	var send *SendError
	if !errors.As(err, &send) || send.Class != Ambiguous || !errors.Is(err, ErrNotGraphQL) {
		t.Fatalf("%v", err)
	}
}
