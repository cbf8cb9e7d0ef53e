//go:build slow

package cache

// cutStep is the step between tested file lengths: every one.
const cutStep = 1
