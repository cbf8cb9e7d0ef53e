//go:build !slow

package cache

// cutStep is the step between tested file lengths; the slow tests take all.
const cutStep = 509
