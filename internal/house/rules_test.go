package house

import (
	"fmt"
	"slices"
	"strings"
)

// rules are all checks; each returns a sentence for every violation.
var rules = []struct {
	name  string
	check func([]source) []string
}{
	{"file length", fileLength},
	{"package comments", packageComments},
	{"arrows point down", arrows},
	{"who may import what", reserved},
	{"the table touches no file", tableTouchesNoFile},
	{"line mode draws nothing", linesDrawNothing},
	{"the start-up guard imports lipgloss alone", guardIsAlone},
	{"goroutines are started by safego", goroutines},
	{"files are opened by ownfile", opened},
}

// Longest files, in lines. A file that needs more is two files.
const (
	maxLines     = 400
	maxMainLines = 40
)

func fileLength(all []source) (broken []string) {
	for _, s := range all {
		limit := maxLines
		if s.name == "main.go" {
			limit = maxMainLines
		}
		if s.lines > limit {
			broken = append(broken, fmt.Sprintf("%s has %d lines, more than %d: split it", s.name, s.lines, limit))
		}
	}
	return broken
}

// packageComments demands one comment a package in godoc's form, in a test if there are only tests.
func packageComments(all []source) (broken []string) {
	state := map[string]string{}
	for _, s := range all {
		name := s.file.Name.Name
		if strings.HasSuffix(name, "_test") {
			continue
		}
		if _, seen := state[s.dir()]; !seen {
			state[s.dir()] = "has no package comment"
		}
		doc := s.file.Doc.Text()
		switch {
		case doc == "":
		case name != "main" && !strings.HasPrefix(doc, "Package "+name+" "):
			broken = append(broken, fmt.Sprintf("%s: the package comment does not begin with \"Package %s \"", s.name, name))
			state[s.dir()] = ""
		default:
			state[s.dir()] = ""
		}
	}
	for dir, problem := range state {
		if problem != "" {
			broken = append(broken, fmt.Sprintf("%s %s that says what it is for and what it must not know", dir, problem))
		}
	}
	return broken
}

// layers are ordered from the bottom. A package imports only lower layers and its own folder; only
// in the lowest layer may neighbours import each other. Tests may import anything.
var layers = [][]string{
	{"internal", "conviso/schema"},
	{"cache", "catalog/repository", "ui/program"},
	{"catalog", "conviso"},
	{"catalog/backstage", "conviso/importer/queue", "conviso/importer/measure", "conviso/importer/mapping",
		"conviso/importer/flow", "conviso/importer/breaker"},
	{"conviso/importer/judge"},
	{"conviso/importer/known", "conviso/importer/moved", "conviso/importer/home"},
	{"conviso/importer/sources"},
	{"conviso/importer/status"},
	{"conviso/importer", "conviso/importer/queue/sqlite"},
	{"internal/workspace", "internal/printout"},
	{"ui/session"},
	{"ui/draw"},
	{"ui/intro", "ui/entry"},
	{"ui", "internal/rest"},
	{"ui/lines"},
	{"internal/cli"},
	{"."},
}

// place returns the layer of a folder and its longest matching entry.
func place(dir string) (layer int, entry string) {
	layer = -1
	for i, entries := range layers {
		for _, e := range entries {
			if within(dir, e) && len(e) > len(entry) {
				layer, entry = i, e
			}
		}
	}
	return layer, entry
}

func within(dir, folder string) bool {
	return dir == folder || strings.HasPrefix(dir, folder+"/")
}

func arrows(all []source) (broken []string) {
	for _, s := range all {
		if s.test() || within(s.dir(), "e2e") {
			continue
		}
		from, own := place(s.dir())
		if from < 0 {
			broken = append(broken, s.name+": its folder has no place in the house; put it under internal, or give it one here")
			continue
		}
		for _, p := range s.imports() {
			dir, ours := strings.CutPrefix(p, module+"/")
			if !ours {
				continue
			}
			to, other := place(dir)
			if to < from || from == 0 && to == 0 || other == own {
				continue
			}
			broken = append(broken, fmt.Sprintf("%s imports %s, which does not lie below it", s.name, dir))
		}
	}
	return broken
}

// reservations are packages that only some folders may import; tests are exempt.
var reservations = []struct {
	why      string
	packages []string
	folders  []string
}{
	{
		"only the platform's client speaks its library",
		[]string{"github.com/shurcooL/graphql"},
		[]string{"conviso"},
	},
	{
		"nothing outside the stores knows SQL",
		[]string{"database/sql", "modernc.org/sqlite"},
		[]string{"cache", "conviso/importer/queue/sqlite", "internal/sqlfile"},
	},
	{
		"only the stores know of their files and locks",
		[]string{module + "/internal/sqlfile", module + "/internal/lockfile"},
		[]string{"cache", "conviso/importer/queue/sqlite"},
	},
	{
		"only the front end knows the terminal",
		[]string{"github.com/charmbracelet/bubbletea", "github.com/charmbracelet/bubbles", "github.com/charmbracelet/lipgloss"},
		[]string{"ui", "internal/cli", "internal/termguard"},
	},
	{
		"only the host package handles signals and starts programs",
		[]string{"os/signal", "os/exec"},
		[]string{"internal/host", "e2e"},
	},
	{
		"only the configuration reads the environment and YAML",
		[]string{"github.com/kelseyhightower/envconfig", "go.yaml.in/yaml"},
		[]string{"internal/config"},
	},
	{
		"CSV is written in one place, which keeps it safe in a spreadsheet",
		[]string{"encoding/csv"},
		[]string{"internal/printout"},
	},
	{
		"only the command line knows its library",
		[]string{"github.com/spf13/cobra"},
		[]string{"internal/cli"},
	},
	{
		"only tests meet faults that are made on purpose",
		[]string{module + "/internal/demo/faulty"},
		[]string{"internal/demo/faulty"},
	},
	{
		"only tests plan what no catalog has",
		[]string{module + "/conviso/importer/plantest"},
		[]string{"conviso/importer/plantest"},
	},
	{
		"only front ends have a session",
		[]string{module + "/ui/session"},
		[]string{"ui"},
	},
	{
		"only the front end runs on a screen",
		[]string{module + "/ui/program"},
		[]string{"ui", "internal/cli"},
	},
	{
		"the table and the engine go through the clients",
		[]string{"net", "net/http"},
		[]string{"catalog/backstage", "conviso", "internal"},
	},
	{
		"a workspace picks where the catalog is read from, everything else has an interface",
		[]string{module + "/catalog/backstage"},
		[]string{"internal/workspace", "internal/cli"},
	},
	{
		"front ends on a screen are handed an engine and open none",
		[]string{module + "/internal/workspace"},
		[]string{"internal/cli", "internal/rest"},
	},
}

func reserved(all []source) (broken []string) {
	for _, s := range all {
		if s.test() {
			continue
		}
		for _, r := range reservations {
			if slices.ContainsFunc(r.folders, func(f string) bool { return mayUse(s.dir(), f) }) {
				continue
			}
			for _, p := range s.imports() {
				// Package net/url does no I/O.
				if slices.ContainsFunc(r.packages, func(pkg string) bool { return within(p, pkg) && p != "net/url" }) {
					broken = append(broken, fmt.Sprintf("%s imports %s: %s", s.name, p, r.why))
				}
			}
		}
	}
	return broken
}

// mayUse reports whether dir is in folder; the engine is not part of the platform's.
func mayUse(dir, folder string) bool {
	return within(dir, folder) && (folder != "conviso" || !within(dir, "conviso/importer"))
}

// harmless are names of package os that touch no file.
var harmless = []string{"ErrNotExist", "Getenv", "Interrupt", "LookupEnv", "Signal"}

func tableTouchesNoFile(all []source) (broken []string) {
	for _, s := range all {
		if s.test() || !within(s.dir(), "ui") {
			continue
		}
		for _, name := range s.uses("os") {
			if !slices.Contains(harmless, name) {
				broken = append(broken, fmt.Sprintf("%s uses os.%s: the table is handed what it shows", s.name, name))
			}
		}
		for _, p := range s.imports() {
			if p == "os/exec" || p == "path/filepath" || p == "io/fs" || p == "syscall" {
				broken = append(broken, fmt.Sprintf("%s imports %s: the table is handed what it shows", s.name, p))
			}
		}
	}
	return broken
}

// linesDrawNothing keeps terminal control out of line mode.
func linesDrawNothing(all []source) (broken []string) {
	for _, s := range all {
		if s.test() || !within(s.dir(), "ui/lines") {
			continue
		}
		for _, p := range s.imports() {
			if within(p, "github.com/charmbracelet") || within(p, "github.com/muesli") {
				broken = append(broken, fmt.Sprintf("%s imports %s: line mode writes lines and nothing else", s.name, p))
			}
		}
	}
	return broken
}

// guardIsAlone checks that termguard has one import: Go initialises ready packages in the order of
// import paths, and another import could move it behind Bubble Tea.
func guardIsAlone(all []source) (broken []string) {
	for _, s := range all {
		if s.test() || s.dir() != "internal/termguard" {
			continue
		}
		for _, p := range s.imports() {
			if p != "github.com/charmbracelet/lipgloss" {
				broken = append(broken, fmt.Sprintf("%s imports %s, which may initialise it too late", s.name, p))
			}
		}
	}
	return broken
}

// startsItself are folders with their own goroutines: safego itself, the one that asks only the
// kernel, and the demo's servers, whose panics net/http catches.
var startsItself = []string{"internal/safego", "internal/lockfile", "internal/demo", "e2e"}

// goroutines checks that safego handles all panics: no go statements, and no groups without its
// functions.
func goroutines(all []source) (broken []string) {
	for _, s := range all {
		if s.test() || slices.ContainsFunc(startsItself, func(f string) bool { return within(s.dir(), f) }) {
			continue
		}
		for _, line := range s.starts() {
			broken = append(broken, fmt.Sprintf("%s starts a goroutine in line %d: use safego.Go, or safego.Func for a group", s.name, line))
		}
	}
	return broken
}
