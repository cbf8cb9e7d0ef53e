package conviso

import (
	"io"
	"net/http"
	"testing"
)

// TestAssetByID protects deleted assets from being told by anything but the platform's own word about that id.
func TestAssetByID(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		answer string
		asset  Asset
		found  bool
		fails  bool
	}{
		"there":                  {200, `{"data":{"asset":{"id":"7","name":"a"}}}`, Asset{ID: "7", Name: "a"}, true, false},
		"inside another":         {200, `{"data":{"asset":{"id":9,"name":"mono"}}}`, Asset{ID: "9", Name: "mono"}, true, false},
		"null":                   {200, `{"data":{"asset":null}}`, Asset{}, false, false},
		"not found":              {200, `{"data":null,"errors":[{"message":"Asset not found"}]}`, Asset{}, false, false},
		"couldn't find":          {200, `{"errors":[{"message":"Couldn't find Asset with 'id'=7"}]}`, Asset{}, false, false},
		"out of scope":           {200, `{"data":null,"errors":[{"message":"Scope - Resource not accessible for id: 7"}]}`, Asset{}, false, false},
		"another id's scope":     {200, `{"data":null,"errors":[{"message":"Scope - Resource not accessible for id: 71"}]}`, Asset{}, false, true},
		"not found, and more":    {200, `{"errors":[{"message":"Asset not found"},{"message":"out of memory"}]}`, Asset{}, false, true},
		"not found, beside data": {200, `{"data":{"asset":{"name":"a"}},"errors":[{"message":"id not found"}]}`, Asset{}, false, true},
		"a refused key":          {401, `{"error":"Invalid API key"}`, Asset{}, false, true},
		"no such record":         {200, `{"errors":[{"message":"Couldn't find Asset with 'id'=7"}]}`, Asset{}, false, false},
		"it does not exist":      {200, `{"errors":[{"message":"Record does not exist."}]}`, Asset{}, false, false},
		"doesn't exist":          {200, `{"errors":[{"message":"the asset doesn't exist"}]}`, Asset{}, false, false},
		"a host not found":       {200, `{"errors":[{"message":"getaddrinfo: host not found"}]}`, Asset{}, false, true},
		"a service not found":    {200, `{"errors":[{"message":"asset service not found in the registry"}]}`, Asset{}, false, true},
		"a page of a proxy":      {200, `<html>404 page not found</html>`, Asset{}, false, true},
		"no such route":          {404, `{"errors":[{"message":"not found"}]}`, Asset{}, false, true},
		"no id":                  {200, `{"data":{"asset":{"name":"a"}}}`, Asset{}, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			client := onLoopback(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.answer)
			})
			asset, found, err := client.AssetByID(t.Context(), "7")
			if asset != c.asset || found != c.found || (err != nil) != c.fails {
				t.Errorf("%v, %v, %v", asset, found, err)
			}
		})
	}
}
