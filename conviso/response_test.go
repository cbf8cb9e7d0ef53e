package conviso

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// badBodies have status 200 but are no success of any operation; the GraphQL library accepts
// most of them.
var badBodies = map[string]string{
	"empty":                     ``,
	"blank":                     " \n",
	"empty object":              `{}`,
	"null":                      `null`,
	"list":                      `[]`,
	"number":                    `5`,
	"text":                      `"ok"`,
	"null data":                 `{"data":null}`,
	"empty data":                `{"data":{}}`,
	"data is a list":            `{"data":[]}`,
	"data is a text":            `{"data":"x"}`,
	"another field":             `{"data":{"other":{}}}`,
	"null payloads":             `{"data":{"importAssetToIntegration":null,"assets":null,"companies":null,"createOrUpdateBackstageIntegration":null}}`,
	"list payloads":             `{"data":{"importAssetToIntegration":[],"assets":[],"companies":[],"createOrUpdateBackstageIntegration":[]}}`,
	"text payloads":             `{"data":{"importAssetToIntegration":"x","assets":"x","companies":"x","createOrUpdateBackstageIntegration":"x"}}`,
	"empty payloads":            `{"data":{"importAssetToIntegration":{},"assets":{},"companies":{},"createOrUpdateBackstageIntegration":{}}}`,
	"wrong types":               `{"data":{"importAssetToIntegration":{"success":"yes","importedCount":"3"},"assets":{"collection":"x"},"companies":{"collection":5},"createOrUpdateBackstageIntegration":{"backstageIntegration":7}}}`,
	"nulls inside":              `{"data":{"importAssetToIntegration":{"success":null,"importedCount":null,"errors":null},"assets":{"collection":null,"metadata":null},"companies":{"collection":null,"metadata":null},"createOrUpdateBackstageIntegration":{"backstageIntegration":null}}}`,
	"half a count":              `{"data":{"importAssetToIntegration":{"success":true,"importedCount":1.5},"assets":{"collection":[{"id":1.5}]},"companies":{"collection":[{"id":true}]}}}`,
	"empty lists, no metadata":  `{"data":{"importAssetToIntegration":{"extra":1},"assets":{"collection":[],"metadata":{}},"companies":{"collection":[],"metadata":{}}}}`,
	"members without ids":       `{"data":{"assets":{"collection":[null],"metadata":{"totalCount":1,"totalPages":1,"currentPage":1,"limitValue":2000}},"companies":{"collection":[{}],"metadata":{"totalCount":1,"totalPages":1,"currentPage":1,"limitValue":2000}}}}`,
	"an error of another kind":  `{"error":"something is wrong"}`,
	"an error object":           `{"error":{"code":500}}`,
	"a message":                 `{"message":"Hello"}`,
	"cut off":                   `{"data":{"importAssetToIntegration":{"success":true,"impor`,
	"cut off after data":        `{"data":{"importAssetToIntegration":{"success":true,"importedCount":1,"errors":null}}`,
	"something behind":          `{"data":{"importAssetToIntegration":{"success":true,"importedCount":1,"errors":null}}} trailing`,
	"two documents":             `{"data":{"importAssetToIntegration":{"success":true,"importedCount":1,"errors":null}}}{}`,
	"byte order mark":           "\ufeff" + `{"data":{}}`,
	"HTML":                      "<!DOCTYPE html><title>Sign in</title>",
	"repeated data":             `{"data":{"importAssetToIntegration":[]},"data":{}}`,
	"deep":                      strings.Repeat(`{"data":`, 20000) + "1" + strings.Repeat("}", 20000),
	"deep lists":                `{"data":{"importAssetToIntegration":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}}`,
	"a key in the wrong place":  `{"importAssetToIntegration":{"success":true,"importedCount":1,"errors":null}}`,
	"errors that are no errors": `{"errors":"broken"}`,
	"no errors and no data":     `{"errors":[]}`,
}

// TestBadBodies checks that they are typed errors, and imports ambiguous.
func TestBadBodies(t *testing.T) {
	for name, body := range badBodies {
		t.Run(name, func(t *testing.T) {
			c := answering(t, 200, "application/json", body)
			_, err := c.Import(t.Context(), "1028", []Project{{ID: "x"}})
			wantNotGraphQL(t, "import", err)
			var send *SendError
			if !errors.As(err, &send) || send.Class != Ambiguous {
				t.Errorf("import: %v", err)
			}
			set, err := c.Assets(t.Context(), "1028", nil)
			wantNotGraphQL(t, "assets", err)
			if set == nil || set.Complete {
				t.Errorf("assets: %+v", set)
			}
			_, err = c.Companies(t.Context())
			wantNotGraphQL(t, "companies", err)
			_, err = c.SaveIntegration(t.Context(), IntegrationInput{})
			wantNotGraphQL(t, "save", err)
		})
	}
}

func wantNotGraphQL(t *testing.T, what string, err error) {
	t.Helper()
	if !errors.Is(err, ErrNotGraphQL) || errors.Is(err, ErrUnavailable) || errors.Is(err, ErrAuth) {
		t.Errorf("%s: %v", what, err)
		return
	}
	if said := err.Error(); len(said) > 1200 || !strings.Contains(said, "platform.example.com") {
		t.Errorf("%s: the sentence is too long or lacks the host: %s", what, said)
	}
}

// TestContentType checks accepted and refused content types.
func TestContentType(t *testing.T) {
	for kind, fine := range map[string]bool{
		"application/json": true, "application/json; charset=utf-8": true, "application/graphql-response+json": true, "text/json": true,
		"text/html": false, "text/plain": false, "": false, ";": false,
	} {
		c := answering(t, 200, kind, `{"data":{"company":{"id":"1","label":"x"}}}`)
		if _, err := c.Company(t.Context(), "1"); (err == nil) != fine || (err != nil && !errors.Is(err, ErrNotGraphQL)) {
			t.Errorf("%q: %v", kind, err)
		}
	}
}

// TestMessages checks that all messages are kept, printable and without the key.
func TestMessages(t *testing.T) {
	body := `{"errors":[{"message":"first \u001b[31mred"},{"message":"second ` + canary + `"},{"message":""}]}`
	_, err := answering(t, 400, "application/json", body).Companies(t.Context())
	for _, want := range []string{"first \ufffd[31mred", "second [redacted]", "an error without a message", "platform.example.com", "read the companies"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %v", want, err)
		}
	}
	long := `{"errors":[{"message":"` + strings.Repeat("é", 100_000) + `"}]}`
	if _, err := answering(t, 400, "application/json", long).Companies(t.Context()); err == nil || utf8.RuneCountInString(err.Error()) > 500 {
		t.Error("a long message must be cut")
	}
}

// TestKeyIsNeverShown checks responses that echo the key in any form.
func TestKeyIsNeverShown(t *testing.T) {
	for name, body := range map[string]string{
		"page": "<pre>X-API-Key: " + canary + "</pre>", "json": `{"error":"Invalid API key ` + canary + `"}`,
		"errors":  `{"errors":[{"message":"invalid token ` + canary + `"}]}`,
		"padding": strings.Repeat(" ", maxRefusal-10) + canary,
		"payload": `{"data":{"importAssetToIntegration":{"success":false,"importedCount":0,"errors":["bad ` + canary + `"]},"x":"` + canary + `"}}`,
	} {
		for _, status := range []int{200, 400, 401, 404, 418, 500} {
			c := answering(t, status, "application/json", body)
			result, err := c.Import(t.Context(), canary, nil)
			said := strings.Join(result.Errors, " ")
			if err != nil {
				said += err.Error()
			}
			if strings.Contains(said, canary[:10]) {
				t.Errorf("%s, %d: %s", name, status, said)
			}
		}
	}
}

// FuzzAnswer checks for any response: no panic, only safe text, never both a result and an
// error.
func FuzzAnswer(f *testing.F) {
	for _, body := range badBodies {
		if len(body) < 1000 {
			f.Add(200, "application/json", body)
		}
	}
	for _, call := range calls {
		f.Add(200, "application/json", call.answer)
	}
	for _, e := range []string{`"extensions":{"code":429}`, `"code":"THROTTLED"`, `"extensions":{"http":{"status":429},"value":["x"]}`, `"type":[{}],"extensions":7`, `"message":"Query has depth of 20"`} {
		f.Add(200, "application/json", `{"errors":[{`+e+`}]}`)
	}
	f.Add(403, "text/html", "no")
	f.Add(401, "text/html", "no")
	f.Add(429, "", "")
	f.Add(200, "application/json", `{"errors":[{"message":"\u202ex","extensions":{"code":"FORBIDDEN"}}],"data":{"assets":{}}}`)
	f.Fuzz(func(t *testing.T, status int, kind, body string) {
		if status < 200 || status > 599 {
			status = 400
		}
		// Each operation gets one answer, with which its context ends: it is not tried again.
		once := func() (context.Context, *Client) {
			ctx, cancel := context.WithCancel(t.Context())
			return ctx, inMemory(t, func(*http.Request) (*http.Response, error) {
				cancel()
				return reply(status, kind, body), nil
			})
		}
		ctx, c := once()
		result, err := c.Import(ctx, "1", nil)
		var send *SendError
		if err != nil && (!errors.As(err, &send) || send.Class < NotSent || send.Class > Auth || result.Errors != nil) {
			t.Fatalf("import: %+v %v", result, err)
		}
		ctx, c = once()
		set, notRead := c.Assets(ctx, "1", nil)
		if (notRead == nil) != set.Complete {
			t.Fatalf("assets: %v", notRead)
		}
		ctx, c = once()
		got, noIntegration := c.Integration(ctx, "1")
		if (noIntegration == nil) != (got != nil) {
			t.Fatalf("integration: %v", noIntegration)
		}
		ctx, c = once()
		_, noCompany := c.Company(ctx, "1")
		ctx, c = once()
		_, notSaved := c.SaveIntegration(ctx, IntegrationInput{})
		all := []error{err, notRead, noIntegration, noCompany, notSaved}
		for _, err := range all {
			if err != nil && strings.ContainsFunc(err.Error(), func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf) }) {
				t.Fatalf("unsafe: %q", err)
			}
		}
		if status != http.StatusOK && slices.Contains(all, nil) {
			t.Fatal("only 200 is a success")
		}
	})
}
