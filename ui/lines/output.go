package lines

import (
	"fmt"
	"io"
	"strings"

	"conviso-importer/internal/safetext"
	"conviso-importer/ui/draw"
)

// output never wraps: the terminal, screen reader or script knows its width best.
type output struct {
	w     io.Writer
	ascii bool
	err   error // the first error of a write; it ends the run
}

// line removes control characters and line breaks from the text.
func (o *output) line(text string) {
	text = strings.TrimRight(safetext.Line(text), " ")
	if o.ascii {
		text = draw.Plain(text)
	}
	if _, err := fmt.Fprintln(o.w, text); err != nil && o.err == nil {
		o.err = err
	}
}
