package lines

import (
	"fmt"
	"io"
	"strings"

	"conviso-importer/internal/safetext"
	"conviso-importer/ui/draw"
)

// output writes whole lines and nothing else. It never wraps: the terminal, the screen reader
// or the script knows best how wide it is.
type output struct {
	w     io.Writer
	ascii bool
	// err is the first error of a write; there is nobody to write to after it.
	err error
}

// line writes one line. Whatever the text is, it moves no cursor and has no second line.
func (o *output) line(text string) {
	text = strings.TrimRight(safetext.Line(text), " ")
	if o.ascii {
		text = draw.Plain(text)
	}
	if _, err := fmt.Fprintln(o.w, text); err != nil && o.err == nil {
		o.err = err
	}
}
