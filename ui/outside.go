package ui

import (
	"conviso-importer/conviso/importer"
)

// Outside is the table's access to the desktop and to files. Its functions are called from commands;
// any may be nil. Their errors are shown to the user.
type Outside struct {
	Copy func(text string) error
	Open func(address string) error
	// SavePlan writes a new file for import --plan and returns its path.
	SavePlan func(p *importer.Plan) (path string, err error)
	// Command returns this program's command line with args, quoted for a shell. Nil kinds are those
	// that the table was opened with.
	Command    func(kinds []string, args ...string) string
	Hyperlinks bool // the terminal supports links, or ignores them
}

// outcomeMsg is the result of a command that only has to be reported.
type outcomeMsg interface {
	report(m *app)
}
