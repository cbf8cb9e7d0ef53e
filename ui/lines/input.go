package lines

import (
	"bufio"
	"context"
	"io"

	"conviso-importer/internal/safego"
)

// longest is how many bytes a line may have. Nobody types more; what is longer was not meant
// for this program.
const longest = 64 << 10

// Input is where the user's lines come from. One of them serves all questions of a run, since
// what was read ahead belongs to the next of them.
type Input struct {
	lines chan inputLine
	hide  func() (show func())
	// ahead are lines that have come and were not taken yet, ended says that no more will come.
	// Whoever asks next goes on with them.
	ahead []inputLine
	ended bool
}

// next takes the oldest line; there must be one.
func (in *Input) next() inputLine {
	line := in.ahead[0]
	in.ahead = in.ahead[1:]
	return line
}

// inputLine is one line without its end.
type inputLine struct {
	text string
	// tooLong reports that it was longer than can be taken, and that the text is missing.
	tooLong bool
}

// NewInput reads lines until the input or ctx ends. Where a terminal echoes what is typed, hide
// makes it stop until the function that it returns is called; it may be nil.
func NewInput(ctx context.Context, r io.Reader, hide func() (show func())) *Input {
	in := &Input{lines: make(chan inputLine), hide: hide}
	// A read cannot be given up, so that this may wait for a line until the process ends.
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
		line := inputLine{text: string(text), tooLong: rest}
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

// hidden stops the echo, where there is one, until show is called.
func (in *Input) hidden() (show func()) {
	if in.hide == nil {
		return func() {}
	}
	return in.hide()
}
