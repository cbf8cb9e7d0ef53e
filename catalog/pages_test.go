package catalog

import (
	"io"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// slowBody is a body whose bytes come at a rate a second.
type slowBody struct {
	io.Reader
	rate int
}

func (s slowBody) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	time.Sleep(time.Duration(n) * time.Second / time.Duration(s.rate))
	return n, err
}

func (s slowBody) Close() error { return nil }

// TestCompression protects servers from compressing for nothing, and slow links from pages
// that are not compressed.
func TestCompression(t *testing.T) {
	for name, c := range map[string]struct {
		// rates are the pages', in bytes a second.
		rates []int
		// plain says which requests refuse compression.
		plain []bool
	}{
		"fast":        {[]int{9e6, 9e6, 9e6, 9e6}, []bool{true, true, true, true}},
		"slow":        {[]int{5e5, 5e5, 5e5, 5e5}, []bool{true, true, false, false}},
		"slow once":   {[]int{5e5, 9e6, 5e5, 9e6}, []bool{true, true, true, true}},
		"slow from 2": {[]int{9e6, 5e5, 5e5, 9e6, 9e6}, []bool{true, true, true, false, false}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := &backstage{items: items(1000 * len(c.rates))}
				var plain []bool
				client := inMemory(t, func(r *http.Request) (*http.Response, error) {
					rate := c.rates[len(plain)]
					plain = append(plain, r.Header.Get("Accept-Encoding") == "identity")
					resp := served(b, r)
					resp.Body = slowBody{resp.Body, rate}
					return resp, nil
				})
				if _, entities, err := read(t.Context(), client); err != nil || len(entities) != len(b.items) {
					t.Fatal(len(entities), err)
				}
				if !slices.Equal(plain, c.plain) {
					t.Errorf("requests without compression: %v, want %v", plain, c.plain)
				}
			})
		})
	}
}

// TestPageAhead protects the speed of a load: while a page is looked at, the next is under way,
// and no more than that.
func TestPageAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &backstage{items: items(5000)}
		client := inMemory(t, func(r *http.Request) (*http.Response, error) { return served(b, r), nil })
		seen := 0
		for _, err := range client.Pages(t.Context(), nil) {
			if err != nil {
				t.Fatal(err)
			}
			seen++
			synctest.Wait()
			if asked := len(b.asks); asked != min(seen+1, 5) {
				t.Fatalf("%d requests when %d pages were seen", asked, seen)
			}
		}
	})
}
