package demo

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

type query struct {
	limit, offset int
	fields        projection
	filter        filter
	term          string // searched for in termFields
	termFields    []string
	after         string // the uid of the previous page's last entity; empty for page one
	first         string // the uid of the first entity, and total the count, both of page one
	total         int
	uncounted     bool // omits the count
}

// paged reports whether the query came by cursor.
func (q *query) paged() bool { return q.after != "" }

// cursor is the content of a cursor: the query without limit and fields.
type cursor struct {
	OrderFields      []string `json:"orderFields"`
	IsPrevious       bool     `json:"isPrevious"`
	Query            []string `json:"query"`
	FullTextFilter   fullText `json:"fullTextFilter"`
	OrderFieldValues []string `json:"orderFieldValues"`
	FirstSortValues  []string `json:"firstSortFieldValues"`
	TotalItems       int      `json:"totalItems"`
}

type fullText struct {
	Term   string   `json:"term"`
	Fields []string `json:"fields,omitempty"`
}

// parseQuery parses by-query's parameters; its error is the message of an InputError.
func parseQuery(v url.Values, old bool) (*query, error) {
	if err := checkParameters(v, old); err != nil {
		return nil, err
	}
	q := &query{limit: 200, fields: parseFields(split(v["fields"])), uncounted: v.Get("totalItems") == "exclude"}
	if old {
		q.limit = 20
	}
	for name, target := range map[string]*int{"limit": &q.limit, "offset": &q.offset} {
		if !v.Has(name) {
			continue
		}
		n, err := strconv.Atoi(v.Get(name))
		if err != nil {
			return nil, fmt.Errorf("request/query/%s must be integer", name)
		}
		if n < 0 {
			return nil, fmt.Errorf("request/query/%s must be >= 0", name)
		}
		*target = n
	}
	if v.Has("cursor") {
		// As in Backstage, a cursor silently overrides filter and offset.
		q.offset = 0
		return q, q.resume(v.Get("cursor"))
	}
	q.filter = parseFilter(v["filter"])
	q.term, q.termFields = strings.ToLower(v.Get("fullTextFilterTerm")), split(v["fullTextFilterFields"])
	return q, nil
}

func checkParameters(v url.Values, old bool) error {
	known := map[string]bool{"filter": true, "fields": true, "limit": true, "offset": true, "cursor": true,
		"fullTextFilterTerm": true, "fullTextFilterFields": true, "totalItems": !old}
	for name, values := range v {
		if name == "orderField" {
			return errors.New("orderField is not served by this catalog")
		}
		if !known[name] {
			return fmt.Errorf("Unknown query parameter '%s'", name) //nolint:staticcheck // It is the protocol's wording.
		}
		for _, value := range values {
			if value == "" {
				return fmt.Errorf("Empty value found for query parameter '%s'", name) //nolint:staticcheck // It is the protocol's wording.
			}
		}
	}
	if t := v.Get("totalItems"); t != "" && t != "include" && t != "exclude" {
		return errors.New("request/query/totalItems must be equal to one of the allowed values")
	}
	return nil
}

// resume restores the query from a cursor.
func (q *query) resume(text string) error {
	malformed := errors.New("Malformed cursor: it was not made by this catalog") //nolint:staticcheck // It is the protocol's wording.
	doc, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return malformed
	}
	var c cursor
	if err := json.Unmarshal(doc, &c); err != nil || len(c.OrderFieldValues) != 1 || c.OrderFieldValues[0] == "" ||
		len(c.FirstSortValues) != 1 || c.TotalItems < 0 {
		return malformed
	}
	q.filter, q.term, q.termFields = parseFilter(c.Query), c.FullTextFilter.Term, c.FullTextFilter.Fields
	q.after, q.first, q.total = c.OrderFieldValues[0], c.FirstSortValues[0], c.TotalItems
	return nil
}

// next returns the cursor of the page after the entity with the uid last.
func (q *query) next(last string) string {
	doc, err := json.Marshal(cursor{OrderFields: []string{}, Query: q.filter.text,
		FullTextFilter: fullText{q.term, q.termFields}, OrderFieldValues: []string{last},
		FirstSortValues: []string{q.first}, TotalItems: q.total})
	if err != nil {
		return ""
	}
	return base64.StdEncoding.EncodeToString(doc)
}

func (q *query) matches(e *Entity) bool {
	return q.filter.matches(e) && (q.term == "" || q.contains(e))
}

func (q *query) contains(e *Entity) bool {
	fields := q.termFields
	if len(fields) == 0 {
		fields = []string{"metadata.uid"}
	}
	for _, f := range fields {
		for _, v := range e.values(strings.ToLower(f)) {
			if strings.Contains(strings.ToLower(v), q.term) {
				return true
			}
		}
	}
	return false
}

// needs returns the parts for the filter and the response.
func (q *query) needs() part { return q.fields.needs() | q.matchNeeds() }

// matchNeeds returns the parts for matches.
func (q *query) matchNeeds() part {
	if q.term != "" {
		return partAll
	}
	return q.filter.needs()
}

// filter is a disjunction of conditions; an empty one admits everything.
type filter struct {
	anyOf []condition
	text  []string // the parameters as received
}

// condition requires one of the values for each key, or that the key exists.
type condition []demand

type demand struct {
	key    string
	values []string
}

// parseFilter parses the `filter` parameters: commas separate demands, a repeated key adds a
// value to its demand, a repeated parameter is an alternative.
func parseFilter(params []string) filter {
	f := filter{text: params}
	for _, param := range params {
		var c condition
		for statement := range strings.SplitSeq(param, ",") {
			key, value, valued := strings.Cut(strings.TrimSpace(statement), "=")
			key = strings.ToLower(strings.TrimSpace(key))
			if key == "" {
				continue
			}
			d := c.demand(key)
			if d == nil {
				c = append(c, demand{key: key})
				d = &c[len(c)-1]
			}
			if valued {
				d.values = append(d.values, strings.TrimSpace(value))
			}
		}
		f.anyOf = append(f.anyOf, c)
	}
	return f
}

func (c condition) demand(key string) *demand {
	for i := range c {
		if c[i].key == key {
			return &c[i]
		}
	}
	return nil
}

func (f *filter) matches(e *Entity) bool {
	for _, c := range f.anyOf {
		if c.matches(e) {
			return true
		}
	}
	return len(f.anyOf) == 0
}

func (c condition) matches(e *Entity) bool {
	for i := range c {
		if !c[i].matches(e) {
			return false
		}
	}
	return true
}

func (d *demand) matches(e *Entity) bool {
	// Fast path: nearly every request filters all entities by kind.
	if d.key == "kind" && len(d.values) == 1 {
		return strings.EqualFold(e.Kind, d.values[0])
	}
	found := e.values(d.key)
	if len(d.values) == 0 {
		return len(found) > 0
	}
	for _, have := range found {
		for _, want := range d.values {
			if strings.EqualFold(have, want) {
				return true
			}
		}
	}
	return false
}

// needs returns the parts generated on demand for the filter.
func (f *filter) needs() part {
	for _, c := range f.anyOf {
		for _, d := range c {
			if d.key != "kind" && d.key != "metadata.name" && d.key != "metadata.namespace" && !strings.HasPrefix(d.key, "spec.") {
				return partAll
			}
		}
	}
	return 0
}

func split(values []string) []string {
	var all []string
	for _, v := range values {
		for item := range strings.SplitSeq(v, ",") {
			if item = strings.TrimSpace(item); item != "" {
				all = append(all, item)
			}
		}
	}
	return all
}
