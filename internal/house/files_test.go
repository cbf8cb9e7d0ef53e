package house

import (
	"fmt"
	"slices"
)

// openers are the functions that open a file, and in folders where others may write could open theirs.
var openers = []string{"Create", "CreateTemp", "Open", "OpenFile", "ReadFile", "WriteFile"}

// opensItself are the files of code that open without package ownfile, and why that does no harm.
var opensItself = map[string]string{
	"conviso/importer/home/machine.go":         "the machine's id is root's, and read under a limit",
	"conviso/importer/queue/sqlite/rescue.go":  "a new file, never through a link, in a checked folder",
	"conviso/importer/queue/sqlite/salvage.go": "the same",
	"internal/cli/export.go":                   "a new file, never through a link, where the user says",
	"internal/cli/planfile.go":                 "the same",
	"internal/host/crash.go":                   "a new file, never through a link, in a checked folder",
	"internal/host/log.go":                     "a log that the user names, which may be a terminal or a pipe",
	"internal/host/quit_unix.go":               "the null device",
	"internal/openfiles/openfiles.go":          "the null device",
	"internal/sqlfile/damage.go":               "a checked folder, to sync it",
	"internal/sqlfile/sqlfile.go":              "a new file, never through a link, in a checked folder",
}

// opened checks that files are opened where their owner, their kind and their size are looked at. The table
// opens none at all.
func opened(all []source) (broken []string) {
	for _, s := range all {
		if s.test() || opensItself[s.name] != "" ||
			slices.ContainsFunc([]string{"internal/ownfile", "internal/demo", "conviso/importer/queue/queuetest", "e2e", "bench", "ui"}, func(f string) bool { return within(s.dir(), f) }) {
			continue
		}
		for _, name := range s.uses("os") {
			if slices.Contains(openers, name) {
				broken = append(broken, fmt.Sprintf("%s uses os.%s: take what package ownfile has, or say in opensItself why not", s.name, name))
			}
		}
	}
	return broken
}
