//go:build race

package cache

// slowdown divides the rounds of tests that open thousands of files: the race detector
// watches every memory access of SQLite too.
const slowdown = 20
