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

// answer is what came back for one request, whole and within its bound.
type answer struct {
	status      int
	contentType string
	body        []byte
}

// document is the outer form of a GraphQL answer. Error is what gateways and frameworks send
// in its place.
type document struct {
	Data   map[string]json.RawMessage `json:"data"`
	Errors []struct {
		Message    text `json:"message"`
		Extensions struct {
			Code text `json:"code"`
		} `json:"extensions"`
	} `json:"errors"`
	Error json.RawMessage `json:"error"`
}

// denied recognises messages about the key and its rights: the platform sends them with
// status 200, among the errors.
var denied = regexp.MustCompile(`(?i)resource not accessible|unauthori[sz]ed|unauthenticated|not authori[sz]ed|` +
	`not authenticated|authentication (required|failed)|forbidden|access denied|permission denied|` +
	`(invalid|wrong|missing|expired|revoked) (api[ -_]?key|token|credentials)|` +
	`api[ -_]?key (is )?(invalid|wrong|missing|expired|revoked|required)`)

// verdict decides what an answer means for op: the value of op's field and the messages
// beside it, or the failure. The library would take `{}`, a null payload and another form of
// error for success.
func (s sayer) verdict(a answer, op operation) (payload json.RawMessage, messages []string, fail *failure) {
	var doc document
	kind, _, err := mime.ParseMediaType(a.contentType)
	isJSON := err == nil && strings.HasSuffix(kind, "json")
	if isJSON {
		err = json.Unmarshal(a.body, &doc)
	}
	payload = doc.Data[op.field]
	whole := len(payload) > 0 && payload[0] == '{'
	null := op.nullable && string(payload) == "null"
	messages = s.messages(doc)
	switch said := strings.Join(messages, "; "); {
	case a.status == http.StatusUnauthorized, a.status == http.StatusForbidden:
		return nil, nil, s.denied(op, a, said)
	case a.status >= 500, a.status == http.StatusRequestTimeout:
		return nil, nil, s.failing(a, said)
	case len(messages) > 0 && !whole && denied.MatchString(said):
		return nil, nil, s.denied(op, a, said)
	case a.status == http.StatusNotFound, a.status/100 == 3:
		return nil, nil, s.foreign(a, Permanent, "")
	case a.status >= 400:
		return nil, nil, s.refused(a, said)
	case a.status != http.StatusOK, !isJSON:
		return nil, nil, s.foreign(a, Ambiguous, "")
	case err != nil:
		return nil, nil, s.foreign(a, Ambiguous, err.Error())
	case len(messages) > 0 && (!op.partial || !whole):
		return nil, nil, s.refused(a, said)
	case !whole && !null:
		return nil, nil, s.foreign(a, Ambiguous, "it lacks "+op.field)
	}
	return payload, messages, nil
}

// maxMessages bounds how many of an answer's errors are kept.
const maxMessages = 100

// messages returns what the answer's errors say, made safe.
func (s sayer) messages(doc document) []string {
	var all []string
	for _, e := range doc.Errors[:min(len(doc.Errors), maxMessages)] {
		m := s.safe(string(e.Message), maxMessage)
		if m == "" {
			m = "an error without a message"
		}
		if code := string(e.Extensions.Code); code != "" && !denied.MatchString(m) && denied.MatchString(code) {
			m += " (" + s.safe(code, maxMessage) + ")"
		}
		all = append(all, m)
	}
	var plain string
	if len(all) == 0 && doc.Data == nil && json.Unmarshal(doc.Error, &plain) == nil && denied.MatchString(plain) {
		all = append(all, s.safe(plain, maxMessage))
	}
	return all
}

// text is a string of an answer, made safe by the decoder that reads it; null is empty.
type text string

// UnmarshalJSON implements json.Unmarshaler.
func (t *text) UnmarshalJSON(raw []byte) error {
	// A page holds thousands of names, nearly all of them without an escape.
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

// id is an identifier in an answer: text, or a whole number as some servers write it.
type id string

var errNoID = errors.New("an id was expected")

// UnmarshalJSON implements json.Unmarshaler.
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
