//go:build !race

package cache

// See race_test.go.
const slowdown = 1
