package conviso

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// TestOtherAssets protects Backstage's own assets from being taken for those of other sources, whatever the platform
// says of where an asset came from, and people from a list that was read in part.
func TestOtherAssets(t *testing.T) {
	const names = 300
	for name, c := range map[string]struct {
		integrations string // as the platform writes it
		source       string
		ours         bool
	}{
		"none":                  {`null`, "", false},
		"an empty list":         {`[]`, "", false},
		"Backstage":             {`["BACKSTAGE"]`, "", true},
		"Backstage, small":      {`["backstage"]`, "", true},
		"Backstage and a scan":  {`["Conviso_Scanner","BACKSTAGE"]`, "", true},
		"one":                   {`["GITHUB"]`, "GITHUB", false},
		"two":                   {`["GITHUB","Fortify"]`, "GITHUB, Fortify", false},
		"letters of a terminal": {`["GIT\u001b[31mHUB"]`, "GIT�[31mHUB", false},
		"very long":             {`["` + strings.Repeat("x", 1000) + `"]`, strings.Repeat("x", maxSource-1) + "…", false},
		"very many":             {`[` + strings.Repeat(`"x",`, names) + `"x"]`, strings.Repeat("x, ", maxSource/3-1) + "x,…", false},
	} {
		t.Run(name, func(t *testing.T) {
			answer := `{"data":{"assets":{"collection":[{"id":7,"name":"a","integrations":` + c.integrations +
				`}],"metadata":{"totalCount":1,"totalPages":1,"currentPage":1,"limitValue":2000}}}}`
			client := inMemory(t, func(*http.Request) (*http.Response, error) { return ok(answer) })
			got, err := client.OtherAssets(t.Context(), "1028")
			var want []OtherAsset
			if !c.ours {
				want = []OtherAsset{{Asset{ID: "7", Name: "a"}, c.source}}
			}
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%q, %v, want %q", got, err, want)
			}
		})
	}
	pages := 0
	client := onLoopback(t, func(w http.ResponseWriter, r *http.Request) {
		pages++
		page := read(t, r).Variables["page"]
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"data":{"assets":{"collection":[{"id":%v,"name":"a"}],"metadata":{"totalCount":3,"totalPages":3,"currentPage":%v,"limitValue":1}}}}`, page, page)
	})
	if got, err := client.OtherAssets(t.Context(), "1028"); err != nil || len(got) != 3 || pages != 6 {
		t.Errorf("%v of %d pages, %v", got, pages, err)
	}
	broken := onLoopback(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"data":{"assets":null}}`)
	})
	if got, err := broken.OtherAssets(t.Context(), "1028"); err == nil || got != nil {
		t.Errorf("of nothing it reads %v", got)
	}
}
