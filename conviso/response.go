package conviso

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"

	"conviso-importer/internal/safetext"
)

type response struct {
	status      int
	contentType string
	retryAfter  string // the header as it came
	body        []byte
}

// envelope is the outer form of a GraphQL response. Gateways and frameworks send Error instead.
type envelope struct {
	Data   map[string]json.RawMessage `json:"data"`
	Errors []graphError               `json:"errors"`
	Error  json.RawMessage            `json:"error"`
}

// interpret returns the value of op's field and the errors beside it, or the failure. It does
// not leave this to the library, which accepts `{}`, a null payload and other forms of error as
// success.
func (e explainer) interpret(r response, op operation) (payload json.RawMessage, messages []string, fail *failure) {
	var doc envelope
	kind, _, err := mime.ParseMediaType(r.contentType)
	isJSON := err == nil && strings.HasSuffix(kind, "json")
	if isJSON {
		err = json.Unmarshal(r.body, &doc)
	}
	doc.adoptError()
	payload = doc.Data[op.field]
	whole := len(payload) > 0 && payload[0] == '{'
	null := op.nullable && string(payload) == "null"
	messages = e.messages(doc)
	says, joined := doc.verdict(), strings.Join(messages, "; ")
	failed := len(messages) > 0 && (!op.partial || !whole)
	switch {
	case r.throttles(), failed && !whole && says == throttled && r.status < 500:
		return nil, nil, e.tooMany(r, joined)
	case r.status == http.StatusUnauthorized, r.status == http.StatusForbidden && isJSON && bytes.HasPrefix(bytes.TrimSpace(r.body), []byte{'{'}):
		return nil, nil, e.denied(op, r, joined)
	case r.status == http.StatusForbidden:
		return nil, nil, e.blocked(r)
	case r.status >= 500, r.status == http.StatusRequestTimeout, r.status == http.StatusConflict:
		return nil, nil, e.failing(r, joined)
	case failed && !whole && says == denied:
		return nil, nil, e.denied(op, r, joined)
	case r.status == http.StatusNotFound, r.status/100 == 3:
		return nil, nil, e.foreign(r, Permanent, "")
	case r.status >= 400:
		return nil, nil, e.refused(r, joined)
	case r.status != http.StatusOK, !isJSON:
		return nil, nil, e.foreign(r, Ambiguous, "")
	case err != nil:
		return nil, nil, e.foreign(r, Ambiguous, err.Error())
	case failed && (says == unexecuted || op.nullable && absent().MatchString(joined)):
		return nil, nil, e.refused(r, joined)
	case failed:
		return nil, nil, e.troubled(r, joined, doc.sentences(e))
	case !whole && !null:
		return nil, nil, e.foreign(r, Ambiguous, "it lacks "+op.field)
	}
	return payload, messages, nil
}

// throttles reports whether the status says that there are too many requests. A firewall says 403,
// and when to come back.
func (r response) throttles() bool {
	switch r.status {
	case http.StatusTooManyRequests, http.StatusTooEarly, 420:
		return true
	}
	return r.status == http.StatusForbidden && r.retryAfter != ""
}

const maxMessages = 100

func (e explainer) messages(doc envelope) []string {
	errs := doc.Errors[:min(len(doc.Errors), maxMessages)]
	all := make([]string, 0, len(errs))
	for _, item := range errs {
		m := e.safe(string(item.Message), maxMessage)
		if m == "" {
			m = "an error without a message"
		}
		if _, code := item.verdict(); code != "" {
			m += " (" + e.safe(code, maxMessage) + ")"
		}
		all = append(all, m)
	}
	return all
}

// adoptError takes a lone error about the key for one of errors.
func (d *envelope) adoptError() {
	var plain text
	if len(d.Errors) > 0 || d.Data != nil || json.Unmarshal(d.Error, &plain) != nil {
		return
	}
	item := graphError{Message: plain}
	if says, _ := item.verdict(); says == denied {
		d.Errors = append(d.Errors, item)
	}
}

// text is a string of a response, cleaned by safetext while it is decoded; null is empty.
type text string

func (t *text) UnmarshalJSON(raw []byte) error {
	// Fast path: a page holds thousands of names, almost none with an escape.
	if n := len(raw); n >= 2 && raw[0] == '"' && bytes.IndexByte(raw, '\\') < 0 {
		*t = text(safetext.Line(string(raw[1 : n-1])))
		return nil
	}
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return fmt.Errorf("a text was expected: %w", err)
	}
	*t = text(safetext.Line(s))
	return nil
}

// id is an identifier in a response: a string or, from some servers, a whole number.
type id string

var errNoID = errors.New("an id was expected")

func (i *id) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && raw[0] != '"' {
		var n json.Number
		if err := json.Unmarshal(raw, &n); err != nil || strings.ContainsAny(n.String(), ".eE") || n == "" {
			return errNoID
		}
		*i = id(n)
		return nil
	}
	var t text
	if err := t.UnmarshalJSON(raw); err != nil || t == "" {
		return errNoID
	}
	*i = id(t)
	return nil
}
