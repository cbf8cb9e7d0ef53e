package conviso

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// typed sets the content type of an answer.
func typed(f roundTrip, contentType string) roundTrip {
	return func(r *http.Request) (*http.Response, error) {
		resp, err := f(r)
		resp.Header.Set("Content-Type", contentType)
		return resp, err
	}
}

// TestErrorsBesideNoPayload checks what errors say about an import. Only what certainly was not
// executed may be sent again without a look, and only a sentence about the key blames the key: users'
// texts hold every word.
func TestErrorsBesideNoPayload(t *testing.T) {
	message := func(texts ...string) string {
		var all []string
		for _, m := range texts {
			all = append(all, fmt.Sprintf(`{"message":%q}`, m))
		}
		return `{"errors":[` + strings.Join(all, ",") + `]}`
	}
	extension := func(e string) string { return `{"data":null,"errors":[{"message":"no",` + e + `}]}` }
	const data = `{"data":{"importAssetToIntegration":null},"errors":[{"message":"Query has complexity of 500"}]}`
	for class, bodies := range map[Class][]string{
		Permanent: {
			message("Query has complexity of 500, which exceeds max complexity of 400"), message("Query has depth of 20, which exceeds max depth of 15"),
			message("Field 'success' doesn't exist on type 'X'"), message("InputObject 'ProjectInput' doesn't accept argument 'owner'"),
			message("Variable $input of type ImportAssetToIntegrationInput! was provided invalid value for projects.0.assetType"),
			message("Cannot query field \"x\" on type \"Mutation\"."), message("Unknown argument \"tags\" on field \"Mutation.x\"."), message("Syntax Error: Unexpected Name"),
			message("Variable \"$input\" got invalid value 7 at \"input.projects\""), extension(`"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}`),
			extension(`"extensions":{"code":"argumentNotAccepted","typeName":"X"}`), message("Query has depth of 20", "Query has complexity of 500"),
		},
		Auth: {
			message("Scope - Resource not accessible for id: 5"), message("Resource not accessible"), message("Unauthorized"), message("Forbidden."),
			message("You are not authorized to perform this action"), message("You do not have permission to create assets"), message("API key has expired"),
			message("The API key is revoked"), message("Invalid token"), message("Scope - Resource not accessible for id: 5", "Cannot return null for non-nullable field Mutation.x"),
			extension(`"extensions":{"code":"FORBIDDEN"}`), extension(`"code":"UNAUTHENTICATED"`), extension(`"extensions":{"status":401}`),
		},
		Rejected: {
			extension(`"extensions":{"code":"THROTTLED"}`), extension(`"extensions":{"code":"RATE_LIMITED"}`), extension(`"extensions":{"code":"429"}`),
			extension(`"extensions":{"code":429}`), extension(`"extensions":{"http":{"status":429}}`), extension(`"extensions":{"type":"THROTTLED","retry":true}`),
			extension(`"code":"RATE_LIMITED"`), extension(`"type":"RATE_LIMITED"`), `{"data":{"importAssetToIntegration":null},"errors":[{"message":"x","extensions":{"statusCode":429}}]}`,
		},
		Ambiguous: {
			message("Timeout on ImportAssetToIntegrationPayload.success"), message("Internal server error"), message("Deadlock found when trying to get lock"),
			message("Description of forbidden-words is too long"), message("Tag 'unauthorized' is unknown"), message("payments: access denied by policy"),
			message("svc uses an expired token in its description"), message("forbidden-words: name has invalid characters"), message("Name 'Invalid API key' is taken"),
			message("The description of x says: permission denied"), message("Name: Query has depth of 3"), message("throttled"), message("Rate limit 429 reached by svc-429"),
			extension(`"extensions":{"code":"INTERNAL_SERVER_ERROR"}`), extension(`"extensions":{"code":"NOT_THROTTLED_YET"}`), extension(`"extensions":{"value":"FORBIDDEN"}`),
			extension(`"extensions":{"cost":429}`), extension(`"extensions":"THROTTLED"`), extension(`"extensions":{"code":["THROTTLED"]}`), extension(`"extensions":{"code":"BAD_USER_INPUT"}`),
			message("Query has depth of 20", "Internal server error"), data, message(""), message("bad tag"),
			`{"errors":[{"message":"a","extensions":{"code":"THROTTLED"}},{"message":"b"}]}`,
		},
	} {
		for _, body := range bodies {
			_, err := answering(t, 200, "application/json", body).Import(t.Context(), "1028", []Project{{ID: "x"}})
			var send *SendError
			if !errors.As(err, &send) || send.Class != class || send.Split != (class == Ambiguous) {
				t.Errorf("%s: %v, want %s", body, err, class)
			}
			if class != Permanent && strings.Contains(fmt.Sprint(err), "newer version") {
				t.Errorf("%s: said %v", body, err)
			}
		}
	}
}

// TestSentences checks which sentences may name a project at fault: none of the server's own.
func TestSentences(t *testing.T) {
	for said, want := range map[string]bool{"svc-1: tag is bad": true, "Description of forbidden-words is too long": true,
		"Internal server error": false, "Timeout on Payload.success": false, "Deadlock found": false, "An unexpected error occurred": false} {
		_, err := answering(t, 200, "application/json", fmt.Sprintf(`{"errors":[{"message":%q}]}`, said)).Import(t.Context(), "1", nil)
		var send *SendError
		if !errors.As(err, &send) || slices.Contains(send.Said, said) != want {
			t.Errorf("%s: %+v", said, send)
		}
	}
}

// TestLostAnswersHalveTheRate checks that a failing platform gets fewer requests, at most halved once a
// minute and without a pause.
func TestLostAnswersHalveTheRate(t *testing.T) {
	for name, c := range map[string]struct {
		answer roundTrip
		want   int
	}{
		"503":            {giving(503, "", "Retry-After", "7"), 500},
		"409":            {giving(409, ""), 500},
		"null payload":   {giving(200, `{"data":{"importAssetToIntegration":null}}`), 500},
		"HTML":           {typed(giving(200, "<html>"), "text/html"), 500},
		"403 HTML":       {typed(giving(403, "<html>"), "text/html"), 500},
		"own error":      {giving(200, `{"errors":[{"message":"oops"}]}`), 500},
		"reset":          {failing(io.EOF), 500},
		"too many":       {giving(429, ""), 500},
		"throttled":      {giving(200, `{"errors":[{"message":"x","extensions":{"code":"THROTTLED"}}]}`), 500},
		"validation":     {giving(200, `{"errors":[{"message":"Query has depth of 20"}]}`), 1000},
		"the key":        {giving(401, ""), 1000},
		"never got away": {failing(&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}), 1000},
	} {
		synctest.Test(t, func(t *testing.T) {
			client := inMemory(t, c.answer)
			for range 2 {
				_, _ = client.Import(t.Context(), "1", nil)
			}
			if got := client.Pace().PerMinute; got != c.want {
				t.Errorf("%s: %d requests a minute, want %d", name, got, c.want)
			}
		})
	}
}

// TestThrottledReads checks that reads wait as well, whatever form the refusal has, and end as
// unavailable.
func TestThrottledReads(t *testing.T) {
	for i, fault := range faulty.Throttled() {
		synctest.Test(t, func(t *testing.T) {
			p := faulty.NewPlatform(demo.PlatformOptions{})
			p.Fail(faulty.First(3, nil, fault))
			if _, err := ofDemo(t, p, 0).Assets(t.Context(), "1042", nil); err != nil {
				t.Errorf("form %d, three times: %v", i, err)
			}
			p.Fail(func(faulty.Request) faulty.Fault { return fault })
			if _, err := ofDemo(t, p, 0).Assets(t.Context(), "1042", nil); !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), "CONVISO_RATE") {
				t.Errorf("form %d, for ever: %v", i, err)
			}
		})
	}
}

// TestPassingErrorsOfReads checks that a GraphQL error of the server's own is read again like a 502, and
// that one which stays is no reason for a newer version.
func TestPassingErrorsOfReads(t *testing.T) {
	reads := map[string]func(*testing.T, *Client) error{}
	for name, call := range calls {
		if name != "import" {
			reads[name] = call.run
		}
	}
	for _, body := range []string{
		`{"data":null,"errors":[{"message":"Internal server error","extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}`,
		`{"data":{"assets":null,"backstageIntegration":null},"errors":[{"message":"Timeout on AssetCollection.collection"}]}`,
		`{"errors":[{"message":"PG::ConnectionBad: connection is forbidden"}]}`,
	} {
		for name, run := range reads {
			synctest.Test(t, func(t *testing.T) {
				tries := 0
				if err := run(t, script(t, &tries, giving(200, body), giving(200, calls[name].answer))); err != nil || tries != 2 {
					t.Errorf("%s, once: %d tries, %v", name, tries, err)
				}
				tries = 0
				err := run(t, script(t, &tries, giving(200, body)))
				stays := ErrUnavailable
				if name == "the latest assets" {
					// The whole list may still be readable.
					stays = ErrFilterRefused
				}
				if tries != maxTries || !errors.Is(err, stays) || errors.Is(err, ErrAuth) || strings.Contains(err.Error(), "newer version") {
					t.Errorf("%s, for ever: %d tries, %v", name, tries, err)
				}
			})
		}
	}
}
