package termkeys

import (
	"regexp"
	"strings"
	"time"
)

var sequences = regexp.MustCompile(`\x1b(\[\[?[0-?]*[ -/]*[@-~]?|O[0-;]*.?)?`)

// Line returns a line of input that a terminal has edited, without its own messages and without keys that are no
// text.
func Line(line string) string {
	if !strings.ContainsRune(line, esc) {
		return line
	}
	var f Filter
	return sequences.ReplaceAllString(string(f.Feed(nil, []byte(line), time.Time{})), "")
}
