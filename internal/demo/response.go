package demo

import (
	"cmp"
	"compress/gzip"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// compressAbove is the size from which the catalog compresses responses on request.
const compressAbove = 1024

// apiError is an error of Backstage's routers.
type apiError struct {
	status        int
	name, message string
}

func inputError(message string) *apiError {
	return &apiError{http.StatusBadRequest, "InputError", message}
}

// gzipPool reuses compressors, which take a megabyte each.
type gzipPool struct{ pool sync.Pool }

func (p *gzipPool) get() *gzip.Writer {
	if z, ok := p.pool.Get().(*gzip.Writer); ok {
		return z
	}
	z, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		// The level is a valid constant.
		panic(err)
	}
	return z
}

func (c *Catalog) refuse(w http.ResponseWriter, r *http.Request, e *apiError) {
	target := r.URL.RequestURI()
	if !c.options.Old || e.status != http.StatusUnauthorized {
		target = strings.TrimPrefix(target, "/api/catalog")
	}
	doc, err := json.Marshal(map[string]any{
		"error":    map[string]string{"name": e.name, "message": e.message},
		"request":  map[string]string{"method": r.Method, "url": target},
		"response": map[string]int{"statusCode": e.status},
	})
	if err != nil {
		doc = nil
	}
	c.reply(w, r, e.status, doc)
}

// reply sends JSON, compressed if requested and large.
func (c *Catalog) reply(w http.ResponseWriter, r *http.Request, status int, doc []byte) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Vary", "Accept-Encoding")
	if len(doc) <= compressAbove || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.Header().Set("Content-Length", strconv.Itoa(len(doc)))
		w.WriteHeader(status)
		_, _ = w.Write(doc)
		return
	}
	w.Header().Set("Content-Encoding", "gzip")
	w.WriteHeader(status)
	z := c.encoder.get()
	z.Reset(w)
	_, _ = z.Write(doc)
	_ = z.Close()
	c.encoder.pool.Put(z)
}

// page returns the response to a by-query request.
func (c *contents) page(q *query) []byte {
	// Preallocate for a small page.
	out := append(make([]byte, 0, 1024+400*min(q.limit, 5000)), `{"items":[`...)
	var last string
	seen, items, more := 0, 0, false
	for e := range c.after(q.after, q.needs()) {
		if !q.matches(e) {
			continue
		}
		if seen++; seen <= q.offset {
			continue
		}
		if items < q.limit {
			if items++; q.first == "" {
				q.first = e.UID
			}
			out, last = appendEntity(appendComma(out), e, q.fields), e.UID
			continue
		}
		more = q.limit > 0
		break
	}
	// Only page one counts; cursors carry its count.
	if !q.paged() && !q.uncounted {
		q.total = c.countMatches(q)
	}
	out = append(out, `],"totalItems":`...)
	out = strconv.AppendInt(out, int64(q.total), 10)
	out = append(out, `,"pageInfo":{`...)
	if more {
		out = appendMember(out, "nextCursor", q.next(last))
	}
	if q.paged() && items > 0 {
		// prevCursor only shows that there is a previous page: it leads forwards, since no
		// client of this project pages back.
		out = appendMember(out, "prevCursor", q.next(q.first))
	}
	return append(out, "}}"...)
}

// countMatches is a separate pass because it needs fewer fields than a page, of every entity.
func (c *contents) countMatches(q *query) int {
	n := 0
	for e := range c.after("", q.matchNeeds()) {
		if q.matches(e) {
			n++
		}
	}
	return n
}

type facet struct {
	Value string `json:"value"`
	Count int    `json:"count"`
}

// count counts the values of keys over the entities that match a filter.
func (c *contents) count(keys []string, f filter) map[string][]facet {
	counts := make(map[string]map[string]int, len(keys))
	for _, key := range keys {
		counts[key] = make(map[string]int)
	}
	for e := range c.after("", partAll) {
		if !f.matches(e) {
			continue
		}
		for _, key := range keys {
			for _, v := range e.values(strings.ToLower(key)) {
				counts[key][v]++
			}
		}
	}
	facets := make(map[string][]facet, len(keys))
	for key, count := range counts {
		facets[key] = []facet{}
		for v, n := range count {
			facets[key] = append(facets[key], facet{v, n})
		}
		slices.SortFunc(facets[key], func(a, b facet) int { return cmp.Compare(a.Value, b.Value) })
	}
	return facets
}
