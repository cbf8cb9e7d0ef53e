package ui

import (
	"conviso-importer/conviso/importer"
)

// Outside is what the table asks of the world around it, other than work on the catalog and
// the platform. Its functions are called from commands and may take a moment; each may be nil,
// which means that there is no such thing here. Their errors are sentences for the user.
type Outside struct {
	// Copy puts text on the user's clipboard, as far as that can be known: terminals do not
	// answer.
	Copy func(text string) error
	// Open shows an address of the web in a browser.
	Open func(address string) error
	// SavePlan writes a plan into a new file, which import --plan reads, and returns its path.
	SavePlan func(p *importer.Plan) (path string, err error)
	// Command is the command line that runs this program with arguments, and in the same
	// world as the table, quoted for a shell. It looks at entities of the kinds; nil are those
	// that the table was opened with.
	Command func(kinds []string, args ...string) string
	// Hyperlinks reports that the terminal knows links, or passes over what it does not know.
	Hyperlinks bool
}

// outcomeMsg is the answer of a command that a key started in the world outside. It says what
// came of that and starts nothing; an answer that changes lists or goes on with something has a
// case of its own in Update.
type outcomeMsg interface {
	// settle takes the answer in; it is called by Update.
	settle(m *app)
}
