//go:build !slow

package cache

// cutStep is the distance of the lengths to which a file is cut; the slow tests take all.
const cutStep = 509
