package conviso

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"regexp"
	"strings"

	"conviso-importer/internal/safetext"
)

type response struct {
	status      int
	contentType string
	body        []byte
}

// envelope is the outer form of a GraphQL response. Gateways and frameworks send Error instead.
type envelope struct {
	Data   map[string]json.RawMessage `json:"data"`
	Errors []struct {
		Message    text `json:"message"`
		Extensions struct {
			Code text `json:"code"`
		} `json:"extensions"`
	} `json:"errors"`
	Error json.RawMessage `json:"error"`
}

// denied matches messages about the key and its rights, which come with status 200.
var denied = regexp.MustCompile(`(?i)resource not accessible|unauthori[sz]ed|unauthenticated|not authori[sz]ed|` +
	`not authenticated|authentication (required|failed)|forbidden|access denied|permission denied|` +
	`(invalid|wrong|missing|expired|revoked) (api[ -_]?key|token|credentials)|` +
	`api[ -_]?key (is )?(invalid|wrong|missing|expired|revoked|required)`)

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
	payload = doc.Data[op.field]
	whole := len(payload) > 0 && payload[0] == '{'
	null := op.nullable && string(payload) == "null"
	messages = e.messages(doc)
	switch joined := strings.Join(messages, "; "); {
	case r.status == http.StatusUnauthorized, r.status == http.StatusForbidden:
		return nil, nil, e.denied(op, r, joined)
	case r.status >= 500, r.status == http.StatusRequestTimeout:
		return nil, nil, e.failing(r, joined)
	case len(messages) > 0 && !whole && denied.MatchString(joined):
		return nil, nil, e.denied(op, r, joined)
	case r.status == http.StatusNotFound, r.status/100 == 3:
		return nil, nil, e.foreign(r, Permanent, "")
	case r.status >= 400:
		return nil, nil, e.refused(r, joined)
	case r.status != http.StatusOK, !isJSON:
		return nil, nil, e.foreign(r, Ambiguous, "")
	case err != nil:
		return nil, nil, e.foreign(r, Ambiguous, err.Error())
	case len(messages) > 0 && (!op.partial || !whole):
		return nil, nil, e.refused(r, joined)
	case !whole && !null:
		return nil, nil, e.foreign(r, Ambiguous, "it lacks "+op.field)
	}
	return payload, messages, nil
}

const maxMessages = 100

func (e explainer) messages(doc envelope) []string {
	var all []string
	for _, item := range doc.Errors[:min(len(doc.Errors), maxMessages)] {
		m := e.safe(string(item.Message), maxMessage)
		if m == "" {
			m = "an error without a message"
		}
		if code := string(item.Extensions.Code); code != "" && !denied.MatchString(m) && denied.MatchString(code) {
			m += " (" + e.safe(code, maxMessage) + ")"
		}
		all = append(all, m)
	}
	var plain string
	if len(all) == 0 && doc.Data == nil && json.Unmarshal(doc.Error, &plain) == nil && denied.MatchString(plain) {
		all = append(all, e.safe(plain, maxMessage))
	}
	return all
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
