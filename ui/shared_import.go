package ui

import "time"

// What line mode shares with the table about the review, and about taking a plan elsewhere.

// NoFiles is why nothing can be exported where there is no way to.
const NoFiles = noFiles

// ExportName is what an exported file is called unless the user says otherwise.
func ExportName(now time.Time) string { return exportName(now) }

// Exported says how many rows were written to where, and whether the catalog had been read
// whole.
func Exported(rows int, path string, complete bool) string {
	return exportedWords(rows, path, !complete)
}
