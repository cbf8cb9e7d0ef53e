package lines

import (
	"bufio"
	"context"
	"io"

	"conviso-importer/internal/safego"
	"conviso-importer/internal/termkeys"
)

const longest = 64 << 10 // bytes; nobody types longer lines

// Input is the user's lines. All questions share one, since lines read ahead belong to the next question.
type Input struct {
	lines chan inputLine
	hide  func() (show func())
	// ahead are lines that were read but not taken; ended means that no more will come.
	ahead []inputLine
	ended bool
}

func (in *Input) next() inputLine {
	line := in.ahead[0]
	in.ahead = in.ahead[1:]
	return line
}

type inputLine struct {
	text    string
	tooLong bool // the line is longer than longest and text is empty
}

// NewInput reads lines until r or ctx ends. hide, which may be nil, stops the echo until show is called.
func NewInput(ctx context.Context, r io.Reader, hide func() (show func())) *Input {
	in := &Input{lines: make(chan inputLine), hide: hide}
	// A read cannot be cancelled: this may wait for a line until the process ends.
	safego.Go(ctx, func() { in.read(ctx, r) })
	return in
}

func (in *Input) read(ctx context.Context, r io.Reader) {
	defer close(in.lines)
	buffered := bufio.NewReaderSize(r, longest)
	for {
		text, rest, err := buffered.ReadLine()
		if err != nil {
			return
		}
		line := inputLine{text: termkeys.Line(string(text)), tooLong: rest}
		for rest && err == nil {
			_, rest, err = buffered.ReadLine()
		}
		if line.tooLong {
			line.text = ""
		}
		select {
		case in.lines <- line:
		case <-ctx.Done():
			return
		}
	}
}
