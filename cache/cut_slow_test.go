//go:build slow

package cache

// cutStep is the distance of the lengths to which a file is cut: every one.
const cutStep = 1
