package conviso

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// verdict is what the errors of a response say about its request.
type verdict int

const (
	uncertain  verdict = iota // the server's own trouble: the work may be done
	throttled                 // there are too many requests; this one was not executed
	denied                    // the key or its rights are at fault
	unexecuted                // the request was refused before its execution
)

// graphError is one entry of a response's errors.
type graphError struct {
	Message    text   `json:"message"`
	Code       scalar `json:"code"`
	Type       scalar `json:"type"`
	Extensions codes  `json:"extensions"`
}

// Codes are compared as a whole: part of one may be anything.
var (
	throttleCodes = []string{"THROTTLED", "RATE_LIMITED", "429"}
	deniedCodes   = []string{"UNAUTHENTICATED", "UNAUTHORIZED", "FORBIDDEN", "ACCESS_DENIED", "PERMISSION_DENIED", "NOT_AUTHORIZED",
		"AUTHENTICATION_ERROR", "AUTHORIZATION_ERROR", "INVALID_API_KEY", "EXPIRED_API_KEY", "API_KEY_EXPIRED", "401", "403"}
	unexecutedCodes = []string{"GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED", "OPERATION_RESOLUTION_FAILURE",
		"PERSISTED_QUERY_NOT_FOUND", "PERSISTED_QUERY_NOT_SUPPORTED", "MAX_COMPLEXITY_EXCEEDED", "MAX_DEPTH_EXCEEDED",
		"QUERY_TOO_COMPLEX", "QUERY_TOO_DEEP", "undefinedField", "undefinedType", "undefinedDirective", "argumentNotAccepted",
		"argumentLiteralsIncompatible", "missingRequiredArguments", "missingRequiredInputObjectAttribute", "selectionMismatch",
		"variableMismatch", "variableNotDefined", "variableNotUsed", "variableRequiresValidType"}
)

// Sentences are matched from their beginning, because what follows may quote a project's text: a
// description of "forbidden-words" says nothing about the key.
var (
	deniedSentence = compiled(`(?i)^(` +
		`(scope - )?resource not accessible\b.*` +
		`|(you are |user is |request is )?(un|not )(authori[sz]ed|authenticated)( to [a-z ]+)?` +
		`|you (are not|aren't) (authori[sz]ed|allowed|permitted)( to [a-z ]+)?` +
		`|not (allowed|permitted) to [a-z ]+` +
		`|(you |(this |the |your )?(api[ -_]?)?key )?do(es)? not have (the )?(required )?permissions?( to [a-z ]+)?` +
		`|insufficient (permissions?|scopes?|rights)` +
		`|forbidden|access denied|permission denied|(authentication|authori[sz]ation) (is )?(required|failed)` +
		`|(invalid|wrong|missing|expired|revoked) (api[ -_]?key|token|credentials)` +
		`|(this |the |your )?(api[ -_]?key|token|credentials) ((is|are|was|were|has|have|has been|have been) )?(not valid|invalid|wrong|missing|expired|revoked|required)` +
		`)[ .!]*$`)
	unexecutedSentence = compiled(`^(` +
		`(Query|Operation) has (complexity|depth) of \d|Query is too (complex|deep)\b|The query exceeds the maximum (cost|complexity|depth)\b` +
		`|(Field|InputObject) ['"]\w+['"] (doesn't (exist on type|accept argument)|is missing required arguments)` +
		`|Field must have selections|Field "\w+" (argument|of type) |Argument ['"]\w+['"] on (Field|InputObject|Directive) |Argument "\w+" has invalid value` +
		`|Variable "?\$?\w+"? (of (required )?type \S+ (was provided invalid value|was not provided|used in position)|got invalid value|is (never used|not defined|used by|declared by))` +
		`|Type mismatch on variable |No such type |Cannot query field "|Unknown (argument|type|field|directive|fragment) "` +
		`|Syntax [Ee]rror\b|Parse error on |No query string was present` +
		`)`)
	// ownSentence names no project, although one of its words may be a project's name.
	ownSentence = compiled(`(?i)^(an? )?(unexpected |unknown )?(internal\b|server error|error occurred|time(d )?-?out\b|deadlock\b|lock wait|service unavailable|bad gateway|something went wrong)`)
	// companion is a sentence that GraphQL servers add to the error that says why.
	companion = compiled(`^Cannot return null for non-null`)
)

// compiled compiles a pattern at its first use: the patterns here take half a millisecond, and most
// runs meet no such sentence.
func compiled(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

// verdict returns what e says, and the code that says it.
func (e graphError) verdict() (verdict, string) {
	all := append(codes{string(e.Code), string(e.Type)}, e.Extensions...)
	for _, known := range []struct {
		codes []string
		says  verdict
	}{{throttleCodes, throttled}, {deniedCodes, denied}} {
		for _, code := range all {
			if slices.Contains(known.codes, code) {
				return known.says, code
			}
		}
	}
	said := strings.TrimSpace(string(e.Message))
	switch {
	case deniedSentence().MatchString(said):
		return denied, ""
	case unexecutedSentence().MatchString(said):
		return unexecuted, ""
	}
	for _, code := range all {
		if slices.Contains(unexecutedCodes, code) {
			return unexecuted, code
		}
	}
	return uncertain, ""
}

// verdict joins those of all errors. One about the key is enough, since each later request would fail
// as well; anything else that is certain must be said by all of them.
func (d envelope) verdict() verdict {
	joint, first := uncertain, true
	for _, e := range d.Errors {
		says, _ := e.verdict()
		switch {
		case says == denied:
			return denied
		case companion().MatchString(string(e.Message)):
		case first:
			joint, first = says, false
		case says != joint:
			joint = uncertain
		}
	}
	if joint == unexecuted && d.Data != nil {
		// Data, even null, is there only after an execution.
		return uncertain
	}
	return joint
}

// sentences returns those that may name the project at fault.
func (d envelope) sentences(e explainer) []string {
	var all []string
	for _, item := range d.Errors[:min(len(d.Errors), maxMessages)] {
		if !ownSentence().MatchString(string(item.Message)) && !companion().MatchString(string(item.Message)) && item.Message != "" {
			all = append(all, e.safe(string(item.Message), maxMessage))
		}
	}
	return all
}

// scalar is a text or number that may be a code; anything else is empty.
type scalar string

func (s *scalar) UnmarshalJSON(raw []byte) error {
	var v any
	if len(raw) <= maxCode {
		// What cannot be decoded is no code.
		_ = json.Unmarshal(raw, &v)
	}
	switch v := v.(type) {
	case string:
		*s = scalar(v)
	case float64:
		*s = scalar(raw)
	}
	return nil
}

const maxCode = 64 // bytes of JSON that a code may have

// codes are the texts directly in an error's extensions, and the numbers whose key calls them a code
// or a status. "value" repeats what was sent.
type codes []string

func (c *codes) UnmarshalJSON(raw []byte) error {
	var all map[string]json.RawMessage
	_ = json.Unmarshal(raw, &all)
	for key, value := range all {
		key = strings.ToLower(key)
		var inner struct{ Code, Status, StatusCode scalar }
		var code scalar
		_ = code.UnmarshalJSON(value)
		switch {
		case key == "value", len(value) == 0:
		case value[0] == '"', code != "" && (strings.HasSuffix(key, "code") || strings.HasSuffix(key, "status")):
			*c = append(*c, string(code))
		case (key == "http" || key == "response") && json.Unmarshal(value, &inner) == nil:
			*c = append(*c, string(inner.Code), string(inner.Status), string(inner.StatusCode))
		}
	}
	slices.Sort(*c)
	return nil
}
