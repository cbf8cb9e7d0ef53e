// Package backstage proves the product against a real Backstage. Its test, behind the build
// tag `backstage`, starts a Backstage backend with an in-memory catalog on loopback, runs
// the built binary against it and compares what it lists with what the catalog's API says,
// entity by entity. It needs Node, npm and what compiles better-sqlite3:
//
//	go test -tags=backstage -count=1 -timeout=25m ./e2e/backstage/
//
// E2E_ENTITIES sets how many components are generated, 10,000 by default. WILD_CATALOG
// names a file of further entities, one JSON document a line, to be listed in place of
// testdata/wild.jsonl.
//
// The tests know the product only as a program, and the catalog only through plain HTTP.
package backstage
