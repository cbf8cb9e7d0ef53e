// Package schema holds the part of the platform's GraphQL schema that this project uses, so
// that the operations really sent can be validated in tests and by the demo's platform. It
// knows neither a GraphQL library nor who validates.
package schema

import _ "embed"

//go:embed schema.graphql
var source string

// Source returns the schema in GraphQL's schema definition language.
func Source() string { return source }
