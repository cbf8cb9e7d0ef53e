//go:build !slow

package sqlite

import "testing"

// flips is how many damaged files the ordinary tests open; the slow ones open them all.
const flips = 60

// scratch is a folder for damaged files.
func scratch(t *testing.T) string { return t.TempDir() }

// lengths are those at which a file is cut: around the beginnings of its pages and some more.
func lengths(size int) []int {
	all := []int{0, 1, 15, 16, 99, 100, 101, size - 1}
	for at := 4096; at < size; at += 4096 {
		all = append(all, at-1, at, at+1, at+1000)
	}
	return all
}
