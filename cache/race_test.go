//go:build race

package cache

// slowdown reduces tests that open thousands of files: the race detector observes SQLite's
// memory accesses too.
const slowdown = 20
