// Package ui is the table: a Bubble Tea program that shows a catalog with the import status of each
// entity and lets its user search, mark, review and import. It decides what is on screen and what a key
// does, and nothing else: what its user knows and decides is the session's, and it must not know HTTP,
// databases, files or other processes.
package ui
