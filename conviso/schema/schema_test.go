package schema

import (
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// TestSourceLoads protects everybody who validates against the schema: it must be a whole,
// consistent document, extensions included.
func TestSourceLoads(t *testing.T) {
	s, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphql", Input: Source()})
	if err != nil {
		t.Fatal(err)
	}
	if s.Query.Fields.ForName("backstageIntegration") == nil || s.Types["IntegrationsTypes"].EnumValues.ForName("BACKSTAGE") == nil {
		t.Fatal("the part known from the plugin is not merged in")
	}
}
