//go:build !race

package cache

// slowdown is explained where the race detector sets it.
const slowdown = 1
